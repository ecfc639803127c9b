"""The gate: holds of everything, sites that only watch, and the minutes of a night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from gateway.delivery.gate import NIGHT, Gate, on_hold
from gateway.model.alarm import AlarmKind
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY
from gateway.monitoring.alarms import Alarms
from tests.support.county import day
from tests.support.handover import plan_of, red, yellow
from tests.support.rules import RULES

EVENING, MIDNIGHT = day(22), day(23, 59)
RED, YELLOW = plan_of(red()), plan_of(yellow())
RING = replace(RED, act=Act.RING, class_=Class.MOVE)
MINUTE = timedelta(minutes=1)


class Bell:
    """The alarms, as far as the gate calls them."""

    def __init__(self) -> None:
        self.calls: list[tuple[AlarmKind, str]] = []

    def call(self, kind: AlarmKind, subject: str, why: Why) -> None:
        self.calls.append((kind, subject))


class Guard:
    """Lets everything pass and remembers the minutes that it was asked about."""

    def __init__(self) -> None:
        self.minutes: list[float] = []

    def __call__(self, plan: Plan, speaker: str, now: datetime, minutes: float) -> Wait | Drop | None:
        self.minutes.append(minutes)
        return None


def gate(watch_only: bool = False) -> tuple[Gate, Bell, Guard]:
    bell, guard = Bell(), Guard()
    return Gate(cast("Alarms", bell), guard, RULES.quiet_until, watch_only), bell, guard


def test_a_hold_of_everything_lets_a_burst_wait_for_its_end_and_ends_by_itself() -> None:
    held, _, _ = gate()
    until = EVENING + timedelta(hours=1)
    held.until = until
    assert held.ask(YELLOW, "square", EVENING) == Wait(until, on_hold(until))
    assert held.ask(YELLOW, "square", until) is None
    assert held.until is None


def test_it_rings_the_duty_room_once_for_each_grave_plan_and_again_under_the_next_hold() -> None:
    held, bell, _ = gate()
    for _ in range(2):
        held.until = EVENING + timedelta(hours=1)
        for plan in (RED, YELLOW, RED):
            held.ask(plan, "square", EVENING)
        assert held.ask(RING, "duty", EVENING) is None, "the duty room itself is rung"
        held.resume()
    assert bell.calls == [(AlarmKind.HOLD, RED.alert)] * 2


@pytest.mark.parametrize("plan", [RED, RING])
def test_on_a_site_that_only_watches_nothing_but_the_canary_sounds(plan: Plan) -> None:
    watching, _, guard = gate(watch_only=True)
    assert watching.ask(plan, "square", EVENING) == Drop(Why(Reason.WATCH_ONLY))
    assert watching.ask(replace(plan, act=Act.WARNING), CANARY, EVENING) is None
    assert guard.minutes == [0.0]


def test_the_guard_is_asked_with_the_minutes_of_this_night_and_this_burst() -> None:
    open_gate, _, guard = gate()
    open_gate.sounded("square", YELLOW, EVENING, EVENING + 2 * MINUTE)
    open_gate.sounded("square", RED, EVENING, EVENING + 5 * MINUTE)
    open_gate.sounded("square", replace(YELLOW, act=Act.CORRECTION), EVENING, EVENING + 5 * MINUTE)
    open_gate.sounded("slope", YELLOW, EVENING, EVENING + 7 * MINUTE)
    open_gate.sounded("square", YELLOW, day(15), day(15) + 9 * MINUTE)
    open_gate.ask(YELLOW, "square", MIDNIGHT, seconds=30)
    assert guard.minutes == [2.5], "red, corrections, other speakers and the day do not count"


def test_a_night_is_forgotten_by_day_and_after_a_while() -> None:
    open_gate, _, guard = gate()
    open_gate.sounded("square", YELLOW, EVENING, EVENING + 2 * MINUTE)
    open_gate.ask(YELLOW, "square", EVENING + 2 * MINUTE + NIGHT + MINUTE)
    open_gate.ask(YELLOW, "square", MIDNIGHT)
    assert guard.minutes == [0.0, 0.0]
