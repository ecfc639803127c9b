"""Arrivals: bytes as they came, before and after they could be read."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.model.alert import Arrival
from gateway.model.reason import Why


class Arrivals(Protocol):
    """Bytes as they came. An arrival is `new`, then `judged` or `quarantined`. It has a number that rises
    with time."""

    async def arrive(self, arrival: Arrival, urgent: bool = False) -> tuple[int, bool]:
        """Keep the bytes. Returns the number of the arrival, and whether these bytes are new from this
        source.

        An urgent arrival goes before all writes that wait. A full disk refuses the others first: their
        senders send them again. Where the bytes are not new, the receipts for them that were sent are owed
        once more. Where the sender says where it wants its answers (`arrival.reply`), they are owed there as
        well, see `Answers`.
        """
        ...

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        """The bytes of a new arrival cannot be parsed. `receipt` is the body of the receipt that is owed to
        its source.

        Where the arrival is not new any more, nothing changes, except that the receipt is owed where it says
        for the first time that this arrival is a member of another.
        """
        ...

    async def unquarantine(self, arrival: int, person: str, at: datetime) -> Arrival | None:
        """A quarantined arrival is new again, by order of this person. Returns it; None where it is not in
        quarantine."""
        ...

    def quarantined(self, most: int = 100) -> list[tuple[int, Arrival, Why]]:
        """The newest arrivals in quarantine, each with its number and the reason, newest first."""
        ...

    def unjudged(self, after: int = 0, most: int = -1) -> list[tuple[int, Arrival]]:
        """New arrivals with a number above `after`, oldest first, each with its number. -1 is all of them."""
        ...

    def arrival(self, arrival: int) -> tuple[Arrival, str, Why | None] | None:
        """One arrival with its state, and the reason where it is quarantined. None where there is none of
        this number."""
        ...
