"""When and how often: windows, ends and the frequency that a sender asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.alert import Info, MsgType, Pair, Reference
from gateway.model.plan import Plan
from gateway.model.reason import Reason
from gateway.model.verdict import Air, Hold
from tests.support.judge_cases import DAY, MORNING, NIGHT, alert, ask, info, kept
from tests.support.rules import RULES

DEFAULT = (2, (0.0, 600.0, 1800.0))
MINUTE = timedelta(minutes=1)


def asking(**said: str) -> Info:
    return info(
        parameters=tuple(Pair(name, value) for name, value in said.items()), expires=DAY + 10 * MINUTE
    )


def planned(one: Info) -> Plan:
    plan = ask(alert(one)).plan
    assert plan
    return plan


def answered(one: Info) -> tuple[int, tuple[float, ...]]:
    schedule = planned(one).schedule
    return schedule.readings, schedule.bursts


def test_once_in_three_minutes_read_twice_until_the_end_and_not_beyond() -> None:
    assert answered(asking(PublishFrequency="1t/3min", RollFrequency="2")) == (2, (0.0, 180.0, 360.0, 540.0))


@pytest.mark.parametrize(
    "name", ["EBI:PublishFrequency", "publishFrequency", "publish_frequency", "BroadcastFrequency"]
)
def test_the_parameter_is_known_by_its_other_names(name: str) -> None:
    assert len(answered(asking(**{name: "1t/5min"}))[1]) == 2


def test_repetition_ends_after_so_many_bursts_however_long_the_warning_lasts() -> None:
    long = info(parameters=(Pair("PublishFrequency", "1t/3min"),), expires=DAY + timedelta(days=2))
    bursts = answered(long)[1]
    assert len(bursts) == RULES.frequency.most_bursts
    assert bursts[-1] <= 2 * 3600


@pytest.mark.parametrize(
    "said",
    [
        "",
        "often",
        "1t",
        "1t/0min",
        "0t/3min",
        "-1t/3min",
        "1t/3min;1t/1min",
        "9t/1min",
        "1t/59s",
        "1t/3",
        "１t/3min",
        "1.5t/3min",
        "1t/99999min",
        "t/min",
    ],
)
def test_a_frequency_that_cannot_be_read_or_is_too_often_leaves_the_default_and_a_trace(said: str) -> None:
    answer = ask(alert(info(parameters=(Pair("PublishFrequency", said),), expires=DAY + timedelta(days=1))))
    assert answer.plan
    assert (answer.plan.schedule.readings, answer.plan.schedule.bursts) == DEFAULT
    steps = [step for step in answer.trace if step.rule == "schedule.often"]
    assert [(step.saw, step.answer) for step in steps] == [(said, "default")]


@pytest.mark.parametrize(
    ("said", "readings"), [("1", 1), ("6", 6), ("7", 2), ("0", 2), ("-1", 2), ("two", 2), ("²", 2)]
)
def test_readings_have_bounds(said: str, readings: int) -> None:
    assert answered(info(parameters=(Pair("RollFrequency", said),)))[0] == readings


@pytest.mark.parametrize("name", ["EndTime", "OverDateTime"])
@pytest.mark.parametrize("form", ["2026-07-28 09:07:00", "2026-07-28T09:07:00+08:00", "2026-07-28T01:07:00Z"])
def test_an_end_time_bounds_the_repetition_and_is_chinas_where_it_names_no_zone(name: str, form: str) -> None:
    plan = planned(asking(PublishFrequency="1t/3min", **{name: form}))
    assert plan.schedule.bursts == (0.0, 180.0, 360.0)
    assert plan.not_after == plan.schedule.until == DAY + 7 * MINUTE


def test_an_end_time_never_prolongs_and_one_that_cannot_be_read_is_nothing() -> None:
    for said in ("2026-07-30 00:00:00", "soon"):
        assert planned(asking(EndTime=said)).not_after == DAY + 10 * MINUTE


def test_a_burst_past_its_end_time_is_not_said() -> None:
    over = alert(
        info(parameters=(Pair("EndTime", "2026-07-28 08:59:00"),), expires=DAY + MINUTE),
        sent=DAY - 2 * MINUTE,
    )
    assert ask(over, now=DAY).verdict.why.reason is Reason.EXPIRED


@pytest.mark.parametrize(
    "said",
    [
        {"expires": DAY},
        {"expires": DAY - 60 * MINUTE},
        {"expires": DAY - timedelta(hours=8)},
        {"effective": DAY + 2 * MINUTE, "expires": DAY + MINUTE},
        {"parameters": (Pair("StartTime", "2026-07-28 12:00:00"), Pair("EndTime", "2026-07-28 11:00:00"))},
    ],
    ids=str,
)
def test_an_end_that_cannot_be_is_not_believed_and_flagged(said: dict[str, Any]) -> None:
    """A warning is not dropped by the slip of a sender: it sounds at once and holds for a day."""
    answer = ask(alert(info(**said)), now=DAY + 3 * MINUTE)
    assert answer.plan
    assert answer.plan.start == DAY + 3 * MINUTE
    assert answer.plan.not_after == DAY + timedelta(hours=24)
    assert isinstance(answer.verdict, Air)
    assert [flag.reason for flag in answer.verdict.flags] == [Reason.EXPIRES_IMPOSSIBLE]


def test_of_two_ends_the_one_that_can_be_is_believed() -> None:
    plan = planned(asking(EndTime="2026-07-28 08:59:00"))
    assert plan.not_after == DAY + 10 * MINUTE


def test_an_update_that_ends_before_it_was_sent_may_be_meant_as_an_end() -> None:
    first = alert()
    live = kept(first, ask(first), "square", "slope")
    update = alert(
        info(expires=DAY),
        name="B",
        sent=DAY + MINUTE,
        msg_type=MsgType.UPDATE,
        references=(Reference("county", "A", DAY),),
    )
    held = ask(update, live)
    assert isinstance(held.verdict, Hold)
    assert held.verdict.why.reason is Reason.EXPIRES_IMPOSSIBLE
    assert held.endings == ()
    assert ask(update, live, held=replace(held.verdict, approved=("李某",))).plan


def test_an_impossible_end_does_not_hold_for_ever() -> None:
    old = alert(info(expires=DAY - MINUTE))
    assert ask(old, now=DAY + timedelta(hours=25)).verdict.why.reason is Reason.EXPIRED


def test_a_warning_for_a_future_window_waits_for_it() -> None:
    later = DAY + timedelta(hours=3)
    for window in (
        {"effective": later},
        {"parameters": (Pair("BroadcastDateTime", "2026-07-28 12:00:00"),)},
        {"parameters": (Pair("BoradcastDateTime", "2026-07-28 12:00:00"),)},
    ):
        plan = planned(info(expires=later + timedelta(hours=1), **window))
        assert plan.start == later
    assert planned(info(onset=later, expires=later + MINUTE)).start == DAY, "onset is not when to speak"


def test_an_effective_that_is_not_after_sent_waits_for_nothing_whatever_our_clock_says() -> None:
    slow = DAY - 5 * MINUTE
    answer = ask(alert(info(effective=DAY)), now=slow)
    assert answer.plan
    assert answer.plan.start == slow


def test_a_window_that_begins_after_its_end_is_none() -> None:
    assert planned(info(effective=DAY + timedelta(hours=2), expires=DAY + timedelta(hours=1))).start == DAY


def test_without_an_end_a_future_window_lasts_a_day() -> None:
    begins = DAY + timedelta(days=3)
    plan = planned(info(effective=begins))
    assert (plan.start, plan.not_after) == (begins, begins + timedelta(days=1))


def test_the_hour_at_which_it_would_sound_decides_not_the_hour_at_which_it_came() -> None:
    gale = "舒城县气象台发布大风橙色预警信号"
    held = ask(alert(info(gale, effective=NIGHT))).verdict
    assert isinstance(held, Hold)
    assert held.until == MORNING
    assert ask(alert(info(gale, effective=MORNING), sent=NIGHT)).plan


def test_a_move_order_is_read_three_times_every_three_minutes_then_every_ten_for_two_hours() -> None:
    schedule = RULES.move(DAY)
    assert schedule.readings == 3
    assert schedule.bursts[:7] == (0.0, 180.0, 360.0, 540.0, 720.0, 900.0, 1500.0)
    assert {
        after - before for before, after in zip(schedule.bursts[5:], schedule.bursts[6:], strict=False)
    } == {600.0}
    assert schedule.until == DAY + timedelta(hours=2)
    assert schedule.bursts[-1] < 7200
