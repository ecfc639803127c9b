"""What was held: judged anew when its time comes, to the second and across restarts, or when people have said yes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from gateway.model.reason import Reason
from gateway.model.record import Document, Entry, LedgerFailed
from gateway.model.verdict import Hold, Step
from gateway.pipeline.judging import Court
from gateway.pipeline.unkept import AGAIN_S, Unkept
from gateway.receipts import bodies as receipts
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.runtime.logs import about
from gateway.runtime.pulse import Pulse
from gateway.store.sqlite.ledger import Ledger

log = logging.getLogger(__name__)

CLOCK_S = 10.0
"""How often what waits for the clock looks whether it can be trusted. Our choice."""


class Held:
    """`owed` is called when the ledger owes receipts."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        court: Court,
        unkept: Unkept,
        events: Events,
        owed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._court = court
        self._unkept = unkept
        self._events = events
        self._owed = owed
        self._changed = asyncio.Event()
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something may have been held, or the clock was set: look anew."""
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._changed.clear()
            left = [(self._left(document), document) for document in self._ledger.held()]
            for _, document in [one for one in left if one[0] <= 0]:
                assert isinstance(document.verdict, Hold)
                self.pulse.tick()
                await self.release(document, document.verdict)
            # After a release look again: the answer may be another hold, a veto window after the night.
            pause = min((max(0.0, seconds) for seconds, _ in left), default=None)
            try:
                with self.pulse.resting():
                    async with asyncio.timeout(pause):
                        await self._changed.wait()
            except TimeoutError:
                pass

    def _left(self, document: Document) -> float:
        """Seconds until it is asked again. What waits for the clock is looked at every so often: being put right is not always a jump."""
        held = document.verdict
        assert isinstance(held, Hold)
        assert held.until
        if held.why.reason is Reason.CLOCK_UNTRUSTED:
            return 0.0 if self._clock.trusted else CLOCK_S
        return (held.until - self._clock.now()).total_seconds()

    async def release(self, document: Document, held: Hold) -> None:
        """What was held is judged anew, with the same past it would have had: its time has come, or people said yes."""
        kept = self._ledger.arrival(document.arrival)
        assert kept
        judgement = self._court.decide(document.alert, kept[0], [], held)
        if held.approved:
            step = Step("approval", "person", "、".join(held.approved), "yes")
            judgement = replace(judgement, trace=(step, *judgement.trace))
        judgement = self._unkept.as_it_sounds(document.key, judgement)
        event = receipts.accepted(document.alert, judgement.verdict, kept[0], document.arrival)
        entry = Entry(document.alert, document.source, document.at, judgement)
        try:
            await self._ledger.decide(document.key, document.source, judgement, [receipts.body(event)])
        except LedgerFailed as error:
            log.error("alert %s is decided and waits for the disk: %s", document.key, error)
            self._unkept.air(entry)
            await asyncio.sleep(AGAIN_S)
            return
        with about(alert=document.key, source=document.source):
            log.info("held until now: %s (%s)", judgement.verdict.name, judgement.verdict.why.reason)
        self._events.publish(event)
        self._unkept.kept(entry)
        self._owed()
