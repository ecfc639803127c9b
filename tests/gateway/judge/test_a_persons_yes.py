"""A person's yes is asked in every state of the clock; what needs none and is grave sounds in every state.

The rules are those of the product's table, one by one, and rules made up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import codes
from gateway.judge import Judgement, Policy
from gateway.judge.judge import judge
from gateway.judge.rules import Day, Night, Rule, Rules, Subject
from gateway.model.alert import Alert, MsgType, Pair, Reference, Status
from gateway.model.deed import ACT
from gateway.model.drill import Drill
from gateway.model.hazard import Level
from gateway.model.judgement import Trust
from gateway.model.plan import Class
from gateway.model.reason import Reason
from gateway.model.verdict import Hold
from gateway.runtime.clock import CHINA
from tests.support.judge_cases import DAY, NIGHT, POLICY, ROSTER, alert, info, kept
from tests.support.rules import RULES

HOURS: Final = (DAY, NIGHT, DAY.replace(hour=13))
WRONG: Final = (
    datetime(1970, 1, 1, 9, tzinfo=CHINA),
    datetime(1970, 1, 1, 23, tzinfo=CHINA),
    datetime(2031, 5, 1, 9, tzinfo=CHINA),
    datetime(2031, 5, 1, 23, tzinfo=CHINA),
)
"""What a clock says that nobody has set."""
STATES: Final = [(now, True) for now in HOURS] + [(now, False) for now in WRONG]
LEVELS: Final = ("red", "orange", "yellow", "blue", "unknown")
ASKS: Final = {"one": 1, "two": 2}


def fitting(rule: Rule, at: datetime, rules: Rules) -> tuple[Alert, Policy]:
    """A document for which this rule is the one that decides."""
    for level in LEVELS:
        document, policy = _of(rule, level, at)
        if rules.rule(Subject(document, document.infos[0], policy)) == rule:
            return document, policy
    raise AssertionError(f"no document comes to {rule}")


def _of(rule: Rule, level: str, at: datetime) -> tuple[Alert, Policy]:
    named = [hazard.zh for code in sorted(rule.hazards) if (hazard := codes.lettered(code))]
    word = next(iter(named), "暴雨")
    colour = Level[level.upper()].zh
    headline = f"梅岭县气象台发布{word}{colour}预警信号" if colour else f"{word}警报"
    order = next(iter(sorted(rule.orders)), "")
    block = info(
        headline, event=word, expires=at + timedelta(hours=6), parameters=(Pair(ACT, order),) if order else ()
    )
    drawn = {"station": "hewan-rain"} if order else {}
    document = alert(block, sent=at, **drawn, status=Status.EXERCISE if rule.drill else Status.ACTUAL)
    return document, replace(POLICY, trust=Trust.RELAYED if rule.trust == "relayed" else Trust.OFFICIAL)


def answer(
    rules: Rules, document: Alert, policy: Policy, now: datetime, trusted: bool, **more: Any
) -> Judgement:
    """The judgement; an exercise has its drill open."""
    end = now + timedelta(hours=1)
    drill = Drill("county", ("青石镇",), ("square", "slope"), now, end, "李四")
    drills = [drill] if document.status is Status.EXERCISE else []
    past = more.pop("past", ())
    return judge(document, policy, past, ROSTER, now, trusted=trusted, rules=rules, drills=drills, **more)


def needed(rule: Rule, now: datetime, trusted: bool) -> int:
    """How many people the rule asks at this hour; at an unknown hour, the most that it asks at any."""
    actions = (rule.day, rule.night) if not trusted else (rule.night if RULES.quiet_until(now) else rule.day,)
    return max(ASKS.get(action, 0) for action in actions)


def until_it_sounds(
    rules: Rules, document: Alert, policy: Policy, now: datetime, trusted: bool
) -> tuple[int, Judgement]:
    """Everything that ends by itself ends, and people say yes where they are asked: how many did."""
    held: Hold | None = None
    people = 0
    for _ in range(6):
        judgement = answer(rules, document, policy, now, trusted, held=held)
        verdict = judgement.verdict
        if not isinstance(verdict, Hold):
            return people, judgement
        if verdict.why.reason is Reason.CLOCK_UNTRUSTED:
            return people, judgement
        if verdict.until is None:
            people += verdict.needs
            held = replace(verdict, approved=tuple("甲乙"[: verdict.needs]))
        else:
            now, held = max(now, verdict.until), verdict
    raise AssertionError("it is asked for ever")


@pytest.mark.parametrize("number", range(len(RULES.rules)))
def test_every_rule_of_the_table_asks_its_people_in_every_state_of_the_clock(number: int) -> None:
    rule = RULES.rules[number]
    for now, trusted in STATES:
        document, policy = fitting(rule, now if trusted else DAY, RULES)
        people, judgement = until_it_sounds(RULES, document, policy, now, trusted)
        if judgement.verdict.name == "air":
            assert people == needed(rule, now, trusted), (now, trusted)
        if rule.drill and not trusted:
            assert judgement.verdict.name == "store"
        at_once = rule.day == rule.night == "at_once" and not rule.drill
        if at_once:
            assert judgement.verdict.name == "air", (now, trusted)
            assert judgement.plan
            assert judgement.plan.class_.grave
            assert judgement.plan.start == now
        if rule.silent:
            assert judgement.verdict.name == "store"


MADE = st.builds(
    Rule,
    day=st.sampled_from(get_args(Day)),
    night=st.sampled_from(get_args(Night)),
    window_s=st.just(120.0),
    least_class=st.sampled_from((None, "orange", "red")),
    trust=st.sampled_from((None, "relayed", "official")),
    orders=st.sampled_from((frozenset(), frozenset({"move"}), frozenset({"prepare"}))),
)


@settings(max_examples=300, deadline=None)
@given(MADE, st.sampled_from(STATES), st.sampled_from(("red", "orange", "yellow", "blue")), st.booleans())
def test_whatever_the_rule_says_nobodys_yes_is_waived(
    rule: Rule,
    state: tuple[datetime, bool],
    level: Literal["red", "orange", "yellow", "blue"],
    watch_only: bool,
) -> None:
    now, trusted = state
    rule = replace(rule, levels=frozenset({level}))
    rules = replace(RULES, rules=(rule,))
    document, policy = fitting(rule, now if trusted else DAY, rules)
    policy = replace(policy, watch_only=watch_only)
    people, judgement = until_it_sounds(rules, document, policy, now, trusted)
    if judgement.verdict.name == "air":
        assert not watch_only
        # A window or a night that ends by itself may end in hours of another action: none is waived.
        assert people >= min(needed(rule, now, trusted), 1)
        assert people or not (not trusted and rule.asks)
    elif not watch_only and rule.day == rule.night == "at_once":
        reached = judgement.verdict.why.reason
        assert reached is Reason.CLOCK_UNTRUSTED, "what is at once at any hour sounds, or waits for the clock"
        assert not trusted
        grave = rule.least_class or rule.orders or level in ("red", "orange")
        assert not grave


@pytest.mark.parametrize(("now", "trusted"), [state for state in STATES if not state[1]])
def test_a_window_runs_although_nobody_knows_the_hour(now: datetime, trusted: bool) -> None:
    heat = alert(info("梅岭县气象台发布高温红色预警信号", event="高温"))
    held = answer(RULES, heat, POLICY, now, trusted).verdict
    assert isinstance(held, Hold)
    assert (held.why.reason, held.until) == (Reason.VETO_WINDOW, now + timedelta(seconds=120))
    assert answer(RULES, heat, POLICY, now, trusted, held=held).verdict.name == "air"
    night = answer(RULES, heat, POLICY, NIGHT, True, held=held).verdict
    assert night.why.reason is Reason.HELD_AT_NIGHT, "the hour is known again before the window ends"


def test_a_person_lets_go_what_waits_for_the_clock() -> None:
    yellow = alert(info("梅岭县气象台发布暴雨黄色预警信号"))
    held = answer(RULES, yellow, POLICY, WRONG[0], False).verdict
    assert isinstance(held, Hold)
    assert held.why.reason is Reason.CLOCK_UNTRUSTED
    again = answer(RULES, yellow, POLICY, WRONG[0], False, held=held).verdict
    assert again.why.reason is Reason.CLOCK_UNTRUSTED
    let_go = answer(RULES, yellow, POLICY, WRONG[0], False, held=replace(held, approved=("李四",)))
    assert let_go.verdict.name == "air"
    assert let_go.plan
    assert let_go.plan.class_ is Class.YELLOW


def test_a_relays_new_text_is_asked_for_like_its_first_and_ends_nothing_before() -> None:
    relay = replace(POLICY, trust=Trust.RELAYED)
    first = alert(info("梅岭县气象台发布暴雨红色预警信号"))
    asked = answer(RULES, first, relay, DAY, True).verdict
    assert isinstance(asked, Hold)
    aired = answer(RULES, first, relay, DAY, True, held=asked)
    past = kept(first, aired, "square", "slope")
    second = alert(
        info("梅岭县气象台发布暴雨红色预警信号", description="大家可以回家了。"),
        name="B",
        sent=DAY + timedelta(minutes=20),
        msg_type=MsgType.UPDATE,
        references=(Reference(first.sender, first.identifier, first.sent),),
    )
    for now, trusted in [(second.sent, True), *((now, False) for now in WRONG)]:
        update = answer(RULES, second, relay, now, trusted, past=(past,))
        assert update.verdict.why.reason is Reason.ONE_PERSON
        assert not update.endings
        assert isinstance(update.verdict, Hold)
        said = answer(RULES, second, relay, now, trusted, past=(past,), held=update.verdict)
        assert said.verdict.name == "air"
        assert said.endings
