"""Documents on hold: they are judged again when their time comes, or when people have said yes.

The ledger knows their times, so a restart changes nothing.
"""

from __future__ import annotations

import asyncio
import logging

from gateway.model.judgement import Judgement
from gateway.model.reason import Reason
from gateway.model.record import Document, Entry, LedgerFailed
from gateway.model.verdict import Hold
from gateway.pipeline import Ledger
from gateway.pipeline.handover import Handover
from gateway.pipeline.judging import Judging
from gateway.pipeline.pending import AGAIN_S
from gateway.receipts import bodies as receipts
from gateway.runtime.clock import Clock
from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

CLOCK_S = 10.0
"""Seconds after which a document that waits for the clock is looked at again. Our choice."""


class Held:
    """Judges documents on hold again. Supervise `run`."""

    def __init__(self, ledger: Ledger, clock: Clock, judging: Judging, handover: Handover) -> None:
        self._ledger = ledger
        self._clock = clock
        self._judging = judging
        self._handover = handover
        self._changed = asyncio.Event()
        self.pulse = Pulse()

    def wake(self) -> None:
        """Look again: a document may be on hold, or the clock was set."""
        self._changed.set()

    async def run(self) -> None:
        """Judge every document whose time has come; until cancelled."""
        while True:
            self._changed.clear()
            waits = [(self._left(document), document) for document in self._ledger.held()]
            for _, document in [wait for wait in waits if wait[0] <= 0]:
                assert isinstance(document.verdict, Hold)
                self.pulse.tick()
                await self.release(document, document.verdict)
            # After a release look again: the answer may be another hold, a veto window after the night.
            pause = min((max(0.0, seconds) for seconds, _ in waits), default=None)
            try:
                with self.pulse.resting():
                    async with asyncio.timeout(pause):
                        await self._changed.wait()
            except TimeoutError:
                pass

    def _left(self, document: Document) -> float:
        """Seconds until a document is judged again.

        One that waits for the clock is looked at every CLOCK_S: a clock may be put right without a jump that
        anybody hears of.
        """
        held = document.verdict
        assert isinstance(held, Hold)
        assert held.until
        if held.pauses and all(map(self._ended, held.pauses)):
            return 0.0
        if held.why.reason is Reason.CLOCK_UNTRUSTED:
            return 0.0 if self._clock.trusted else CLOCK_S
        return (held.until - self._clock.now()).total_seconds()

    def _ended(self, key: str) -> bool:
        """Whether an end that names this warning has come meanwhile: nobody need be asked about it."""
        ends = [row.ended for row in self._ledger.plans(key)]
        return bool(ends) and all(why and why.reason is Reason.CANCELLED for why in ends)

    async def release(self, document: Document, held: Hold) -> None:
        """Judge a document again, with the same past that it would have had: its time has come, or people
        said yes."""
        row = self._ledger.arrival(document.arrival)
        assert row
        arrival = row[0]
        judgement = self._judging.decide(document.alert, arrival, held=held)
        accepted = receipts.accepted(document.alert, judgement.verdict, arrival, document.arrival)
        entry = Entry(document.alert, document.source, document.at, judgement)
        try:
            await self._ledger.decide(document.key, document.source, judgement, [receipts.body(accepted)])
        except LedgerFailed as error:
            log.error("alert %s is decided and waits for the disk: %s", document.key, error)
            self._handover.give_pending(entry)
            self._pauses_end(document, judgement)
            await asyncio.sleep(AGAIN_S)
            return
        self._handover.give([entry], [accepted])
        self._pauses_end(document, judgement)

    def _pauses_end(self, document: Document, judgement: Judgement) -> None:
        """What it paused goes on, or has just been ended; unless it is on hold again for the same reason."""
        if not (isinstance(judgement.verdict, Hold) and judgement.verdict.pauses):
            self._handover.answered(document.key)
