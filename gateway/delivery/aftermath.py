"""The aftermath of an earlier run: bursts that were on their way when it died, and the minutes that sounded
that night."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from gateway.delivery.airtime import Turn
from gateway.delivery.gate import NIGHT, Gate
from gateway.delivery.live import Live
from gateway.delivery.programme import Programme
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock
from gateway.store import contract

log = logging.getLogger(__name__)

BurstId = tuple[str, str, int]
"""Plan, speaker and number of a burst."""


class Aftermath:
    """Takes up bursts that an earlier run had ordered.

    It works between the start and the first bursts: `take_up` for every plan, then `give_up_on`, then `over`.
    """

    def __init__(self, programme: Programme, gate: Gate, clock: Clock) -> None:
        self._programme = programme
        self._gate = gate
        self._clock = clock
        self._plays_on: dict[BurstId, Burst] = {}

    def take_up(self, live: Live) -> None:
        """Take up a plan of the earlier run. A burst that its unit plays on by itself is left alone."""
        boot = self._clock.instant().boot
        for burst in live.interrupted():
            if burst.plays_on(boot):
                self._plays_on[burst.plan, burst.speaker, burst.number] = burst
            else:
                self._interrupted(live, burst)

    def plays_on(self, burst_id: BurstId) -> bool:
        """Whether the unit is carrying this burst out already."""
        return burst_id in self._plays_on

    def give_up_on(self, chosen: Mapping[str, Turn]) -> None:
        """Count bursts as interrupted that were left alone and are not among the chosen turns, for those may
        cut them off.

        This is written before the order that cuts them off, or with it.
        """
        if not self._plays_on:
            return
        beginning = {(turn.plan.id, name, turn.burst.number) for name, turn in chosen.items()}
        for burst_id in [burst_id for burst_id in self._plays_on if burst_id not in beginning]:
            burst = self._plays_on.pop(burst_id)
            live = self._programme.live.get(burst.plan)
            # By now a later burst may be due, and this one settled.
            if live and live.bursts[burst.speaker, burst.number].outcome is None:
                self._interrupted(live, burst)

    def over(self) -> None:
        """The first bursts have begun."""
        self._plays_on.clear()

    def count_the_night(self, ledger: contract.Plans) -> None:
        """Add the minutes that the earlier run let sound this night."""
        try:
            rows = ledger.since(self._clock.now() - NIGHT)
        except LedgerFailed as error:
            log.error("what sounded this night cannot be read: %s", error)
            return
        for row in rows:
            for burst in row.bursts:
                if burst.began and burst.ended and burst.evidence >= Evidence.ACCEPTED:
                    self._gate.sounded(burst.speaker, row.plan, burst.began, burst.ended)

    def _interrupted(self, live: Live, burst: Burst) -> None:
        """A grave burst is said to its end whatever happens.

        Another one has one more try, if it may sound now.
        """
        now = self._clock.now()
        barred = burst.crashes > 1 or self._gate.ask(live.plan, burst.speaker, now) is not None
        if live.plan.class_.grave or not barred:
            self._programme.settle(live, replace(burst, boot=""))
            return
        outcome = Outcome.PLAYED if burst.evidence >= Evidence.SOUNDING else Outcome.SILENT
        why = Why(Reason.INTERRUPTED)
        self._programme.settle(live, replace(burst, outcome=outcome, why=why, ended=now))
        self._programme.sum_up(live)
