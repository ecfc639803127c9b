"""CAP's gate, all sixteen rows in their order: the first match wins, unknown means hold.

Source: the survey of CAP consumers, §1.1.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import LARGEST, parse
from gateway.judge.admit import DEMO_SENDER
from gateway.model.alert import Alert, MsgType, Scope, Signature, Status
from gateway.model.judgement import Policy, Trust
from gateway.model.reason import Reason
from gateway.model.record import SENDER as CANARY
from gateway.model.verdict import Verdict
from tests.support.judge_cases import DAY, POLICY, ROSTER, alert, ask, cancel, info, kept
from tests.support.rules import judge

CAP = (
    "<alert><identifier>A</identifier><sender>county</sender><sent>2026-07-28T09:00:00+08:00</sent>"
    "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope></alert>"
)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (CAP[:40].encode(), Reason.NOT_XML),
        (b"<!DOCTYPE alert []>" + CAP.encode(), Reason.DOCTYPE),
        (b" " * LARGEST + CAP.encode(), Reason.TOO_LARGE),
        (b"<rss><channel/></rss>", Reason.MISSING_ELEMENT),
        (CAP.replace("<identifier>A</identifier>", "").encode(), Reason.MISSING_ELEMENT),
        (CAP.replace("<sender>county</sender>", "").encode(), Reason.MISSING_ELEMENT),
        (CAP.replace("2026-07-28T09:00:00+08:00", "soon").encode(), Reason.BAD_VALUE),
    ],
)
def test_rows_1_to_3_no_alert_can_be_made_of_it(raw: bytes, reason: Reason) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(raw)
    assert raised.value.why.reason is reason


def answer(changes: dict[str, Any], policy: Policy = POLICY) -> Verdict:
    return judge(replace(alert(), **changes), policy, (), ROSTER, DAY).verdict


ROWS: list[tuple[int, dict[str, Any], str, Reason]] = [
    (4, {"status": Status.SYSTEM}, "ignore", Reason.HEARTBEAT),
    (5, {"status": Status.TEST}, "store", Reason.NOT_ACTUAL),
    (6, {"status": Status.DRAFT}, "store", Reason.DRAFT),
    (7, {"status": Status.EXERCISE}, "store", Reason.NOT_ACTUAL),
    (8, {"status": None}, "quarantine", Reason.STATUS_UNKNOWN),
    (9, {"msg_type": MsgType.ACK}, "ignore", Reason.ACKNOWLEDGEMENT),
    (9, {"msg_type": MsgType.ERROR}, "ignore", Reason.ACKNOWLEDGEMENT),
    (10, {"msg_type": None}, "quarantine", Reason.MSG_TYPE_UNKNOWN),
    (11, {"scope": Scope.PRIVATE, "addresses": "somebody else"}, "store", Reason.SCOPE_NOT_PUBLIC),
    (11, {"scope": Scope.RESTRICTED, "restriction": "theirs"}, "store", Reason.SCOPE_NOT_PUBLIC),
    (12, {"sender": "stranger"}, "quarantine", Reason.SENDER_NOT_ALLOWED),
    (
        15,
        {"sent": DAY - timedelta(hours=1), "infos": (info(expires=DAY - timedelta(minutes=1)),)},
        "store",
        Reason.EXPIRED,
    ),
    (16, {}, "air", Reason.AIRED),
]


@pytest.mark.parametrize(("row", "changes", "verdict", "reason"), ROWS)
def test_a_row_of_the_gate(row: int, changes: dict[str, Any], verdict: str, reason: Reason) -> None:
    found = answer(changes)
    assert (found.name, found.why.reason) == (verdict, reason), row


def test_the_first_row_that_matches_wins() -> None:
    """Each row's fault beside all later ones."""
    ordered = [changes for row, changes, *_ in ROWS if row < 15]
    for place, changes in enumerate(ordered):
        later: dict[str, Any] = {}
        for one in reversed(ordered[place + 1 :]):
            later |= {key: value for key, value in one.items() if key not in changes}
        found = answer({**later, **changes})
        row, _, verdict, reason = next(one for one in ROWS if one[1] is changes)
        assert (found.name, found.why.reason) == (verdict, reason), row


def test_row_11_what_is_addressed_to_us_is_ours() -> None:
    ours = replace(POLICY, addresses=frozenset({"qingshi"}), restrictions=frozenset({"青石镇应急办"}))
    assert answer({"scope": Scope.PRIVATE, "addresses": "other qingshi"}, ours).name == "air"
    assert answer({"scope": Scope.RESTRICTED, "restriction": "青石镇应急办"}, ours).name == "air"


def test_row_12_a_signature_that_is_required_and_fails() -> None:
    strict = replace(POLICY, signature="require")
    assert answer({"signature": Signature.WRONG}, strict).name == "quarantine"
    assert answer({"signature": Signature.VERIFIED}, strict).name == "air"


def test_row_13_a_repetition_and_a_re_issue() -> None:
    before = kept(alert(), ask(alert()), "square", "slope")
    assert ask(alert(), before).verdict.why.reason is Reason.DUPLICATE
    again = alert(name="B", sent=DAY + timedelta(minutes=30))
    assert ask(again, before).verdict.why.reason is Reason.REISSUED
    late = alert(name="B", sent=DAY + timedelta(minutes=70))
    assert ask(late, before).verdict.why.reason is Reason.SAME_RECENTLY


def test_row_14_an_end_has_no_siren() -> None:
    before = kept(alert(), ask(alert()), "square")
    ended = ask(cancel(alert()), before)
    assert ended.plan
    assert {part.script.tone for part in ended.plan.parts} == {"lift"}


@pytest.mark.parametrize(
    "text",
    [
        "测试信息",
        "演练：暴雨",
        "今日演习",
        "试播",
        "THIS IS A TEST",
        "Exercise only",
        "fire drill",
        "Entwarnung: Probealarm",
    ],
)
def test_the_lexicon_holds_what_says_actual_and_reads_like_a_drill(text: str) -> None:
    for where in ("headline", "event", "description"):
        found = answer(
            {
                "infos": (
                    info(
                        **({where: text} if where != "headline" else {}),
                        **({"headline": text} if where == "headline" else {}),
                    ),
                )
            }
        )
        assert (found.name, found.why.reason) == ("hold", Reason.LOOKS_LIKE_DRILL), where


@pytest.mark.parametrize("text", ["contest of strength", "the attested rainfall", "测量"])
def test_words_that_only_contain_one_are_no_drill(text: str) -> None:
    assert isinstance(alert(), Alert)
    assert answer({"infos": (info(description=text),)}).name == "air"


@pytest.mark.parametrize(
    ("sender", "passes"), [("44000041600000", True), (CANARY, False), (DEMO_SENDER, False)]
)
def test_a_relay_of_the_whole_country_may_speak_for_everybody_but_us(sender: str, passes: bool) -> None:
    relay = Policy("list", frozenset({"*"}), trust=Trust.RELAYED)
    verdict = judge(alert(sender=sender), relay, (), ROSTER, DAY).verdict
    assert (verdict.name != "quarantine") is passes
