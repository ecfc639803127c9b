"""The township's defaults: hazard, level and hour. Covers gateway/judge/road.py too."""

from __future__ import annotations

from datetime import datetime, time
from typing import get_args

import pytest

from gateway.codes import HAZARDS
from gateway.judge.relay import class_of, relay
from gateway.judge.rules import Day, Night, Subject
from gateway.model.alert import Pair, Severity
from gateway.model.hazard import Level
from gateway.model.judgement import Policy
from gateway.model.plan import Class
from gateway.model.reason import Reason
from gateway.model.verdict import Air, Hold
from gateway.runtime.clock import CHINA
from tests.support.judge_cases import alert, info
from tests.support.rules import RULES

ANYBODY = Policy("", frozenset())
SEVERITIES = {
    Level.RED: Severity.EXTREME,
    Level.ORANGE: Severity.SEVERE,
    Level.YELLOW: Severity.MODERATE,
    Level.BLUE: Severity.MINOR,
}


def subject(code: str, level: Level) -> Subject:
    """A warning of this hazard, by its letter code, and level."""
    codes = (Pair("CPEAS", code),) if code else ()
    block = info("", event="", event_codes=codes, severity=SEVERITIES[level])
    return Subject(alert(block), block, ANYBODY)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, 28, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("code", "actions"),
    [
        ("11B03", "at_once/at_once at_once/risk_points window/hold store/store"),
        ("11B01", "at_once/at_once at_once/at_once window/hold store/store"),
        ("11A51", "at_once/at_once at_once/at_once at_once/risk_points store/store"),
        ("11B37", "at_once/at_once at_once/at_once at_once/risk_points store/store"),
        ("11A01", "at_once/at_once at_once/at_once store/store store/store"),
        ("11A03", "at_once/at_once at_once/at_once store/store store/store"),
        ("11B02", "at_once/at_once at_once/at_once at_once/at_once at_once/at_once"),
        ("11C02", "at_once/at_once at_once/at_once at_once/at_once at_once/at_once"),
        ("12D02", "at_once/at_once at_once/at_once at_once/at_once at_once/at_once"),
        ("11B06", "at_once/hold at_once/hold store/store store/store"),
        ("11B15", "at_once/hold at_once/hold store/store store/store"),
        ("11B09", "window/hold window/hold store/store store/store"),
        ("11B25", "window/hold window/hold store/store store/store"),
        ("11B14", "at_once/hold at_once/hold store/store store/store"),
        ("11B63", "at_once/at_once at_once/risk_points window/hold store/store"),
        ("11A11", "at_once/at_once at_once/at_once store/store store/store"),
        ("11A90", "at_once/risk_points at_once/risk_points at_once/risk_points at_once/risk_points"),
        ("11B16", "one/one one/one store/store store/store"),
    ],
)
def test_the_table_of_defaults(code: str, actions: str) -> None:
    levels = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)
    rules = [RULES.rule(subject(code, level)) for level in levels]
    assert " ".join(f"{rule.day}/{rule.night}" for rule in rules) == actions


@pytest.mark.parametrize("level", [Level.YELLOW, Level.BLUE])
def test_strangers_are_stored(level: Level) -> None:
    assert RULES.rule(subject("", level)).silent


@pytest.mark.parametrize("level", [Level.RED, Level.ORANGE])
def test_a_grave_stranger_waits_for_one_person(level: Level) -> None:
    rule = RULES.rule(subject("", level))
    verdict = relay(RULES, rule, {}, at(9))
    assert isinstance(verdict, Hold)
    assert verdict.why.reason is Reason.NO_RULE
    assert verdict.until is None
    assert isinstance(relay(RULES, rule, {}, at(9), verdict), Air)


def test_every_rule_names_hazards_and_levels_that_exist() -> None:
    for rule in RULES.rules:
        assert rule.hazards <= set(HAZARDS)
        assert rule.levels <= {level.name.lower() for level in Level}
        assert rule.day in get_args(Day)
        assert rule.night in get_args(Night)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(21, 29), None),
        (at(21, 30), datetime(2026, 7, 29, 6, 30, tzinfo=CHINA)),
        (at(0), at(6, 30)),
        (at(6, 29), at(6, 30)),
        (at(6, 30), None),
        (at(12, 30), at(14)),
        (at(14), None),
    ],
)
def test_quiet_hours(now: datetime, until: datetime | None) -> None:
    assert RULES.quiet_until(now) == until
    assert RULES.quiet == ((time(21, 30), time(6, 30)), (time(12, 30), time(14)))


@pytest.mark.parametrize(
    ("code", "level", "day", "night"),
    [
        ("11B03", Level.RED, Reason.AIRED, Reason.AIRED),
        ("11B06", Level.ORANGE, Reason.AIRED, Reason.HELD_AT_NIGHT),
        ("11B09", Level.RED, Reason.VETO_WINDOW, Reason.HELD_AT_NIGHT),
        ("11B03", Level.BLUE, Reason.STORED_BY_RULE, Reason.STORED_BY_RULE),
    ],
)
def test_the_hour_decides_with_the_class(code: str, level: Level, day: Reason, night: Reason) -> None:
    rule = RULES.rule(subject(code, level))
    assert relay(RULES, rule, {}, at(9)).why.reason is day
    assert relay(RULES, rule, {}, at(23)).why.reason is night


@pytest.mark.parametrize(
    ("level", "bursts"),
    [
        (Level.RED, (0.0, 600.0, 1800.0)),
        (Level.ORANGE, (0.0, 900.0)),
        (Level.YELLOW, (0.0,)),
        (Level.BLUE, (0.0,)),
    ],
)
def test_a_burst_is_the_text_twice_and_the_level_says_how_many(
    level: Level, bursts: tuple[float, ...]
) -> None:
    schedule = RULES.schedule(level, None)
    assert (schedule.readings, schedule.bursts) == (2, bursts)


def test_a_level_nobody_named_is_a_notice() -> None:
    assert class_of(Level.UNKNOWN) is Class.NOTICE
