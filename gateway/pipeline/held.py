"""Documents on hold: they are judged again when their time comes, or when people have said yes.

The ledger knows their times, so a restart changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

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

LONGEST = timedelta(hours=12)
"""No hold for an hour of the day lasts longer, however far a clock has leapt. Our choice: longer than any
quiet hours."""
LONGEST_WINDOW = timedelta(hours=1)
"""No veto window is longer (`Rule.window_s`)."""

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
        self._ends: dict[str, tuple[datetime, float]] = {}
        """By document: the end of its hold, by the wall clock and by the loop's, as it was first seen."""
        self.pulse = Pulse()

    def wake(self) -> None:
        """Look again: a document may be on hold, or the clock was set."""
        self._changed.set()

    async def run(self) -> None:
        """Judge every document whose time has come; until cancelled."""
        while True:
            self._changed.clear()
            held = self._ledger.held()
            self._note(held)
            waits = [(self._left(document), document) for document in held]
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

    def _note(self, documents: Sequence[Document]) -> None:
        """Keep the loop's time at which each hold ends, for as long as the clock cannot be trusted."""
        now, here = self._clock.now(), asyncio.get_running_loop().time()
        ends: dict[str, tuple[datetime, float]] = {}
        for document in documents:
            until, window = _until(document)
            known = self._ends.get(document.key)
            if known and known[0] == until and (window or not self._clock.trusted):
                ends[document.key] = known
            else:
                left = min(until - now, LONGEST_WINDOW if window else LONGEST)
                ends[document.key] = (until, here + left.total_seconds())
        self._ends = ends

    def _left(self, document: Document) -> float:
        """Seconds until a document is judged again.

        A veto window is a length of time, and runs by the loop's clock. A hold for an hour runs by the wall
        clock while that can be trusted. One that waits for the clock is looked at every CLOCK_S: a clock may
        be put right without a jump that anybody hears of.
        """
        held = document.verdict
        assert isinstance(held, Hold)
        if held.pauses and self._answered(document, held):
            return 0.0
        if held.why.reason is Reason.CLOCK_UNTRUSTED:
            return 0.0 if self._clock.trusted else CLOCK_S
        return self._ends[document.key][1] - asyncio.get_running_loop().time()

    def _answered(self, document: Document, held: Hold) -> bool:
        """Whether nobody need be asked any more which warning this end means: those that it may mean were
        ended or replaced, or the warning that it names has come after it."""
        row = self._ledger.arrival(document.arrival)
        assert row
        return not isinstance(self._judging.decide(document.alert, row[0], held=held).verdict, Hold)

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


def _until(document: Document) -> tuple[datetime, bool]:
    """The end of a hold by the wall clock, and whether it is a veto window."""
    held = document.verdict
    assert isinstance(held, Hold)
    assert held.until
    return held.until, held.why.reason is Reason.VETO_WINDOW
