"""What senders are told: written with the fact it tells, sent when the way out is there."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from gateway.model.record import Receipt
from gateway.store import contract
from gateway.store.sqlite.section import Section

_OLDEST = """
SELECT * FROM (SELECT id, source, document, body FROM receipt
    WHERE sent = {sent} AND source NOT IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT ?2)
"""
_OWED = f"{_OLDEST.format(sent=0)} UNION ALL {_OLDEST.format(sent=2)} ORDER BY id LIMIT ?2"


class Receipts(Section, contract.Receipts):
    """The outbox."""

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        found = self._all(_OWED, (json.dumps(sorted(without)), most))
        return [Receipt(*row) for row in found]

    def owing(self) -> int:
        return int(
            self._all(
                "SELECT (SELECT count(*) FROM receipt WHERE sent = 0) + (SELECT count(*) FROM receipt WHERE sent = 2)",
                (),
            )[0][0]
        )

    async def told(self, receipts: Sequence[int]) -> None:
        wanted = json.dumps(list(receipts))
        sql = "UPDATE receipt SET sent = 1 WHERE sent <> 1 AND id IN (SELECT value FROM json_each(?))"
        await self._writer.write(lambda db: db.put("receipt", sql, (wanted,)))

    def receipts(self, document: str) -> list[Receipt]:
        sql = "SELECT id, source, document, body FROM receipt WHERE document = ? ORDER BY id"
        return [Receipt(*row) for row in self._all(sql, (document,))]
