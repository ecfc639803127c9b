"""Times that cannot be right: a flag, and far beyond the bounds a person; no village hears a time to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.judge import Judgement, bounds
from gateway.model.alert import Alert, MsgType, Pair, Reference
from gateway.model.reason import Reason
from gateway.model.verdict import Air, Hold
from gateway.runtime.clock import CHINA
from tests.support.judge_cases import DAY, alert, ask, cancel, info, kept

RED = "梅岭县气象台发布暴雨红色预警信号"
HOUR = timedelta(hours=1)
AS_UTC = DAY.replace(tzinfo=UTC)
"""Local time with the mark of UTC: it seems to be eight hours later."""


def dated(
    sent: datetime = DAY, expires: timedelta | None = None, headline: str = RED, **more: object
) -> Alert:
    event = headline.removeprefix("梅岭县气象台发布")[:2]
    event = "森林火险" if "森林" in headline else event
    expires_at = {"expires": sent + expires} if expires else {}
    return alert(info(headline, sender_name="梅岭县气象台", event=event, **expires_at, **more), sent=sent)


def flags(judgement: Judgement) -> set[Reason]:
    verdict = judgement.verdict
    assert isinstance(verdict, (Air, Hold))
    return {why.reason for why in verdict.flags}


def said(judgement: Judgement) -> str:
    assert judgement.plan
    return "".join(text for part in judgement.plan.parts for text in part.script.sentences)


@pytest.mark.parametrize(
    ("off", "reason", "held"),
    [
        (timedelta(minutes=14), None, False),
        (timedelta(minutes=16), Reason.SENT_AHEAD, False),
        (8 * HOUR, Reason.SENT_AHEAD, False),
        (167 * HOUR, Reason.SENT_AHEAD, False),
        (169 * HOUR, Reason.SENT_AHEAD, True),
        (365 * 24 * HOUR, Reason.SENT_AHEAD, True),
        (-23 * HOUR, None, False),
        (-25 * HOUR, Reason.SENT_LONG_AGO, False),
        (-169 * HOUR, Reason.SENT_LONG_AGO, True),
    ],
)
def test_a_red_that_was_sent_at_another_time_airs_with_a_flag_or_waits_for_a_person(
    off: timedelta, reason: Reason | None, held: bool
) -> None:
    document = dated(DAY + off, max(6 * HOUR, 2 * HOUR - off))
    judgement = ask(document, now=DAY)
    if held:
        assert isinstance(judgement.verdict, Hold)
        assert judgement.verdict.why.reason in (reason, Reason.VALID_TOO_LONG)
        assert judgement.verdict.until is None
        while isinstance(judgement.verdict, Hold):
            judgement = ask(document, now=DAY, held=judgement.verdict)
    assert judgement.verdict.name == "air"
    assert judgement.plan
    assert judgement.plan.start == DAY, "at once"
    assert (reason in flags(judgement)) == (reason is not None)


@pytest.mark.parametrize(
    ("headline", "hours", "answer"),
    [
        (RED, 71, "air"),
        (RED, 73, "flag"),
        (RED, 169, "hold"),
        ("梅岭县气象台发布高温红色预警信号", 167, "air"),
        ("梅岭县气象台发布高温红色预警信号", 169, "flag"),
        ("梅岭县气象台发布高温红色预警信号", 337, "hold"),
        ("梅岭县气象台发布森林火险红色预警信号", 335, "air"),
        ("梅岭县气象台发布森林火险红色预警信号", 1441, "hold"),
        ("梅岭县气象台发布干旱红色预警信号", 719, "air"),
        ("梅岭县气象台发布干旱红色预警信号", 2161, "hold"),
    ],
)
def test_how_long_a_warning_holds_is_measured_by_its_hazard(headline: str, hours: float, answer: str) -> None:
    document = dated(expires=hours * HOUR, headline=headline)
    judgement = ask(document)
    if isinstance(judgement.verdict, Hold) and judgement.verdict.why.reason is Reason.VETO_WINDOW:
        judgement = ask(document, held=judgement.verdict)
    held = isinstance(judgement.verdict, Hold)
    assert held == (answer == "hold")
    if held:
        assert judgement.verdict.why.reason is Reason.VALID_TOO_LONG
    else:
        assert (Reason.VALID_TOO_LONG in flags(judgement)) == (answer == "flag")


def test_what_is_only_listed_is_listed_whatever_its_times() -> None:
    blue = dated(DAY - 200 * HOUR, 500 * HOUR, "梅岭县气象台发布暴雨蓝色预警信号")
    verdict = ask(blue, now=DAY).verdict
    assert verdict.name == "store"
    assert verdict.why.reason is Reason.STORED_BY_RULE


def test_a_clock_that_nobody_trusts_dates_nothing_and_measures_validity_all_the_same() -> None:
    unset = datetime(1970, 1, 1, tzinfo=CHINA)
    plain = ask(dated(expires=6 * HOUR), now=unset, trusted=False)
    assert plain.verdict.name == "air"
    assert not flags(plain)
    assert "7月28日9时" in said(plain), "the time that its issuer wrote"
    long = ask(dated(expires=200 * HOUR), now=unset, trusted=False).verdict
    assert long.why.reason is Reason.VALID_TOO_LONG


@pytest.mark.parametrize("sender", ["梅岭县气象台", ""])
def test_local_time_marked_as_utc_delays_nothing_and_is_not_said(sender: str) -> None:
    block = info(
        RED if sender else "暴雨红色预警信号",
        sender_name=sender,
        event="暴雨",
        effective=AS_UTC + timedelta(minutes=5),
        expires=AS_UTC + 6 * HOUR,
    )
    judgement = ask(alert(block, sent=AS_UTC), now=DAY)
    assert judgement.verdict.name == "air"
    assert judgement.plan
    assert judgement.plan.start <= DAY + timedelta(minutes=5), "not at five in the afternoon"
    assert Reason.SENT_AHEAD in flags(judgement)
    words = said(judgement)
    assert "17时" not in words
    assert "7月28日" not in words
    assert "暴雨红色预警信号" in words
    assert "，暴雨" not in words[:20]


@pytest.mark.parametrize(
    "block",
    [
        {"effective": AS_UTC + timedelta(minutes=2)},
        {"parameters": (Pair("BroadcastDateTime", "2026-07-28T09:00:00Z"),)},
    ],
)
def test_a_window_marked_as_utc_beside_a_right_time_of_issue_is_now(block: dict[str, Any]) -> None:
    judgement = ask(dated(DAY, 10 * HOUR, **block))
    assert judgement.plan
    assert judgement.plan.start == DAY
    right = ask(dated(DAY, 10 * HOUR, effective=DAY + 8 * HOUR))
    assert right.plan
    assert right.plan.start == DAY + 8 * HOUR, "a window that is marked as the county's own is obeyed"


def test_a_lift_from_a_clock_that_is_fast_names_no_time_to_come() -> None:
    warned = dated(expires=6 * HOUR)
    past = kept(warned, ask(warned), "square")
    ahead = ask(cancel(warned, after=8 * HOUR), past, now=DAY + HOUR)
    assert ahead.verdict.name == "stop"
    assert "时" not in said(ahead)
    assert "10时" in said(ask(cancel(warned, after=HOUR), past, now=DAY + HOUR))


def test_an_update_of_a_wrong_year_ends_nothing_before_somebody_has_looked() -> None:
    warned = dated(expires=6 * HOUR)
    past = kept(warned, ask(warned), "square", "slope")
    update = alert(
        info(
            RED,
            sender_name="梅岭县气象台",
            event="暴雨",
            instruction="请立即转移。",
            expires=DAY + 9000 * HOUR,
        ),
        name="B",
        sent=DAY + HOUR,
        msg_type=MsgType.UPDATE,
        references=(Reference(warned.sender, warned.identifier, warned.sent),),
    )
    held = ask(update, past)
    assert held.verdict.why.reason is Reason.VALID_TOO_LONG
    assert not held.endings
    assert isinstance(held.verdict, Hold)
    assert ask(update, past, held=held.verdict).endings


@settings(max_examples=100, deadline=None)
@given(st.integers(-400, 400), st.integers(1, 500))
def test_a_red_airs_or_waits_for_a_person_and_never_names_an_hour_to_come(sent: int, valid: int) -> None:
    document = dated(DAY + sent * HOUR, valid * HOUR)
    judgement = ask(document, now=DAY)
    if sent + valid <= 0:
        assert judgement.verdict.why.reason is Reason.EXPIRED
        return
    far = abs(sent) > 168 or valid > 168
    assert judgement.verdict.name == ("hold" if far else "air")
    if not far:
        named = bounds.ahead(document.sent, DAY) == timedelta(0)
        local = document.sent.astimezone(CHINA)
        assert (f"{local.month}月{local.day}日{local.hour}时" in said(judgement)) == named
