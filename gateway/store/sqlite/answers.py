"""The receipts that are owed where their senders want them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from gateway.model.alert import Reply
from gateway.model.record import Answer, Receipt
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import replies
from gateway.store.sqlite.section import Section

_OWED = """
SELECT reply.id, reply.topic, reply.correlation, receipt.id, receipt.source, receipt.document, receipt.body
    FROM answer CROSS JOIN reply ON reply.id = answer.reply CROSS JOIN receipt ON receipt.id = answer.receipt
    WHERE answer.reply NOT IN (SELECT value FROM json_each(?1))
        AND receipt.source NOT IN (SELECT value FROM json_each(?2))
    ORDER BY answer.receipt, answer.reply LIMIT ?3
"""


class Answers(Section, contract.Answers):
    """Joins `answer` with the reply and the receipt of each row."""

    def answers(
        self, most: int = 100, without: Collection[str] = (), but: Collection[int] = ()
    ) -> list[Answer]:
        values = (json.dumps(sorted(but)), json.dumps(sorted(without)), most)
        return [
            Answer(reply, Reply(topic, None if data is None else bytes.fromhex(data)), Receipt(*receipt))
            for reply, topic, data, *receipt in self._all(_OWED, values)
        ]

    async def answered(self, answers: Sequence[Answer]) -> None:
        pairs = [(answer.receipt.id, answer.reply) for answer in answers]

        def work(db: ChainedConnection) -> None:
            for pair in pairs:
                db.execute("DELETE FROM answer WHERE receipt = ? AND reply = ?", pair)

        await self._writer.write(work)

    async def give_up(self, reply: int, why: str) -> None:
        await self._writer.write(lambda db: replies.end(db, reply, why))
