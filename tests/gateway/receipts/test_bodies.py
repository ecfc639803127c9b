"""Each receipt, byte for byte: a sender has seen these texts and may compare them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import get_args

import pytest

from gateway.model.alert import Alert, Arrival, MsgType, Scope, Status
from gateway.model.delivery import Burst, Delivery, Evidence, Form, Outcome
from gateway.model.event import Accepted, Event, Preempted, Rejected, SpeakerChanged, Summary, Waits
from gateway.model.plan import Act, Class, Plan, Schedule
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Ignore, Quarantine, Stop, Store, Verdict
from gateway.receipts import bodies
from gateway.runtime.clock import CHINA

AT = datetime(2026, 7, 28, 9, 0, 1, 250000, tzinfo=CHINA)
ALERT = Alert("330127-雨-1", "county@example.cn", AT, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
ARRIVAL = Arrival("<alert>雨</alert>".encode(), "county", "10.0.0.7:5000", AT)
PLAN = Plan("p1", "k1", Act.WARNING, Class.RED, (), Schedule(1, (0.0,)), AT, AT + timedelta(hours=1), 3)
SENT = Burst("p1", "square", 0, Evidence.SENT)
NO_ANSWER = Why(Reason.UNREACHED, {"error": "no_answer"})
SILENT = Burst("p1", "square", 1, Evidence.ACCEPTED, Outcome.SILENT, NO_ANSWER, Form.AUDIO)
PLAYED = Burst("p1", "square", 2, Evidence.PROVED, Outcome.PLAYED, Why(Reason.SPOKEN), Form.TEXT)
DIGEST = "54ae25d8fafe619b3487a52d4a6ed80874d1e0f5376a9695ae6a4a6c7ab1abc6"
CAME = f'"digest": "{DIGEST}", "at": "2026-07-28T09:00:01.250000+08:00"'
DOCUMENT = (
    '"key": "14bd5b56574c1ec203040e167748cbed", "identifier": "330127-雨-1", "sender": "county@example.cn"'
)
BURST = '"key": "k1", "plan": "p1", "act": "warning"'

GOLDEN: list[tuple[Event, str]] = [
    (
        bodies.accepted(ALERT, Air(Why(Reason.AIRED, {"hazard": "暴雨", "level": "red"})), ARRIVAL, 7),
        f'{{"kind": "accepted", "arrival": 7, {CAME}, {DOCUMENT}, "verdict": "air", "reason": "aired",'
        ' "fields": {"hazard": "暴雨", "level": "red"}}',
    ),
    (
        bodies.accepted(ALERT, Hold(Why(Reason.TWO_PEOPLE), needs=2), ARRIVAL, 7),
        f'{{"kind": "accepted", "arrival": 7, {CAME}, {DOCUMENT}, "verdict": "hold", "reason": "two_people",'
        ' "fields": {}}',
    ),
    (
        bodies.rejected(ARRIVAL, 8, Why(Reason.BAD_VALUE, {"format": "cap", "saw": "昨天"}), "sent", 3),
        f'{{"kind": "rejected", "quarantine": 8, "arrival": 8, {CAME}, "peer": "10.0.0.7:5000",'
        ' "element": "sent", "line": 3, "member": 0, "format": "cap", "reason": "bad_value",'
        ' "fields": {"format": "cap", "saw": "昨天"},'
        ' "sentence": "按“CAP 1.2 XML”读：值不可用：读到 昨天。请改正后重发。"}',
    ),
    (
        bodies.speaker(PLAN, SENT),
        f'{{"kind": "speaker", {BURST}, "speaker": "square", "burst": 0, "evidence": "sent", "outcome": null,'
        ' "form": null}',
    ),
    (
        bodies.speaker(PLAN, SILENT),
        f'{{"kind": "speaker", {BURST}, "speaker": "square", "burst": 1, "evidence": "accepted",'
        ' "outcome": "silent", "form": "audio", "reason": "unreached", "fields": {"error": "no_answer"}}',
    ),
    (
        bodies.speaker(PLAN, PLAYED),
        f'{{"kind": "speaker", {BURST}, "speaker": "square", "burst": 2, "evidence": "proved",'
        ' "outcome": "played", "form": "text", "reason": "spoken", "fields": {}}',
    ),
    (
        bodies.waiting(PLAN, "square", Why(Reason.WAITING)),
        f'{{"kind": "waiting", {BURST}, "speaker": "square", "reason": "waiting", "fields": {{}}}}',
    ),
    (
        bodies.preempted(PLAN, "square", Why(Reason.OUTRANKED, {"by": "p2"})),
        f'{{"kind": "preempted", {BURST}, "speaker": "square", "reason": "outranked",'
        ' "fields": {"by": "p2"}}',
    ),
    (
        bodies.summary(
            PLAN,
            2,
            [
                Delivery("p1", "bridge", (SILENT,)),
                Delivery("p1", "square", (PLAYED,)),
                Delivery("p1", "mill", (SENT,)),
            ],
            True,
            lambda speaker: "" if speaker == "mill" else "341523104201",
        ),
        f'{{"kind": "summary", {BURST}, "burst": 2, "final": true, "planned": 3,'
        ' "outcomes": {"played": 1, "silent": 1}, "heard": {"rounds": {"played": 1, "unproved": 0},'
        ' "speakers": {"played": 1, "unproved": 0}, "villages": {"played": 1, "unproved": 0}}}',
    ),
]


@pytest.mark.parametrize(("event", "text"), GOLDEN, ids=lambda value: getattr(value, "kind", ""))
def test_a_receipt_is_this_text(event: Event, text: str) -> None:
    assert bodies.body(event) == text


def test_every_receipt_has_its_text_here() -> None:
    assert {type(event) for event, _ in GOLDEN} == {
        *(Accepted, Rejected, SpeakerChanged, Waits, Preempted, Summary)
    }


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_the_name_and_the_reason_of_every_verdict_are_told(verdict: type[Air]) -> None:
    assert verdict in (Air, Hold, Stop, Store, Ignore, Quarantine)
    text = bodies.body(bodies.accepted(ALERT, verdict(Why(Reason.HEARTBEAT)), ARRIVAL, 7))
    assert text.endswith(f'"verdict": "{verdict.name}", "reason": "heartbeat", "fields": {{}}}}')


def test_a_sender_is_told_what_is_flagged_and_no_flags_where_there_are_none() -> None:
    flag = Why(Reason.UNKNOWN_KEY, {"element": "title", "saw": "通报", "meant": "headline"})
    (told, plain) = (
        json.loads(bodies.body(bodies.accepted(ALERT, Air(Why(Reason.AIRED), flags), ARRIVAL, 1)))
        for flags in ((flag,), ())
    )
    assert told["flags"] == [{"reason": "unknown_key", "fields": dict(flag.fields)}]
    assert "flags" not in plain
