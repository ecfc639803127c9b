"""The pronunciation of names, in the table `reading`."""

from __future__ import annotations

from datetime import datetime

from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


class Names(Section, contract.Names):
    """A phrase has at most one row; a phrase whose pronunciation was taken back has none."""

    async def teach(self, phrase: str, syllables: str, at: datetime, person: str) -> None:
        def work(db: ChainedConnection) -> None:
            if syllables:
                db.insert("reading", {"phrase": phrase, "syllables": syllables}, "INSERT OR REPLACE")
            else:
                db.drop("reading", "phrase = ?", (phrase,))
            rows.insert_act(db, at, person, f"read {phrase} as {syllables or 'before'}")

        await self._writer.write(work)

    def pronunciations(self) -> dict[str, str]:
        return dict(self._all("SELECT phrase, syllables FROM reading ORDER BY phrase"))
