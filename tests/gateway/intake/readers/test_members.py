"""A document with several alerts of which some cannot be read: each of those is a document of its own."""

from __future__ import annotations

import json

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.members import losing, lost, unread
from tests.support.county import START, cap

GOOD = cap("A1", START)
BAD = cap("A2", START).replace(b"<sent>", b"<sent>yesterday ")


def body(raw: bytes) -> bytes:
    return raw[raw.index(b"<alert") :]


WRAPPED = {
    "alerts": b"<alerts>" + body(GOOD) + body(BAD) + b"</alerts>",
    "EDXL": b"<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'><contentObject><xmlContent>"
    b"<embeddedXMLContent>" + body(GOOD) + b"</embeddedXMLContent><embeddedXMLContent>" + body(BAD) + b"</"
    b"embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>",
    "Atom": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>" + body(GOOD) + b"</content></entry>"
    b"<entry><content>" + body(BAD) + b"</content></entry></feed>",
}


def simple(name: str, **more: object) -> dict[str, object]:
    told = {"sender": "county", "sent": "2026-07-28T10:00:00+08:00", "status": "Actual", "msgType": "Alert"}
    return {"identifier": name, **told, "event": "暴雨", "level": "red", **more}


def qweather(name: str) -> dict[str, object]:
    return {"id": name, "issuedTime": "2026-07-28T10:00+08:00", "messageType": {"code": "alert"}}


def caiyun(name: str) -> dict[str, object]:
    return {"alertId": name, "pubtimestamp": 1785204000, "status": "预警中", "title": "暴雨红色预警"}


LISTS: dict[str, object] = {
    "a list": [simple("A1"), simple("A2", sent="soon")],
    "QWeather": {"metadata": {"tag": "t"}, "alerts": [qweather("A1"), qweather("")]},
    "Caiyun": {"result": {"alert": {"status": "ok", "content": [caiyun("A1"), caiyun("")]}}},
}


def nmc(name: str) -> dict[str, object]:
    return {"alertid": name, "issuetime": "2026/07/28 10:00", "title": "甲县气象台发布暴雨红色预警信号"}


LISTS["NMC's provinces alone"] = {"code": 0, "data": {"provinceAlarms": [nmc("A1"), nmc("")]}}
LISTS["NMC's page and provinces"] = {
    "code": 0,
    "data": {"page": {"count": 1, "list": [nmc("A1")]}, "provinceAlarms": [nmc("")]},
}
DOCUMENTS = WRAPPED | {
    name: json.dumps(listed, ensure_ascii=False).encode() for name, listed in LISTS.items()
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_bad_member_is_named_with_its_place_and_can_be_read_alone(name: str) -> None:
    raw = DOCUMENTS[name]
    alerts = parse(raw)
    assert [alert.identifier for alert in alerts] == ["A1"]
    assert losing(alerts)
    (member,) = lost(raw)
    assert member.member == 2
    with pytest.raises(Unreadable) as alone:
        parse(member.raw)
    unreadable = member.unreadable
    assert (alone.value.element, alone.value.why.reason) == (unreadable.element, unreadable.why.reason)
    assert (unreadable.why.fields["member"], "member" in alone.value.why.fields) == ("2", False)
    assert b"A1" not in member.raw


@pytest.mark.parametrize("name", WRAPPED)
def test_a_member_that_is_put_right_is_read_with_all_its_words(name: str) -> None:
    (member,) = lost(WRAPPED[name])
    (alert,) = parse(member.raw.replace(b"yesterday ", b""))
    (whole,) = parse(cap("A2", START))
    assert alert == whole


def test_a_document_without_a_bad_member_loses_none() -> None:
    raw = b"<alerts>" + body(GOOD) + body(cap("A3", START)) + b"</alerts>"
    assert not losing(parse(raw))
    assert lost(raw) == ()


def test_of_a_batch_of_bad_members_all_are_unread() -> None:
    raw = json.dumps([simple("A1", sent="soon"), simple("A2", sent="soon")]).encode()
    assert [member.member for member in unread(raw)] == [1, 2]
    assert unread(json.dumps(simple("A1", sent="soon")).encode()) == ()
    assert unread(b"<alerts>") == unread(b"noise") == ()


def test_the_first_and_the_last_of_four_keep_their_numbers() -> None:
    raw = json.dumps(
        [simple("A1", sent="soon"), simple("A2"), simple("A3"), simple("A4", sent="soon")]
    ).encode()
    assert [member.member for member in lost(raw)] == [1, 4]


def test_a_single_surrogate_in_a_bad_member_stays_as_it_came() -> None:
    """json.loads takes it, and UTF-8 cannot hold it."""
    raw = b'{"metadata": {}, "alerts": [{"id": "\\ud800"}, {"id": "B", "headline": "\\u96e8\\udfff"}]}'
    assert [member.member for member in unread(raw)] == [1, 2]
    assert [json.loads(member.raw)["alerts"][0]["id"] for member in unread(raw)] == ["\ud800", "B"]


def test_what_is_large_beside_a_list_does_not_go_with_each_of_its_members() -> None:
    listed = [qweather("A1"), *({"id": "", "messageType": {"code": f"{number}"}} for number in range(50))]
    raw = json.dumps({"metadata": {"tag": "t"}, "alerts": listed, "more": {"text": "x" * 100_000}}).encode()
    found = lost(raw)
    assert len(found) == 50
    assert max(len(one.raw) for one in found) < 2000
    with pytest.raises(Unreadable) as again:
        parse(found[0].raw)
    assert again.value.why.reason == found[0].unreadable.why.reason


def test_many_bad_members_are_not_told_whole_in_each_of_many_good_ones() -> None:
    listed = [
        simple(f"A{number}", sent="soon" if number % 2 else "2026-07-28T10:00+08:00") for number in range(200)
    ]
    for raw in (
        json.dumps(listed).encode(),
        b"<alerts>" + (body(GOOD) + body(BAD)) * 100 + b"</alerts>",
    ):
        alerts = parse(raw)
        assert len(alerts) == 100
        assert losing(alerts)
        assert len(lost(raw)) == 100
        assert max(len(alert.defects) for alert in alerts) <= 25
