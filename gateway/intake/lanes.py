"""Documents that are on the disk and wait to be judged: urgent ones first, each lane in order of arrival.

Memory has a bound. In a storm most documents wait by their number alone, and are fetched from the ledger at
their turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gateway.model.alert import Alert, Arrival

WHOLE_MOST = 256
"""Documents that wait whole in memory. Further ones wait by number. Our choice."""
WHOLE_BYTES = 16 * 1024 * 1024
"""Bytes of the documents that wait whole in memory. Our choice."""
WAITING_MOST = 20_000
"""Ordinary documents that may wait.

Beyond them no more are taken. The number is twice the storm of our proof. Our choice.
"""


@dataclass(frozen=True)
class Waiting:
    """A document that waits."""

    number: int
    """The number of its arrival in the ledger."""
    arrival: Arrival | None
    """The arrival; None while the ledger alone has it."""
    alerts: tuple[Alert, ...] | None
    """Its alerts; None until it is parsed."""
    urgent: bool
    """Its lane."""
    gave_way: bool = False
    """Whether it was put back once, half judged, because an urgent document came."""


class Lanes:
    """The two lanes.

    `fetch` gives an arrival of the ledger by its number, or None if it is judged already.
    """

    def __init__(self, fetch: Callable[[int], Arrival | None]) -> None:
        self._fetch = fetch
        self._urgent: deque[Waiting] = deque()
        self._ordinary: deque[Waiting] = deque()
        self._whole = self._bytes = 0
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    @property
    def full(self) -> bool:
        """Whether no more ordinary documents should be taken."""
        return len(self._ordinary) >= WAITING_MOST

    def clear(self) -> None:
        """Forget all documents. The ledger knows which ones wait."""
        self._urgent.clear()
        self._ordinary.clear()
        self._whole = self._bytes = 0
        self._some.clear()

    def put(
        self, number: int, arrival: Arrival, alerts: tuple[Alert, ...] | None = None, urgent: bool = False
    ) -> None:
        """Put a document at the end of its lane."""
        if self._whole < WHOLE_MOST and self._bytes + len(arrival.raw) <= WHOLE_BYTES:
            self._whole += 1
            self._bytes += len(arrival.raw)
            waiting = Waiting(number, arrival, alerts, urgent)
        else:
            waiting = Waiting(number, None, None, urgent)
        (self._urgent if urgent else self._ordinary).append(waiting)
        self._some.set()

    @property
    def urgent_waits(self) -> bool:
        """Whether an urgent document waits."""
        return bool(self._urgent)

    def put_back(self, waiting: Waiting) -> None:
        """Put an ordinary document that was taken back to the beginning of its lane, whole."""
        assert waiting.arrival
        assert not waiting.urgent
        self._whole += 1
        self._bytes += len(waiting.arrival.raw)
        self._ordinary.appendleft(waiting)
        self._some.set()

    async def first(self) -> Waiting:
        """The next document to be judged, as soon as there is one.

        Raises LedgerFailed if it cannot be fetched. Then it stays in its lane.
        """
        while True:
            while not len(self):
                self._some.clear()
                await self._some.wait()
            if waiting := self._take(self._urgent or self._ordinary):
                return waiting

    def next(self, urgent: bool) -> Waiting | None:
        """The next document of a lane; None if there is none, or if an urgent one waits in the other.

        Raises LedgerFailed like `first`.
        """
        lane = self._urgent if urgent else self._ordinary
        while lane and (urgent or not self._urgent):
            if waiting := self._take(lane):
                return waiting
        return None

    def _take(self, lane: deque[Waiting]) -> Waiting | None:
        """The first document of a lane, whole; None if it is judged already."""
        waiting = lane[0]
        if waiting.arrival is not None:
            lane.popleft()
            self._whole -= 1
            self._bytes -= len(waiting.arrival.raw)
            return waiting
        arrival = self._fetch(waiting.number)
        lane.popleft()
        return Waiting(waiting.number, arrival, None, waiting.urgent) if arrival else None
