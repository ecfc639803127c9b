"""What senders are told: written with the fact it tells, sent when the way out is there."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from gateway.model.record import Receipt
from gateway.store.sqlite.shelf import Shelf

_OLDEST = """
SELECT * FROM (SELECT id, source, document, body FROM receipt
    WHERE sent = {sent} AND source NOT IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT ?2)
"""
_OWED = f"{_OLDEST.format(sent=0)} UNION ALL {_OLDEST.format(sent=2)} ORDER BY id LIMIT ?2"


class Receipts(Shelf):
    """The outbox."""

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        """Receipts to be told or told again, oldest first; none of the sources `without`. The cost grows with `most`, not with what is owed."""
        found = self._all(_OWED, (json.dumps(sorted(without)), most))
        return [Receipt(*row) for row in found]

    def owing(self) -> int:
        """How many are owed."""
        return int(
            self._all(
                "SELECT (SELECT count(*) FROM receipt WHERE sent = 0) + (SELECT count(*) FROM receipt WHERE sent = 2)",
                (),
            )[0][0]
        )

    async def told(self, receipts: Sequence[int]) -> None:
        """These receipts have reached their way out."""
        wanted = json.dumps(list(receipts))
        sql = "UPDATE receipt SET sent = 1 WHERE sent <> 1 AND id IN (SELECT value FROM json_each(?))"
        await self._writer.write(lambda db: db.put("receipt", sql, (wanted,)))

    def receipts(self, document: str) -> list[Receipt]:
        """All that was or will be told of a document."""
        sql = "SELECT id, source, document, body FROM receipt WHERE document = ? ORDER BY id"
        return [Receipt(*row) for row in self._all(sql, (document,))]
