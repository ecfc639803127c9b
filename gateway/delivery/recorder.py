"""The recorder: writes the dispatcher's facts into the ledger in order, many in one commit, and publishes
them afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from gateway.model.delivery import Burst
from gateway.model.event import Event, SpeakerChanged
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import CANARY, LedgerFailed
from gateway.receipts.bodies import body
from gateway.runtime.events import Events
from gateway.runtime.pulse import Pulse
from gateway.store import contract

log = logging.getLogger(__name__)

GATHER_S = 0.003
"""If nobody waits, a fact is written so much later, together with those that follow it. So an order goes out
first, and its answer is in the same commit. Our choice: an answer takes some milliseconds."""
AGAIN_S = 1.0
"""Pause before a failed write is tried again. Sound never waits for it. Our choice."""


class Recorder:
    """`receipts_owed` is called after receipts were written."""

    def __init__(self, ledger: contract.Plans, events: Events, receipts_owed: Callable[[], None]) -> None:
        self._ledger = ledger
        self._events = events
        self._receipts_owed = receipts_owed
        self._plans: list[Plan] = []
        self._bursts: dict[tuple[str, str, int], Burst] = {}
        self._receipts: list[tuple[str, str, Event]] = []
        self._ends: dict[str, Why] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self.ending: set[str] = set()
        """Plans that have ended and whose end is not in the ledger yet."""
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self.pulse = Pulse()

    def plan(self, plan: Plan) -> None:
        """Note a plan that sounds from memory."""
        self._plans.append(plan)
        self._wake.set()

    def note(self, burst: Burst, source: str, event: SpeakerChanged) -> None:
        """Note the latest state of a burst.

        At its end its sender is told; each rung before goes to the event stream.
        """
        self._bursts[burst.plan, burst.speaker, burst.number] = burst
        if burst.outcome is not None:
            self.tell(source, event.key, event)
        elif source != CANARY:
            self._events.publish(event)
        self._wake.set()

    def tell(self, source: str, document: str, event: Event) -> None:
        """Note a receipt, to be owed with the next write."""
        if source != CANARY:
            self._receipts.append((source, document, event))
            self._wake.set()

    def end(self, plan: str, why: Why) -> None:
        """Note the end of a plan."""
        self._ends[plan] = why
        self.ending.add(plan)
        self._wake.set()

    def mark(self) -> asyncio.Future[None]:
        """Done when everything noted so far would survive a power cut."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._wake.set()
        return future

    def hurry(self) -> None:
        """Write soon: somebody waits."""
        self._hurry.set()

    async def on_disk(self) -> None:
        """Returns when everything noted so far would survive a power cut."""
        mark = self.mark()
        self.hurry()
        await mark

    async def run(self) -> None:
        """Write until cancelled, and then write the rest once more."""
        try:
            while True:
                with self.pulse.resting():
                    await self._wake.wait()
                    await self._gather()
                self._wake.clear()
                await self._flush()
        finally:
            await self._flush(last=True)

    async def _gather(self) -> None:
        """Give further facts time to come, at most GATHER_S; no longer than until somebody waits."""
        try:
            async with asyncio.timeout(GATHER_S):
                await self._hurry.wait()
        except TimeoutError:
            pass
        self._hurry.clear()

    async def _flush(self, last: bool = False) -> None:
        """Try until the disk takes it.

        The `last` time it is tried once, so that a daemon on a broken disk can be stopped.
        """
        plans, bursts, events, ends = self._plans, list(self._bursts.values()), self._receipts, self._ends
        waiting, self._waiting = self._waiting, []
        self._plans, self._bursts, self._receipts, self._ends = [], {}, [], {}
        receipts = [(source, document, body(event)) for source, document, event in events if source]
        while plans or bursts or events or ends:
            self.pulse.tick()
            try:
                await self._ledger.record(bursts, receipts, ends, plans)
                break
            except LedgerFailed as error:
                log.error("outcomes wait for the disk: %s", error)
                if last:
                    return
                await asyncio.sleep(AGAIN_S)
        for future in waiting:
            if not future.done():
                future.set_result(None)
        self.ending.difference_update(ends)
        for _, _, event in events:
            self._events.publish(event)
        if receipts:
            self._receipts_owed()
