"""NMC's list of warnings, read by the facts of docs/formats/nmc.md."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.formats import nmc
from gateway.model.alert import ISSUER, Alert, MsgType, Pair, Scope, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason

IDENTIFIER = "34152341600000_20260728143000"
ALERT: dict[str, Any] = {
    "alertid": IDENTIFIER,
    "issuetime": "2026/07/28 14:30",
    "title": "皖中省江北市舒城县气象台发布暴雨橙色预警信号",
    "url": f"/publish/alarm/{IDENTIFIER}.html",
    "pic": "http://image.example/alarm/p0002002.png",
}
SENT = datetime(2026, 7, 28, 6, 30, tzinfo=UTC)


def answer(*alerts: object, provinces: object = (), **more: object) -> bytes:
    page = {"pageNo": 1, "count": len(alerts), "list": alerts}
    data = {"page": page, "provinceAlarms": provinces, "stat": {}}
    return json.dumps({"msg": "success", "code": 0, "data": data, **more}).encode()


def one(**changes: object) -> Alert:
    (alert,) = parse(answer({**ALERT, **changes}))
    return alert


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_who_sends_what_and_when() -> None:
    alert = one()
    assert (alert.identifier, alert.sender, alert.sent) == (IDENTIFIER, "nmc", SENT)
    assert alert.kin == IDENTIFIER, "the national identifier: the same warning on every road"
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert alert.references == ()


def test_all_that_it_says_stands_in_its_title() -> None:
    (info,) = one(pic="").infos
    assert (info.headline, info.sender_name) == (ALERT["title"], "皖中省江北市舒城县气象台")
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)
    assert (info.description, info.instruction, info.expires) == ("", "", None), "the list has no text"
    assert [area.geocodes for area in info.areas] == [(Pair(ISSUER, "341523"),)]


@pytest.mark.parametrize(
    ("identifier", "codes"),
    [
        ("34000041600000_20260728143000", ["340000"]),
        ("34152341600000_20260728143000_1", ["341523"]),
        ("00000041600000_20260728143000", ["000000"]),
        ("34152341600000", []),
        ("A-17", []),
    ],
)
def test_the_region_is_that_of_the_national_identifier(identifier: str, codes: list[str]) -> None:
    areas = one(alertid=identifier).infos[0].areas
    assert [pair.value for area in areas for pair in area.geocodes] == codes


def test_the_picture_tells_hazard_and_level_where_the_title_does_not() -> None:
    (info,) = one(title="皖中省江北市舒城县气象台发布预警信号").infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)


def test_the_hazard_of_the_title_counts_before_that_of_the_picture() -> None:
    """The title is what is said, and the pictures are known from programs by others alone."""
    (info,) = one(pic="http://image.example/alarm/p0005002.png").infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)


@pytest.mark.parametrize("picture", ["", None, "x.png", "p9999009.png", "p0002.png", [], 7])
def test_a_picture_that_nobody_knows_says_nothing(picture: object) -> None:
    (info,) = one(pic=picture).infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.ORANGE)


def test_the_warnings_of_provinces_are_read_too_and_each_once() -> None:
    province = {**ALERT, "alertid": "34000041600000_20260728120000", "title": "皖中省气象台发布暴雨黄色预警"}
    alerts = parse(answer(ALERT, provinces=[ALERT, province]))
    assert [alert.identifier for alert in alerts] == [IDENTIFIER, "34000041600000_20260728120000"]


@pytest.mark.parametrize("key", ["alertid", "issuetime", "title"])
def test_without_identity_or_title_it_is_refused_with_the_key(key: str) -> None:
    values: tuple[object, ...] = (None, "", [])
    for value in values:
        failure = refused(answer({**ALERT, key: value}))
        assert failure.why.reason is Reason.MISSING_ELEMENT
        assert failure.why.fields["element"] == f"data.page.list[0].{key}"
        assert failure.why.fields["format"] == "nmc"


def test_a_bad_neighbour_loses_no_other() -> None:
    (alert,) = parse(answer(7, ALERT))
    assert alert.identifier == IDENTIFIER
    assert [defect.saw for defect in alert.defects] == ["bad_value"]


@pytest.mark.parametrize(
    "data", [{"page": {"count": 0, "list": []}}, {"page": {"count": 0, "list": None}, "provinceAlarms": []}]
)
def test_an_empty_list_is_no_alert_and_no_fault(data: object) -> None:
    assert parse(json.dumps({"msg": "success", "code": 0, "data": data}).encode()) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"msg": "error", "code": 500, "data": {"page": {"count": 0, "list": []}}},
        {"msg": "success", "code": 0, "data": {"page": {}}},
        {"msg": "success", "code": 0, "data": {"page": {"count": 3, "list": None}}},
        {"msg": "success", "code": 0, "data": {"page": {"list": "none"}}},
        {"msg": "success", "code": 0, "data": {"page": {}, "provinceAlarms": "none"}},
    ],
)
def test_an_answer_that_failed_is_no_empty_list(document: object) -> None:
    failure = refused(json.dumps(document).encode())
    assert (failure.why.reason, failure.why.fields["format"]) == (Reason.BAD_VALUE, "nmc")


@given(
    st.sampled_from(sorted(ALERT)),
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3),
)
def test_any_value_of_any_key_is_read_or_refused_and_never_crashes(key: str, value: object) -> None:
    try:
        found = [alert.sender for alert in parse(answer({**ALERT, key: value}))]
    except Unreadable as failure:
        found = [failure.why.fields["format"]]
    assert found == ["nmc"]


def test_two_long_lists_are_put_together_by_looking_at_each_entry_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[object] = []
    same = nmc._same

    def counted(entry: object) -> str:
        looked.append(entry)
        return same(entry)

    monkeypatch.setattr(nmc, "_same", counted)
    page = [{**ALERT, "alertid": f"P{number}"} for number in range(300)]
    provinces = [*page[:100], *({**ALERT, "alertid": f"Q{number}"} for number in range(300))]
    assert len(parse(answer(*page, provinces=provinces))) == 600
    assert len(looked) == 700


def test_a_first_page_that_tells_of_alerts_and_holds_none_is_not_taken_for_an_empty_one() -> None:
    def page(**fields: object) -> bytes:
        return json.dumps({"code": 0, "data": {"page": {"list": [], **fields}}}).encode()

    assert parse(page(count=0, pageNo=1)) == ()
    assert parse(page(count=3, pageNo=2)) == (), "behind the last page"
    refused(page(count=3, pageNo=1))
