"""Which burst is due, and who goes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gateway.delivery.airtime import Turn, due, first
from gateway.model.delivery import Burst, Outcome
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, Tier, ToneName
from tests.support.county import START

PLAN = Plan(
    "p",
    "k",
    Act.WARNING,
    Class.RED,
    (Part(("a",), Script(ToneName.RED, ("文。",), "warning-red")),),
    Schedule(2, (0.0, 600.0, 1800.0)),
    START,
    START + timedelta(hours=1),
    1,
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_the_first_burst_is_due_at_the_start_and_the_next_at_its_time() -> None:
    said = {("a", 0): Burst("p", "a", 0, outcome=Outcome.PLAYED)}
    assert due(PLAN, {}, "a", START) == ([], Burst("p", "a", 0))
    assert due(PLAN, said, "a", START + minutes(9.9)) == ([], None)
    assert due(PLAN, said, "a", START + minutes(10)) == ([], Burst("p", "a", 1))


def test_after_a_long_silence_only_the_latest_of_the_due_bursts_is_said() -> None:
    missed, waiting = due(PLAN, {}, "a", START + minutes(31))
    assert waiting == Burst("p", "a", 2)
    assert [(burst.number, burst.outcome) for burst in missed] == [(0, Outcome.EXPIRED), (1, Outcome.EXPIRED)]


def test_nothing_is_due_after_the_warning_has_expired() -> None:
    missed, waiting = due(PLAN, {}, "a", START + minutes(60))
    assert waiting is None
    assert {burst.outcome for burst in missed} == {Outcome.EXPIRED}


def test_the_end_time_bounds_repetition_but_not_the_first_burst() -> None:
    bounded = replace(PLAN, schedule=replace(PLAN.schedule, until=START + minutes(5)))
    missed, waiting = due(bounded, {}, "a", START)
    assert waiting == Burst("p", "a", 0)
    assert [burst.number for burst in missed] == [1, 2]


def test_class_goes_before_time_and_time_before_name() -> None:
    burst = Burst("p", "a", 0)
    red, later, blue = (
        Turn(PLAN, burst),
        Turn(replace(PLAN, id="a", start=START + minutes(1)), burst),
        Turn(replace(PLAN, class_=Class.BLUE, start=START - minutes(60)), burst),
    )
    assert first([blue, later, red]) is red
    assert first([blue, later]) is later
    assert first([]) is None


def test_of_one_level_the_upper_sources_goes_first_though_it_came_later() -> None:
    county = Turn(PLAN, Burst("p", "a", 0))
    province = Turn(replace(PLAN, id="q", tier=Tier.PROVINCE, start=START + minutes(1)), Burst("q", "a", 0))
    orange = Turn(replace(PLAN, id="o", tier=Tier.NATION, class_=Class.ORANGE), Burst("o", "a", 0))
    assert first([orange, county, province]) is province
    assert first([orange, county]) is county, "the level before the source"


def test_a_burst_keeps_its_token_and_the_next_has_another() -> None:
    assert PLAN.token(0) == PLAN.token(0) != PLAN.token(1)
    assert len(PLAN.token(0)) == 8
