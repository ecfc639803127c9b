"""Which drills are open, and where something real has ended them."""

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
    """By the ledger's word, so that a restart changes nothing.

    While the clock cannot be trusted or the ledger read none is open: an exercise is only stored then.
    """

    def __init__(self, ledger: contract.Drills, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def open(self, decided: Iterable[Plan] = ()) -> tuple[Drill, ...]:
        """Those open now, each with the speakers that no red warning and no move order was meant for since it
        began; `decided` are plans that are not in the ledger yet."""
        now = self._clock.now()
        try:
            drills = [one for one in self._ledger.drills(now) if one.open(now)] if self._clock.trusted else []
            if not drills:
                return ()
            kept = self._ledger.real_since(min(one.start for one in drills))
        except LedgerFailed as error:
            log.error("the ledger cannot be read, no drill is open: %s", error)
            return ()
        real = [plan for plan in (*kept, *decided) if ends_drills(plan)]
        struck = {
            drill.number: {name for plan in real if plan.start >= drill.start for name in plan.targets}
            for drill in drills
        }
        return tuple(one.without(struck[one.number]) for one in drills)

    def barred(self, plan: Plan, speaker: str) -> Drop | None:
        """Whether an exercise may begin at a speaker: not once its drill is over there, or was closed.

        None for whatever is none.
        """
        if plan.act is not Act.DRILL or any(speaker in drill.speakers for drill in self.open()):
            return None
        return Drop(Why(Reason.DRILL_OVER))


def ends_drills(plan: Plan) -> bool:
    """A real red warning or move order ends a drill where it is meant (practice.md, Drills)."""
    return plan.class_ <= Class.RED and plan.act in (Act.WARNING, Act.MOVE)
