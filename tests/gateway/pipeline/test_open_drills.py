"""Open drills: by the ledger's word, and not where a real warning has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from gateway.model.drill import Drill
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason
from gateway.model.record import LedgerFailed
from gateway.pipeline.open_drills import OpenDrills
from gateway.runtime.clock import Clock
from gateway.store import contract
from tests.support.handover import orange_gale, plan_of, red
from tests.support.judge_cases import DAY

HOUR = timedelta(hours=1)
DRILL = Drill("county", ("青石镇",), ("square", "slope"), DAY, DAY + HOUR, "王芳", 1)
RED = plan_of(red())


class Shelf:
    """The ledger, as far as drills are asked of it."""

    def __init__(self, *plans: Plan) -> None:
        self.plans = list(plans)
        self.broken = False

    def drills(self, now: datetime) -> list[Drill]:
        if self.broken:
            raise LedgerFailed("broken")
        return [DRILL]

    def real_since(self, start: datetime) -> list[Plan]:
        return [plan for plan in self.plans if plan.start >= start]


class Wall:
    """A clock that stands still."""

    def __init__(self, at: datetime, trusted: bool = True) -> None:
        self.at = at
        self.trusted = trusted

    def now(self) -> datetime:
        return self.at


def drills(shelf: Shelf, at: datetime = DAY + HOUR / 2, trusted: bool = True) -> OpenDrills:
    return OpenDrills(cast("contract.Ledger", shelf), cast("Clock", Wall(at, trusted)))


def at(plan: Plan, *speakers: str) -> Plan:
    """The same plan for these speakers only."""
    return replace(plan, parts=(replace(plan.parts[0], targets=speakers),))


def test_a_drill_is_open_in_its_time_and_while_the_clock_and_the_ledger_can_be_believed() -> None:
    shelf = Shelf()
    assert drills(shelf).open() == (DRILL,)
    assert drills(shelf, DAY + HOUR).open() == ()
    assert drills(shelf, trusted=False).open() == ()
    shelf.broken = True
    assert drills(shelf).open() == ()


def test_a_real_red_or_a_move_order_ends_it_at_its_speakers_also_before_the_ledger_has_it() -> None:
    (left,) = drills(Shelf(at(RED, "slope"))).open()
    assert left.speakers == ("square",)
    move = replace(at(RED, "square"), act=Act.MOVE, class_=Class.MOVE)
    (left,) = drills(Shelf()).open([move])
    assert left.speakers == ("slope",)


def test_nothing_lesser_and_nothing_before_it_ends_it() -> None:
    earlier = replace(RED, start=DAY - timedelta(minutes=1))
    lift = replace(RED, act=Act.LIFT)
    assert drills(Shelf(plan_of(orange_gale()))).open([earlier, lift]) == (DRILL,)


def test_an_exercise_is_barred_where_its_drill_is_over_and_nothing_else_is() -> None:
    exercise = replace(RED, act=Act.DRILL, class_=Class.TEST)
    open_drills = drills(Shelf(at(RED, "slope")))
    assert open_drills.barred(exercise, "square") is None
    barred = open_drills.barred(exercise, "slope")
    assert barred
    assert barred.why.reason is Reason.DRILL_OVER
    assert open_drills.barred(RED, "slope") is None
