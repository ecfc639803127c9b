"""Open drills, without the speakers where a real warning has ended them."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from gateway.model.drill import Drill
from gateway.model.judgement import Drop
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock
from gateway.store import contract

log = logging.getLogger(__name__)


class OpenDrills:
    """Asks the ledger every time, so that a restart changes nothing.

    While the clock cannot be trusted, or the ledger cannot be read, no drill is open: exercises are stored.
    """

    def __init__(self, ledger: contract.Drills, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def open(self, decided: Iterable[Plan] = ()) -> tuple[Drill, ...]:
        """The drills that are open now, each without the speakers that a red warning or a move order has
        meant since it began.

        `decided` are plans that are not in the ledger yet.
        """
        now = self._clock.now()
        try:
            drills = (
                [drill for drill in self._ledger.drills(now) if drill.open(now)]
                if self._clock.trusted
                else []
            )
            if not drills:
                return ()
            in_ledger = self._ledger.real_since(min(drill.start for drill in drills))
        except LedgerFailed as error:
            log.error("the ledger cannot be read, no drill is open: %s", error)
            return ()
        real = [plan for plan in (*in_ledger, *decided) if ends_drills(plan)]
        ended = {
            drill.number: {name for plan in real if plan.start >= drill.start for name in plan.targets}
            for drill in drills
        }
        return tuple(drill.without(ended[drill.number]) for drill in drills)

    def barred(self, plan: Plan, speaker: str) -> Drop | None:
        """The guard's answer if an exercise may not begin at a speaker, because its drill is over there or
        was closed."""
        if plan.act is not Act.DRILL or any(speaker in drill.speakers for drill in self.open()):
            return None
        return Drop(Why(Reason.DRILL_OVER))


def ends_drills(plan: Plan) -> bool:
    """Whether a plan ends drills at its speakers: a real red warning or move order does (docs/practice.md,
    Drills)."""
    return plan.class_ <= Class.RED and plan.act in (Act.WARNING, Act.MOVE)
