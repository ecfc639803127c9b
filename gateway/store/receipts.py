"""What senders are told: written with the fact it tells, sent when the way out is there."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.model.record import Receipt
from gateway.store.shelf import Shelf


class Receipts(Shelf):
    """The outbox."""

    def owed(self, most: int = 100) -> list[Receipt]:
        """Receipts not yet told, oldest first."""
        found = self._all(
            "SELECT id, source, document, body FROM receipt WHERE sent = 0 ORDER BY id LIMIT ?", (most,)
        )
        return [Receipt(*row) for row in found]

    async def told(self, receipts: Sequence[int]) -> None:
        """These receipts have reached their way out."""
        wanted = json.dumps(list(receipts))
        sql = "UPDATE receipt SET sent = 1 WHERE id IN (SELECT value FROM json_each(?))"
        await self._writer.write(lambda db: db.execute(sql, (wanted,)) and None)

    def receipts(self, document: str) -> list[Receipt]:
        """All that was or will be told of a document."""
        sql = "SELECT id, source, document, body FROM receipt WHERE document = ? ORDER BY id"
        return [Receipt(*row) for row in self._all(sql, (document,))]
