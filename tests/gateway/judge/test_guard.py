"""The guard at the edge: nothing that is no emergency sounds in quiet hours, whatever upstream says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Scope, Severity, Status
from gateway.model.judgement import Drop, Policy, Wait
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.model.reason import Reason
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.model.verdict import Air, Hold, Store
from gateway.runtime.clock import CHINA
from tests.support.rules import RULES, judge, may_air, may_sound

EVENING = datetime(2026, 7, 28, 21, 30, tzinfo=CHINA)
MORNING = datetime(2026, 7, 29, 6, 30, tzinfo=CHINA)
MIDNIGHT = datetime(2026, 7, 29, 0, 7, tzinfo=CHINA)
NOON = datetime(2026, 7, 28, 13, 0, tzinfo=CHINA)
DAY = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)
WORDS = Script(ToneName.CHIME, ("现在播送新闻。",), "warning")
FIGURES = RULES.guard


def plan(class_: Class, act: Act = Act.NOTICE, start: datetime = MIDNIGHT, **changes: object) -> Plan:
    plain = Plan("0" * 32, "", act, class_, (Part(("square",), WORDS),), Schedule(2, (0.0,)), start, None, 1)
    return replace(plain, **changes)  # type: ignore[arg-type]


def wide(speakers: int, class_: Class, start: datetime = DAY, by_day: int = 0) -> Plan:
    names = tuple(f"s{number}" for number in range(speakers))
    parts = (Part(names[by_day:], WORDS), Part(names[:by_day], WORDS, by_day=True))
    return plan(class_, Act.WARNING, start, parts=parts)


@pytest.mark.parametrize("now", [EVENING, MIDNIGHT, NOON, MORNING - timedelta(microseconds=1)])
@pytest.mark.parametrize("class_", [Class.MOVE, Class.RED, Class.ORANGE])
def test_red_orange_and_move_are_never_held_by_their_class(class_: Class, now: datetime) -> None:
    assert may_sound(plan(class_, Act.WARNING), "square", now, 1e6) is None
    assert may_air(wide(10_000, class_, now)) is None


def test_a_notice_waits_for_the_morning_and_what_missed_its_hour_is_dropped() -> None:
    answer = may_sound(plan(Class.NOTICE), "square", MIDNIGHT, 0)
    assert isinstance(answer, Wait)
    assert (answer.until, answer.why.reason) == (MORNING, Reason.QUIET_HOURS)
    assert isinstance(may_sound(plan(Class.DAILY), "square", MIDNIGHT, 0), Drop)
    short = plan(Class.NOTICE, not_after=MORNING)
    assert isinstance(may_sound(short, "square", MIDNIGHT, 0), Drop), "it would be stale by then"
    assert may_sound(plan(Class.NOTICE), "square", MORNING, 0) is None


def test_a_test_sounds_at_night_only_if_it_was_ordered_then_with_its_reason() -> None:
    late = plan(Class.TEST, Act.TEST, EVENING - timedelta(minutes=1))
    assert isinstance(may_sound(late, "square", EVENING, 0), Drop)
    assert may_sound(plan(Class.TEST, Act.TEST, EVENING), "square", MIDNIGHT, 0) is None
    forged = plan(Class.TEST, Act.TEST, EVENING, alert="f" * 32)
    assert isinstance(may_sound(forged, "square", MIDNIGHT, 0), Drop), "no document orders a test"


def test_the_duty_room_is_rung_and_an_error_is_corrected_at_any_hour() -> None:
    for act in (Act.RING, Act.CORRECTION):
        for class_ in Class:
            assert may_sound(plan(class_, act), "square", MIDNIGHT, 1e6) is None


def test_a_lift_waits_for_the_morning() -> None:
    assert isinstance(may_sound(plan(Class.YELLOW, Act.LIFT), "square", MIDNIGHT, 0), Wait)


def test_what_is_left_of_the_day_does_not_go_on_into_the_night() -> None:
    yellow = plan(Class.YELLOW, Act.WARNING, EVENING - timedelta(minutes=10))
    assert may_sound(yellow, "square", EVENING - timedelta(minutes=1), 0) is None
    assert isinstance(may_sound(yellow, "square", EVENING, 0), Wait)


def test_a_part_by_day_waits_at_its_own_speakers_whatever_its_class() -> None:
    parts = (Part(("slope",), WORDS), Part(("square",), WORDS, by_day=True))
    orange = plan(Class.ORANGE, Act.WARNING, parts=parts)
    assert may_sound(orange, "slope", MIDNIGHT, 0) is None
    answer = may_sound(orange, "square", MIDNIGHT, 0)
    assert isinstance(answer, Wait)
    assert answer.why.reason is Reason.HELD_AT_NIGHT
    assert may_sound(orange, "square", MORNING, 0) is None


def test_a_yellow_at_night_has_its_minutes_and_no_more() -> None:
    yellow = plan(Class.YELLOW, Act.WARNING)
    assert may_sound(yellow, "square", MIDNIGHT, FIGURES.night_minutes) is None
    answer = may_sound(yellow, "square", MIDNIGHT, FIGURES.night_minutes + 0.01)
    assert isinstance(answer, Wait)
    assert answer.why.reason is Reason.NIGHT_MINUTES
    assert may_sound(yellow, "square", DAY, 1e6) is None


def test_more_speakers_than_a_township_has_wait_for_a_person_and_then_sound() -> None:
    assert may_air(wide(FIGURES.fan_out, Class.YELLOW)) is None
    answer = may_air(wide(FIGURES.fan_out + 1, Class.YELLOW))
    assert isinstance(answer, Hold)
    assert (answer.until, answer.why.reason) == (None, Reason.FAN_OUT)
    assert may_air(wide(FIGURES.fan_out + 1, Class.YELLOW), answer) is None


def test_at_night_fewer_speakers_are_many_but_those_that_wait_for_the_day_do_not_count() -> None:
    few = FIGURES.fan_out_quiet
    assert may_air(wide(few + 1, Class.YELLOW, MIDNIGHT)) is not None
    assert may_air(wide(few + 100, Class.YELLOW, MIDNIGHT, by_day=100)) is None
    assert may_air(wide(FIGURES.fan_out + 1, Class.YELLOW, MIDNIGHT, by_day=300)) is not None


def test_a_notice_judged_at_night_is_held_till_the_morning() -> None:
    answer = may_air(plan(Class.NOTICE))
    assert isinstance(answer, Hold)
    assert answer.until == MORNING


def quiet_since(now: datetime) -> datetime | None:
    span = RULES.quiet_span(now)
    return span[0] if span else None


def test_the_night_begins_once() -> None:
    assert quiet_since(MIDNIGHT) == quiet_since(EVENING) == EVENING
    assert quiet_since(NOON) == datetime(2026, 7, 28, 12, 30, tzinfo=CHINA)
    assert quiet_since(DAY) is None


NIGHTLY = {Class.YELLOW, Class.BLUE}
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([CHINA, UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5.75))]),
)


@settings(max_examples=2000, deadline=None)
@given(
    st.sampled_from(Class),
    st.sampled_from([act for act in Act if act not in (Act.RING, Act.CORRECTION)]),
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.floats(0, 1e3),
    st.sampled_from(["", "f" * 32]),
)
def test_nothing_that_is_no_emergency_sounds_in_quiet_hours(
    class_: Class, act: Act, start: datetime, later: timedelta, minutes: float, alert: str
) -> None:
    now = start + later
    local = now.astimezone(CHINA)
    clock = (local.hour, local.minute)
    quiet = clock >= (21, 30) or clock < (6, 30) or (12, 30) <= clock < (14, 0)
    answer = may_sound(plan(class_, act, start, alert=alert), "square", now, minutes)
    if not quiet:
        assert answer is None
    elif answer is None and not class_.grave:
        began = quiet_since(now)
        assert began
        assert start >= began, "the night's own"
        assert minutes <= FIGURES.night_minutes
        assert class_ in NIGHTLY or (act is Act.TEST and not alert)
        assert act is not Act.LIFT
    elif isinstance(answer, Wait):
        assert answer.until > now
        assert may_sound(plan(class_, act, start, alert=alert), "square", answer.until, 0) is None


MANY = pytest.mark.parametrize("number", [1400, pytest.param(10_000, marks=pytest.mark.slow)])
"""So many programmes that the night's minutes are full many times over. Ten thousand take twelve seconds, and
`make prove` judges them."""


def programmes(number: int, at: datetime) -> list[Alert]:
    """The documents of a platform that is broken or in wrong hands.

    News, notices, colours and levels at random, all Actual, all for the whole township.
    """
    kinds = [
        ("新闻联播", "", Severity.UNKNOWN),
        ("通知", "关于收缴费用的通知", Severity.EXTREME),
        ("暴雨", "舒城县气象台发布暴雨黄色预警信号", Severity.MODERATE),
        ("高温", "舒城县气象台发布高温橙色预警信号", Severity.SEVERE),
        ("大风", "舒城县气象台发布大风红色预警信号", Severity.EXTREME),
        ("山洪", "舒城县水利局发布山洪灾害黄色预警", Severity.MODERATE),
        ("雷电", "舒城县气象台发布雷电蓝色预警信号", Severity.MINOR),
    ]
    alerts = []
    for one, (event, headline, severity) in zip(
        range(number), (kinds[n % len(kinds)] for n in count()), strict=False
    ):
        area = Area(geocodes=(Pair("CPEAS Geographic Code", "341523104000"),))
        info = Info(
            "zh-CN",
            event,
            severity=severity,
            headline=headline,
            description=f"节目{one}。",
            areas=(area,),
            instruction=f"{one}",
        )
        alerts.append(
            Alert(f"P{one}", "county", at, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC, infos=(info,))
        )
    return alerts


@MANY
def test_any_number_of_programmes_at_midnight_makes_no_sound(number: int) -> None:
    at = MIDNIGHT
    speakers = tuple(Speaker(f"s{n}", "", Region("341523104201"), "line", n) for n in range(9))
    policy, roster = Policy("county", frozenset({"county"})), Roster(1, (), speakers)
    verdicts = [judge(alert, policy, (), roster, at).verdict for alert in programmes(number, at)]
    assert not [verdict for verdict in verdicts if not isinstance(verdict, (Hold, Store))]
    assert {Hold, Store} == {type(verdict) for verdict in verdicts}


@MANY
def test_any_number_of_yellows_at_a_risk_point_has_its_minutes_of_the_night_and_no_more(number: int) -> None:
    """Every burst is asked with the minutes before it and its own; what waits is not asked again tonight."""
    slope = Speaker("slope", "", Region("341523104201"), "line", 1, risk_point=True)
    other = Speaker("square", "", Region("341523104202"), "line", 2)
    policy, roster = Policy("county", frozenset({"county"})), Roster(1, (), (slope, other))
    minutes, burst = {"slope": 0.0, "square": 0.0}, 1.0
    aired = 0
    for alert in programmes(number, MIDNIGHT):
        answer = judge(alert, policy, (), roster, MIDNIGHT)
        if isinstance(answer.verdict, Air):
            assert answer.plan
            aired += 1
            for speaker in answer.plan.targets:
                if may_sound(answer.plan, speaker, MIDNIGHT, minutes[speaker] + burst) is None:
                    minutes[speaker] += burst
    assert aired > number // 10
    assert 0 < minutes["slope"] <= FIGURES.night_minutes
    assert minutes["square"] == 0
