"""Receipts: what senders are still to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from gateway.model.record import Receipt


class Receipts(Protocol):
    """What senders are told. A receipt is kept together with the fact it tells, and is owed until `told`."""

    def owed(self, most: int = 100, without: Collection[str] = ()) -> list[Receipt]:
        """The oldest receipts that are owed, oldest first, without those of the sources named.

        The cost grows with `most`, not with the number owed.
        """
        ...

    def owing(self) -> int:
        """How many receipts are owed."""
        ...

    async def told(self, receipts: Sequence[int]) -> None:
        """The receipts with these ids were sent."""
        ...

    def receipts(self, document: str) -> list[Receipt]:
        """All receipts of a document, sent or owed, oldest first."""
        ...
