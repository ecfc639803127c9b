"""The hour decides where it sounds, and what an untrusted clock may decide.

Covers warn and guard of gateway/judge.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Class
from gateway.model.reason import Reason
from gateway.model.speaker import Roster, Speaker
from gateway.model.verdict import Hold
from gateway.runtime.clock import CHINA
from tests.support.judge_cases import DAY, MORNING, NIGHT, SQUARE, alert, area, ask, info, kept
from tests.support.rules import may_sound

ORANGE = "舒城县气象台发布暴雨橙色预警信号"
TORRENT = "舒城县气象台发布山洪灾害黄色预警"
GALE = "舒城县气象台发布大风红色预警信号"
YELLOW = "舒城县气象台发布暴雨黄色预警信号"
FLAT = Roster(3, (), (SQUARE,))
UNSET = datetime(1970, 1, 1, 8, 5, tzinfo=CHINA)


@pytest.mark.parametrize("headline", [ORANGE, TORRENT])
def test_at_night_it_sounds_at_the_risk_point_and_waits_elsewhere_for_the_morning(headline: str) -> None:
    plan = ask(alert(info(headline), sent=NIGHT)).plan
    assert plan
    assert set(plan.targets) == {"square", "slope"}
    assert may_sound(plan, "slope", NIGHT, 0) is None
    answer = may_sound(plan, "square", NIGHT, 0)
    assert isinstance(answer, Wait)
    assert answer.until == MORNING
    assert may_sound(plan, "square", MORNING, 0) is None


def test_where_it_has_ended_by_the_morning_it_is_dropped_at_once() -> None:
    plan = ask(alert(info(ORANGE, expires=MORNING), sent=NIGHT)).plan
    assert plan
    assert isinstance(may_sound(plan, "square", NIGHT, 0), Drop)
    assert may_sound(plan, "slope", NIGHT, 0) is None


def test_by_day_it_sounds_everywhere() -> None:
    plan = ask(alert(info(ORANGE))).plan
    assert plan
    assert [may_sound(plan, target, DAY, 0) for target in plan.targets] == [None, None]


@pytest.mark.parametrize("headline", [ORANGE, TORRENT])
def test_where_no_risk_point_is_named_it_is_held_and_the_trace_says_so(headline: str) -> None:
    answer = ask(alert(info(headline), sent=NIGHT), roster=FLAT)
    assert isinstance(answer.verdict, Hold)
    assert (answer.verdict.why.reason, answer.verdict.until) == (Reason.HELD_AT_NIGHT, MORNING)
    assert any("no risk point there" in step.saw for step in answer.trace)
    assert ask(alert(info(headline), sent=NIGHT), roster=FLAT, now=MORNING, held=answer.verdict).plan


def test_a_warning_approved_at_night_sounds_at_night_and_one_that_waited_out_its_hold_by_day() -> None:
    gale = alert(info(GALE), sent=NIGHT)
    held = ask(gale).verdict
    assert isinstance(held, Hold)
    answer = ask(gale, now=NIGHT + timedelta(minutes=5), held=held)
    assert answer.plan
    assert may_sound(answer.plan, "square", NIGHT + timedelta(minutes=5), 0) is None


def test_a_red_night_for_one_village_wakes_no_blue_ones() -> None:
    red = info(areas=area("341523104201"))
    blue = info("舒城县气象台发布暴雨蓝色预警信号", areas=area("341523104202"))
    plan = ask(alert(sent=NIGHT, infos=(red, blue))).plan
    assert plan
    assert plan.targets == ("square",)


def test_a_hazard_of_seconds_without_a_colour_has_the_air_of_an_orange_one_at_any_hour() -> None:
    quake = ask(alert(info("地震预警", event="地震"), sent=NIGHT)).plan
    assert quake
    assert quake.class_ is Class.ORANGE
    assert may_sound(quake, "square", NIGHT, 1e6) is None


@pytest.mark.parametrize("headline", ["舒城县气象台发布暴雨红色预警信号", ORANGE, GALE])
@pytest.mark.parametrize("now", [UNSET, datetime(2031, 1, 1, 23, tzinfo=CHINA)])
def test_a_live_red_or_orange_is_not_lost_to_an_untrusted_clock(headline: str, now: datetime) -> None:
    answer = ask(
        alert(info(headline, expires=DAY + timedelta(hours=1), effective=DAY)), now=now, trusted=False
    )
    assert answer.verdict.name == "air"
    assert answer.plan
    assert answer.plan.start == now
    assert not any(part.by_day for part in answer.plan.parts)
    assert [step for step in answer.trace if "time uncertain" in step.answer]


def test_the_rest_waits_for_the_clock_and_nothing_stale_sounds_then() -> None:
    yellow = alert(info(YELLOW, expires=DAY + timedelta(hours=1)))
    answer = ask(yellow, now=UNSET, trusted=False)
    assert isinstance(answer.verdict, Hold)
    assert answer.verdict.why.reason is Reason.CLOCK_UNTRUSTED
    late = ask(yellow, now=DAY + timedelta(hours=2), held=answer.verdict)
    assert late.verdict.why.reason is Reason.EXPIRED
    early = ask(yellow, now=DAY, held=answer.verdict)
    assert early.verdict.why.reason is Reason.VETO_WINDOW, "the clock let it go, no person did"


def test_a_clock_that_came_right_is_no_persons_yes() -> None:
    crowd = Roster(1, (), tuple(Speaker(f"s{n}", "", SQUARE.region, "line", n) for n in range(301)))
    torrent = alert(info(TORRENT))
    held = ask(torrent, now=UNSET, trusted=False, roster=crowd).verdict
    assert isinstance(held, Hold)
    wide = ask(torrent, now=DAY, roster=crowd, held=held).verdict
    assert isinstance(wide, Hold)
    assert wide.why.reason is Reason.FAN_OUT
    assert wide.passed == (Reason.CLOCK_UNTRUSTED,)
    assert ask(torrent, now=DAY, roster=crowd, held=wide).verdict.name == "air"


def test_a_hold_remembers_what_it_was_let_through() -> None:
    gale = alert(info(GALE, description="这是一次演练。"), sent=NIGHT)
    drill = ask(gale).verdict
    assert isinstance(drill, Hold)
    assert drill.why.reason is Reason.LOOKS_LIKE_DRILL
    night = ask(gale, held=drill).verdict
    assert isinstance(night, Hold)
    assert night.why.reason is Reason.HELD_AT_NIGHT
    assert ask(gale, now=MORNING, held=night).verdict.name == "air"


def test_old_days_silence_nothing_while_nobody_can_tell_how_long_ago_they_were() -> None:
    first = alert()
    again = alert(name="B", sent=DAY + timedelta(days=3))
    before = kept(first, ask(first), "square", "slope", live=False)
    assert ask(again, before, now=UNSET, trusted=False).verdict.name == "air"


def test_a_night_that_was_held_and_a_clock_that_was_wrong_are_no_persons_yes_together() -> None:
    yellow = alert(info(YELLOW), sent=NIGHT)
    night = ask(yellow).verdict
    assert isinstance(night, Hold)
    ahead = ask(yellow, now=datetime(2031, 1, 1, 7, tzinfo=CHINA), held=night, trusted=False).verdict
    assert isinstance(ahead, Hold)
    assert Reason.HELD_AT_NIGHT in ahead.passed
    right = ask(yellow, now=NIGHT + timedelta(hours=1), held=ahead).verdict
    assert right.why.reason is Reason.HELD_AT_NIGHT
