"""What senders are told, in the table `receipt`."""

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


_OWING = """
SELECT (SELECT count(*) FROM receipt WHERE sent = 0) + (SELECT count(*) FROM receipt WHERE sent = 2)
"""


class Receipts(Section, contract.Receipts):
    """`sent` is 0 for a receipt that is owed, 1 for one that was sent, 2 for one that is owed once more."""

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        return [Receipt(*row) for row in self._all(_OWED, (json.dumps(sorted(without)), most))]

    def owing(self) -> int:
        ((count,),) = self._all(_OWING)
        return int(count)

    async def told(self, receipts: Sequence[int]) -> None:
        ids = json.dumps(list(receipts))
        sql = "UPDATE receipt SET sent = 1 WHERE sent <> 1 AND id IN (SELECT value FROM json_each(?))"
        await self._writer.write(lambda db: db.put("receipt", sql, (ids,)))

    def receipts(self, document: str) -> list[Receipt]:
        sql = "SELECT id, source, document, body FROM receipt WHERE document = ? ORDER BY id"
        return [Receipt(*row) for row in self._all(sql, (document,))]
