"""Holds of everything, in the table `hold`."""

from __future__ import annotations

from datetime import datetime

from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import rows
from gateway.store.sqlite.section import Section


class Holds(Section, contract.Holds):
    """Goes before all writes that wait: somebody wants silence now."""

    async def hold_everything(self, at: datetime, person: str, until: datetime) -> None:
        def work(db: ChainedConnection) -> None:
            _end(db, at)
            db.insert("hold", {"at": at.isoformat(), "person": person, "until": until.isoformat()})
            rows.insert_act(db, at, person, f"hold until {until.isoformat()}")

        await self._writer.write(work, urgent=True)

    async def end_hold(self, at: datetime, person: str) -> None:
        def work(db: ChainedConnection) -> None:
            _end(db, at)
            rows.insert_act(db, at, person, "resume")

        await self._writer.write(work, urgent=True)

    def held_until(self) -> datetime | None:
        row = self._one("SELECT until FROM hold WHERE ended IS NULL ORDER BY id DESC LIMIT 1")
        return datetime.fromisoformat(row[0]) if row else None


def _end(db: ChainedConnection, at: datetime) -> None:
    db.put("hold", "UPDATE hold SET ended = ? WHERE ended IS NULL", (at.isoformat(),))
