"""Which document a reference means, and that no order of them sounds what was cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.judge import Past, Policy
from gateway.judge.lineage import cancelled_before, heeds, predecessors, repeated, resolve
from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.judgement import Trust
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker
from gateway.model.verdict import Stop
from gateway.runtime.clock import CHINA
from tests.support.rules import judge

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=CHINA)
ROSTER = Roster(1, (), (Speaker("square", "广场", Region("341523104201"), "line", 1),))
POLICY = Policy("county", frozenset({"county"}))
RED = Info(
    language="zh-CN",
    event="暴雨",
    severity=Severity.EXTREME,
    headline="发布暴雨红色预警信号",
    areas=(Area(geocodes=(Pair("CPEAS Geographic Code", "341523104000"),)),),
)


def document(name: str, minute: int, kind: MsgType = MsgType.ALERT, *references: Reference) -> Alert:
    infos = () if kind is MsgType.CANCEL else (replace(RED, instruction=f"第{name}号。"),)
    sent = NOW + timedelta(minutes=minute)
    return Alert(name, "county", sent, Status.ACTUAL, kind, Scope.PUBLIC, references=references, infos=infos)


def me(alert: Alert, source: str = "county") -> Past:
    return Past(alert, source, "", NOW)


def triple(alert: Alert) -> Reference:
    return Reference(alert.sender, alert.identifier, alert.sent)


A, B = document("A", 0), document("B", 1)
LATER = document("C", 9, MsgType.CANCEL)
AGAIN = document("A", 5)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (triple(A), [A]),
        (Reference("county", "A", NOW - timedelta(hours=8)), [A, AGAIN]),
        (Reference("county", "A", None), [A, AGAIN]),
        (Reference("舒城县气象台", "B", B.sent), [B]),
        (Reference("", "B", None), [B]),
        (Reference("county", "Z", None), []),
        (triple(LATER), []),
    ],
)
def test_references_widen_until_one_step_finds_something(reference: Reference, found: list[Alert]) -> None:
    assert resolve(reference, LATER, [A, B, AGAIN]) == found


def test_an_identifier_that_two_senders_have_means_neither() -> None:
    assert resolve(Reference("", "A", None), LATER, [A, replace(A, sender="other")]) == []


def test_a_widened_reference_does_not_reach_an_issue_sent_after_it() -> None:
    newer = document("A", 30)
    assert resolve(Reference("county", "A", None), LATER, [newer]) == []


def test_a_reference_reaches_documents_of_its_own_source_or_of_its_own_sender_over_another_trusted_road() -> (
    None
):
    cancel = document("C", 9, MsgType.CANCEL, triple(A))
    assert [one.alert for one in predecessors(me(cancel), [Past(A, "county", "air", NOW)])] == [A]
    assert [one.alert for one in predecessors(me(cancel), [Past(A, "second", "air", NOW)])] == [A]
    assert predecessors(me(cancel), [Past(A, "second", "quarantine", NOW)]) == []
    other = replace(A, sender="other")
    theirs = document("C", 9, MsgType.CANCEL, triple(other))
    assert predecessors(me(theirs), [Past(other, "second", "air", NOW)]) == []


def test_only_a_trusted_end_leaves_a_tombstone() -> None:
    cancel = document("C", 9, MsgType.CANCEL, triple(A))
    assert cancelled_before(me(A, "county"), [Past(cancel, "county", "stop", NOW)])
    assert not cancelled_before(me(A, "county"), [Past(cancel, "county", "quarantine", NOW)])
    assert cancelled_before(me(A, "second"), [Past(cancel, "county", "stop", NOW)]), (
        "two brokers, each in its own order"
    )
    theirs = replace(cancel, sender="other")
    assert not cancelled_before(me(A, "second"), [Past(theirs, "county", "stop", NOW)])
    assert not cancelled_before(me(B, "county"), [Past(cancel, "county", "stop", NOW)])


def test_a_tombstone_with_a_wrong_time_still_means_the_only_one_it_can() -> None:
    cancel = document("C", 9, MsgType.CANCEL, Reference("county", "A", NOW - timedelta(hours=8)))
    assert cancelled_before(me(A, "county"), [Past(cancel, "county", "stop", NOW)])
    assert not cancelled_before(me(document("A", 30)), [Past(cancel, "county", "stop", NOW)])


NATIONAL = "34152341600000_20260728090000"


@pytest.mark.parametrize(
    ("name", "minutes", "ends"),
    [
        ("A", 2, True),
        ("A", 15, True),
        ("A", 16, False),
        ("A", 480, False),
        (NATIONAL, 2, True),
        (NATIONAL, 480, True),
    ],
)
def test_an_end_that_came_first_ends_its_warning_although_it_is_stamped_later(
    name: str, minutes: int, ends: bool
) -> None:
    """Beyond a quarter of an hour it is issued again; but a national identifier is of one warning."""
    warning = document(name, 9 + minutes)
    for named_at in (None, NOW, warning.sent):
        cancel = document("C", 9, MsgType.CANCEL, Reference("county", name, named_at))
        found = cancelled_before(me(warning), [Past(cancel, "county", "stop", NOW)])
        assert bool(found) is (ends or named_at == warning.sent)


@pytest.mark.parametrize("name", ["A", NATIONAL])
def test_what_is_issued_again_after_an_end_that_found_its_warning_is_new(name: str) -> None:
    first, cancel = document(name, 0), document("C", 9, MsgType.CANCEL, Reference("county", name, None))
    past = [
        Past(first, "county", "air", NOW),
        Past(
            cancel,
            "county",
            "stop",
            NOW + timedelta(minutes=9),
            decided=Stop(Why(Reason.LIFTED), (first.key.digest,)),
        ),
    ]
    again = Past(document(name, 11), "county", "", NOW + timedelta(minutes=11))
    assert not cancelled_before(again, past)


def test_another_sender_with_the_same_identifier_is_not_ended_by_a_later_stamp() -> None:
    cancel = document("C", 9, MsgType.CANCEL, Reference("other", "A", None))
    assert not cancelled_before(me(document("A", 11)), [Past(cancel, "county", "stop", NOW)])


def test_the_identity_is_sender_identifier_and_sent_together() -> None:
    past = [Past(A, "county", "air", NOW)]
    assert repeated(me(A), past)
    assert not repeated(me(AGAIN), past)
    assert not repeated(me(replace(A, sender="other")), past)


U = document("U", 2, MsgType.UPDATE, triple(A))
FAMILY = [
    A,
    B,
    U,
    document("XA", 3, MsgType.CANCEL, triple(A)),
    document("XU", 4, MsgType.CANCEL, triple(U)),
    document("XX", 5, MsgType.CANCEL, triple(A), triple(B), triple(U)),
    AGAIN,
]


@given(st.lists(st.sampled_from(FAMILY), min_size=2, max_size=12))
def test_no_order_sounds_a_cancelled_warning_or_says_a_cancel_as_one(order: list[Alert]) -> None:
    past: list[Past] = []
    for arriving in order:
        answer = judge(arriving, POLICY, past, ROSTER, NOW + timedelta(minutes=10))
        ended = {ending.plan for ending in answer.endings}
        past = [replace(one, live=False) if one.plan and one.plan.id in ended else one for one in past]
        if answer.plan and arriving.msg_type is MsgType.CANCEL:
            assert (answer.plan.act, answer.verdict.name) == (Act.LIFT, "stop")
        if any(one.alert.key == arriving.key for one in past):
            assert (answer.verdict.name, answer.plan) == ("ignore", None)
            continue
        sounds = answer.plan is not None and answer.plan.act is Act.WARNING
        heard = frozenset({"square"}) if sounds else frozenset[str]()
        verdict = answer.verdict
        one = Past(arriving, "county", verdict.name, NOW, answer.plan, sounds, heard, decided=verdict)
        past.append(one)
        cancelled = {
            reference.identifier + str(reference.sent)
            for one in past
            if one.alert.msg_type is MsgType.CANCEL
            for reference in one.alert.references
        }
        living = [one.alert for one in past if one.live]
        assert not [one for one in living if one.identifier + str(one.sent) in cancelled]
        assert not (U in living and A in living)


@pytest.mark.parametrize(
    ("of_target", "of_newer", "obeyed"),
    [
        (Trust.OFFICIAL, Trust.OFFICIAL, True),
        (Trust.OFFICIAL, Trust.RELAYED, False),
        (Trust.RELAYED, Trust.OFFICIAL, True),
        (Trust.RELAYED, Trust.RELAYED, True),
    ],
)
def test_an_end_over_another_road_is_obeyed_where_it_is_trusted_no_less(
    of_target: Trust, of_newer: Trust, obeyed: bool
) -> None:
    target = replace(me(A), trust=of_target)
    newer = replace(me(LATER, "another road"), trust=of_newer)
    assert heeds(target, newer) is obeyed
    assert heeds(target, replace(newer, source="county")), "over its own road always"


def test_what_was_quarantined_under_its_name_does_not_keep_the_genuine_one_out() -> None:
    lie = replace(A, infos=(replace(RED, instruction="回家睡觉。"),))
    came = me(A)
    assert repeated(came, [replace(me(lie), verdict="air")]), "with other content a person looks"
    assert repeated(came, [replace(me(lie), verdict="quarantine")]) is None
    assert repeated(came, [replace(me(A), verdict="quarantine")]) is None


@pytest.mark.parametrize("verdict", ["hold", "store", "stop", "air"])
def test_what_a_list_makes_of_a_warning_bars_not_the_warning_itself(verdict: str) -> None:
    other = replace(A, infos=(replace(RED, headline="发布暴雨预警", severity=Severity.UNKNOWN),))
    listed = replace(me(other, "list"), verdict=verdict, trust=Trust.RELAYED)
    assert repeated(me(A), [listed]) is None, "the official one is judged"
    assert repeated(me(A), [replace(listed, trust=Trust.OFFICIAL)]), "two that are trusted alike: a person"
