"""Answers: receipts that go where a sender wants them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from gateway.model.record import Answer


class Answers(Protocol):
    """Receipts that are owed where a sender wants them (`Arrival.reply`), beside those of its source.

    A reply gets the receipts that name its arrival, and from then on every receipt of the documents in it
    that were not quarantined. One that comes later gets those of its arrival, and the newest summary of each
    document. The same reply is kept once. An arrival has only a few: the newest.
    """

    def answers(
        self, most: int = 100, without: Collection[str] = (), but: Collection[int] = ()
    ) -> list[Answer]:
        """The oldest answers that are owed, oldest receipt first, without those to the sources named and to
        the replies of these numbers."""
        ...

    async def answered(self, answers: Sequence[Answer]) -> None:
        """These answers were sent."""
        ...

    async def give_up(self, reply: int, why: str) -> None:
        """Nothing more is sent to this reply until its sender asks again. What is owed to it is dropped."""
        ...
