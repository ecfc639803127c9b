"""Arrivals that are kept and not judged yet, also those that an earlier run left."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from gateway.intake.glance import looks_grave
from gateway.intake.lanes import Lanes, Waiting
from gateway.model.alert import Alert, Arrival
from gateway.pipeline.pending import AGAIN_S
from gateway.runtime.logs import about
from gateway.store import contract

log = logging.getLogger(__name__)

PAGE = 500
"""Arrivals fetched together after a start, so that an earlier run's are not all held in memory. Our
choice."""


class Backlog:
    """The lanes that arrivals wait in, filled from the sources and, after a start, from the ledger."""

    def __init__(self, ledger: contract.Arrivals) -> None:
        self._ledger = ledger
        self._lanes = Lanes(self._fetch)
        self._replayed: set[int] = set()

    def __len__(self) -> int:
        return len(self._lanes)

    @property
    def full(self) -> bool:
        """Whether no more ordinary arrivals should be taken."""
        return self._lanes.full

    def put(self, number: int, arrival: Arrival, alerts: tuple[Alert, ...] | None, urgent: bool) -> None:
        """An arrival was kept just now. `alerts` is None until somebody has parsed it."""
        with about(source=arrival.source):
            log.info("arrival %d of %d bytes is kept", number, len(arrival.raw))
        if number not in self._replayed:  # kept while `replay` was looking: it waits already
            self._lanes.put(number, arrival, alerts, urgent)

    def put_off(self, waiting: Waiting) -> None:
        """The disk refused the decision on this arrival: it is judged again in AGAIN_S."""
        assert waiting.arrival
        entry = (waiting.number, waiting.arrival, waiting.alerts, waiting.urgent)
        asyncio.get_running_loop().call_later(AGAIN_S, self._lanes.put, *entry)

    def gives_way(self, waiting: Waiting) -> bool:
        """Whether a document that is half judged was put back, because an urgent one waits.

        It is judged from its beginning after that one. Once only: urgent ones that come one after another do
        not keep it from being judged.
        """
        if waiting.urgent or waiting.gave_way or not self._lanes.urgent_waits:
            return False
        self._lanes.put_back(replace(waiting, gave_way=True))
        return True

    def restart(self) -> None:
        """Forget everything, then `replay`."""
        self._lanes.clear()
        self._replayed.clear()
        self.replay()

    def replay(self) -> None:
        """Put in the arrivals that an earlier run kept and did not judge."""
        last = 0
        while page := self._ledger.unjudged(last, PAGE):
            for number, arrival in page:
                self._replayed.add(number)
                self._lanes.put(number, arrival, None, looks_grave(arrival))
            last = page[-1][0]

    async def first(self) -> Waiting:
        """The next to be judged, as soon as there is one.

        Raises LedgerFailed if it cannot be fetched; it stays in its lane.
        """
        return await self._lanes.first()

    def next(self, urgent: bool) -> Waiting | None:
        """The next of this lane, if there is one and nothing more urgent waits.

        Raises LedgerFailed like `first`.
        """
        return self._lanes.next(urgent)

    def _fetch(self, number: int) -> Arrival | None:
        row = self._ledger.arrival(number)
        return row[0] if row and row[1] == "new" else None
