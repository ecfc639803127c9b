"""What an earlier life of the daemon left behind: bursts that were on their way when it died, and the minutes that had sounded that night."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from gateway.delivery import Book
from gateway.delivery.airtime import Turn
from gateway.delivery.gate import NIGHT, Gate
from gateway.delivery.live import Live
from gateway.delivery.programme import Programme
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock

log = logging.getLogger(__name__)

Way = tuple[str, str, int]
"""A burst: its plan, speaker and number."""


class Aftermath:
    """Between the start and the first bursts: `take_up` every plan, then `give_up_on` what the chosen may cut off; then it is `over`."""

    def __init__(self, programme: Programme, gate: Gate, clock: Clock) -> None:
        self._programme = programme
        self._gate = gate
        self._clock = clock
        self._plays_on: dict[Way, Burst] = {}

    def take_up(self, live: Live) -> None:
        """A plan of the earlier life. What plays on by itself is left alone."""
        boot = self._clock.instant().boot
        for burst in live.interrupted():
            if burst.plays_on(boot):
                self._plays_on[burst.plan, burst.speaker, burst.number] = burst
            else:
                self._interrupted(live, burst)

    def plays_on(self, way: Way) -> bool:
        """Whether the unit is carrying this burst out already."""
        return way in self._plays_on

    def give_up_on(self, chosen: Mapping[str, Turn]) -> None:
        """What was left alone and whose turn has not come at once may be cut off by what is chosen: it is interrupted after all, which is
        written before or with the order that does it."""
        if not self._plays_on:
            return
        going_on = {(turn.plan.id, name, turn.burst.number) for name, turn in chosen.items()}
        for way in [way for way in self._plays_on if way not in going_on]:
            burst = self._plays_on.pop(way)
            live = self._programme.live.get(burst.plan)
            # By now a later burst may be due, and this one settled.
            if live and live.bursts[burst.speaker, burst.number].outcome is None:
                self._interrupted(live, burst)

    def over(self) -> None:
        """The first bursts have begun."""
        self._plays_on.clear()

    def count_the_night(self, ledger: Book) -> None:
        """The minutes of a night are not forgotten at a restart."""
        try:
            found = ledger.since(self._clock.now() - NIGHT)
        except LedgerFailed as error:
            log.error("what sounded this night cannot be read: %s", error)
            return
        for row in found:
            for burst in row.bursts:
                if burst.began and burst.ended and burst.evidence >= Evidence.ACCEPTED:
                    self._gate.sounded(burst.speaker, row.plan, burst.began, burst.ended)

    def _interrupted(self, live: Live, burst: Burst) -> None:
        """What is grave is said to its end whatever happens; the rest has one more try, and none where it may not sound now."""
        now = self._clock.now()
        barred = burst.crashes > 1 or self._gate.ask(live.plan, burst.speaker, now) is not None
        if live.plan.class_.grave or not barred:
            self._programme.settle(live, replace(burst, boot=""))
            return
        outcome = Outcome.PLAYED if burst.evidence >= Evidence.SOUNDING else Outcome.SILENT
        why = Why(Reason.INTERRUPTED)
        self._programme.settle(live, replace(burst, outcome=outcome, why=why, ended=now))
        self._programme.sum_up(live)
