"""Lanes: arrivals that are kept wait here to be judged, the urgent before the ordinary, each lane in order of
arrival.

Memory is bounded: in a storm a document waits by its number and is fetched from the ledger when its turn
comes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gateway.model.alert import Alert, Arrival

WHOLE_MOST = 256
"""Documents that wait in memory whole: 512 MiB if every one had the largest size, one in practice. Our
choice."""
WHOLE_BYTES = 16 * 1024 * 1024
"""The same in bytes; further ones wait by number. Our choice."""
WAITING_MOST = 20_000
"""Ordinary documents that may wait; then no more are taken until some are judged. Twice the storm that we
prove. Our choice."""


@dataclass(frozen=True)
class Waiting:
    """An arrival that waits, by its number."""

    number: int
    arrival: Arrival | None
    """None while only the ledger has it."""
    alerts: tuple[Alert, ...] | None
    """None until it is parsed."""
    urgent: bool


class Lanes:
    """`fetch` brings an arrival back by its number, or None if it is judged already."""

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
        """Forget everything. The ledger knows which arrivals wait."""
        self._urgent.clear()
        self._ordinary.clear()
        self._whole = self._bytes = 0
        self._some.clear()

    def put(
        self, number: int, arrival: Arrival, alerts: tuple[Alert, ...] | None = None, urgent: bool = False
    ) -> None:
        """At the end of its lane."""
        if self._whole < WHOLE_MOST and self._bytes + len(arrival.raw) <= WHOLE_BYTES:
            self._whole += 1
            self._bytes += len(arrival.raw)
            waiting = Waiting(number, arrival, alerts, urgent)
        else:
            waiting = Waiting(number, None, None, urgent)
        (self._urgent if urgent else self._ordinary).append(waiting)
        self._some.set()

    async def first(self) -> Waiting:
        """The next to be judged, as soon as there is one.

        Raises LedgerFailed if it cannot be fetched; it stays in its lane.
        """
        while True:
            while not len(self):
                self._some.clear()
                await self._some.wait()
            if waiting := self._take(self._urgent or self._ordinary):
                return waiting

    def next(self, urgent: bool) -> Waiting | None:
        """The next of this lane, if there is one and nothing more urgent waits.

        Raises LedgerFailed like `first`.
        """
        lane = self._urgent if urgent else self._ordinary
        while lane and (urgent or not self._urgent):
            if waiting := self._take(lane):
                return waiting
        return None

    def _take(self, lane: deque[Waiting]) -> Waiting | None:
        """The first of a lane, whole; None if it is judged already."""
        waiting = lane[0]
        if waiting.arrival is not None:
            lane.popleft()
            self._whole -= 1
            self._bytes -= len(waiting.arrival.raw)
            return waiting
        arrival = self._fetch(waiting.number)
        lane.popleft()
        return Waiting(waiting.number, arrival, None, waiting.urgent) if arrival else None
