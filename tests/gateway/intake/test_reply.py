"""The answer of HTTP: every member of a batch is answered for."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.intake import Accepted, Differing, Rejected
from gateway.intake.reply import Body, replied
from gateway.model.alert import AlertKey
from gateway.model.reason import Reason, Why
from tests.support.county import START

A, B = (AlertKey("county", name, START) for name in "AB")
CHANGED = Differing(B, Why(Reason.CONTENT_GRAVER), ({"field": "level", "held": "yellow", "came": "red"},))
UNREAD = Rejected(8, Why(Reason.BAD_VALUE), "extra", 0, member=1)


def links(keys: Sequence[AlertKey]) -> Body:
    return {"alerts": [{"key": key.identifier} for key in keys]}


def why(reason: Why) -> Body:
    return {"reason": str(reason.reason)}


def test_a_batch_of_good_members_is_answered_as_before() -> None:
    assert replied(Accepted(7, (A, B), False), why, links) == (links((A, B)), 202)
    assert replied(Accepted(7, (A, B), True), why, links) == (links((A, B)), 200)


def test_a_bad_member_stands_in_its_place_with_its_number_and_defect() -> None:
    body, status = replied(Accepted(7, (A, B), False, (UNREAD,)), why, links)
    assert status == 207
    assert body["alerts"] == links((A, B))["alerts"]
    bad, *good = body["members"]
    assert bad == {
        "member": 1,
        "status": 422,
        "quarantine": 8,
        "element": "extra",
        "line": 0,
        "format": "",
        "reason": "bad_value",
    }
    assert good == [{"member": 2, "status": 202, "key": "A"}, {"member": 3, "status": 202, "key": "B"}]


def test_of_a_batch_of_bad_members_each_is_told_and_all_have_one_number() -> None:
    second = Rejected(7, Why(Reason.MISSING_ELEMENT), "sent", 4, member=2)
    first = Rejected(7, Why(Reason.BAD_VALUE), "extra", 0, member=1)
    body, status = replied(Rejected(7, first.why, "extra", members=(first, second)), why, links)
    assert status == 422
    assert body["quarantine"] == 7
    assert [(one["member"], one["element"], one["quarantine"]) for one in body["members"]] == [
        (1, "extra", 7),
        (2, "sent", 7),
    ]


def test_a_known_identity_with_other_content_is_a_conflict_with_both_sides() -> None:
    body, status = replied(Accepted(7, (B,), True, differing=(CHANGED,)), why, links)
    assert status == 409
    assert body["quarantine"] == 7
    assert body["key"] == B.digest
    assert body["changes"] == [{"field": "level", "held": "yellow", "came": "red"}]
    assert body["reason"] == "content_graver"


def test_a_conflict_in_a_batch_is_a_member() -> None:
    body, status = replied(Accepted(7, (A, B), False, differing=(CHANGED,)), why, links)
    assert status == 207
    assert [member["status"] for member in body["members"]] == [202, 409]
