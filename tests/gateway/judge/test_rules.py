"""The relay rules: each condition of a rule takes some subjects and leaves others."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from gateway.judge.rules import ACTED, STRANGER, TOLD, Day, Rule, Subject
from gateway.model.alert import Pair, Status
from gateway.model.deed import ACT
from gateway.model.judgement import Policy, Trust
from tests.support.judge_cases import alert, info
from tests.support.rules import RULES

ANSWERS = {"day", "night", "window_s", "least_class"}
"""The fields of a rule that say what is done. All others are conditions."""


def subject(
    headline: str = "舒城县气象台发布暴雨红色预警信号",
    status: Status = Status.ACTUAL,
    source: str = "county",
    station: str = "",
    trust: Trust = Trust.OFFICIAL,
    **changes: Any,
) -> Subject:
    block = info(headline, **changes)
    return Subject(
        alert(block, status=status, station=station), block, Policy(source, frozenset(), trust=trust)
    )


RED = subject()
MOVE = subject(parameters=(Pair(ACT, "move"),), station="hewan-rain")
ASKED = subject(parameters=(Pair(ACT, "move"),))
TELLS = subject("通知", parameters=(Pair(ACT, "notice"),))
EXERCISE = subject(status=Status.EXERCISE)
CONDITIONS: dict[str, tuple[Any, Subject, Subject]] = {
    "hazards": (frozenset({"11B03"}), RED, subject("舒城县气象台发布大雾红色预警信号")),
    "levels": (frozenset({"red"}), RED, subject("舒城县气象台发布暴雨蓝色预警信号")),
    "sources": (frozenset({"county"}), RED, subject(source="city")),
    "trust": ("official", RED, subject(trust=Trust.RELAYED)),
    "orders": (frozenset({"move"}), MOVE, RED),
    "drill": (True, EXERCISE, RED),
}
"""A value of each condition, a subject that it takes, and one that it leaves."""


def test_every_condition_has_its_row() -> None:
    assert CONDITIONS.keys() == {field.name for field in fields(Rule)} - ANSWERS


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_takes_some_subjects_and_leaves_others(name: str) -> None:
    value, taken, left = CONDITIONS[name]
    rule = Rule(day="at_once", night="at_once", **{name: value})
    assert rule.fits(taken)
    assert not rule.fits(left)


@pytest.mark.parametrize(("asked", "fits"), [(RED, True), (MOVE, False), (EXERCISE, False)])
def test_a_rule_without_conditions_is_for_warnings_alone(asked: Subject, fits: bool) -> None:
    assert Rule(day="at_once", night="at_once").fits(asked) is fits


@pytest.mark.parametrize("day", ["at_once", "window", "one", "store"])
def test_no_rule_of_a_site_is_asked_about_what_a_machine_orders_or_tells(day: Day) -> None:
    table = (
        Rule(day=day, night="at_once", orders=frozenset({"move"})),
        Rule(day=day, night="at_once", levels=frozenset({"red", "unknown"})),
    )
    rules = replace(RULES, rules=table)
    assert rules.rule(MOVE) is table[0]
    assert ASKED.order == "", "a condition on orders is for gauges"
    assert rules.rule(ASKED) is ACTED
    assert rules.rule(TELLS) is TOLD
    assert rules.rule(replace(TELLS, policy=replace(TELLS.policy, trust=Trust.RELAYED))) is STRANGER
