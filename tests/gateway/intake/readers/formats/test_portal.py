"""The list of the State Council's portal and the national system's databases (docs/formats/portal.md)."""

from __future__ import annotations

import json
import re
import timeit
from time import process_time
from typing import Any

import pytest

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.alert import CPEAS, ISSUER, Alert, Defect, MsgType, Pair, Reference, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason

ENTRY = {
    "identifier": "34152341600000_20260728100000",
    "sender": "平川县气象台",
    "headline": "平川县气象台发布暴雨红色预警信号[I级/特别严重]",
    "description": "平川县气象台2026年07月28日10时00分发布暴雨红色预警信号：请注意防范。",
    "effective": "2026-07-28 10:00:00.0",
    "expires": "2026-07-29 10:00:00.0",
    "eventType": "11B03",
    "eventTypeCN": "暴雨事件",
    "msgType": "Alert",
    "severity": "red",
    "referencesInfo": "",
    "note": "",
}


def one(**changes: Any) -> Alert:
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    (alert,) = parse(json.dumps([entry], ensure_ascii=False).encode())
    return alert


def test_its_names_are_read_as_those_of_the_xml() -> None:
    alert = one()
    assert (alert.sender, alert.status, alert.msg_type) == ("34152341600000", Status.ACTUAL, MsgType.ALERT)
    assert alert.sent.isoformat() == "2026-07-28T10:00:00+08:00"
    (info,) = alert.infos
    assert (info.sender_name, info.event) == ("平川县气象台", "暴雨事件")
    assert info.expires is not None
    assert meaning.hazard(info).zh == "暴雨"
    assert meaning.levels(info) == {"headline": Level.RED, "national": Level.RED}


def test_a_single_object_is_read_too() -> None:
    (alert,) = parse(json.dumps(ENTRY).encode())
    assert alert == one()


def test_an_end_names_the_first_alert_of_the_event() -> None:
    alert = one(msgType="Cancel", referencesInfo="34152341600000_20260728090000")
    assert alert.msg_type is MsgType.CANCEL
    assert alert.references == (Reference("", "34152341600000_20260728090000", None, event=True),)


@pytest.mark.parametrize("given", ["", "Warning", None])
def test_an_absent_or_unknown_message_type_is_told_as_unknown(given: str | None) -> None:
    assert one(msgType=given).msg_type is None


def test_a_status_is_believed_where_there_is_one() -> None:
    assert one(status="Test").status is Status.TEST
    assert one(status="?").status is None


@pytest.mark.parametrize(
    "document",
    [
        {"code": 200, "data": [ENTRY]},
        {"code": 200, "msg": "ok", "data": {"total": 1, "list": [ENTRY]}},
        {"success": True, "result": {"records": [ENTRY]}},
        {"rows": [ENTRY], "total": 1},
        {"data": ENTRY},
        [{key.upper(): value for key, value in ENTRY.items()}],
        [{re.sub("([A-Z])", r"_\1", key).lower(): value for key, value in ENTRY.items()}],
    ],
)
def test_it_is_found_inside_an_answer_and_under_other_spellings(document: object) -> None:
    (alert,) = parse(json.dumps(document).encode())
    assert alert == one()


def test_codes_of_places_are_an_area_else_the_region_of_the_issuer() -> None:
    (area,) = one(geocode="341523104000", areaDesc="青石镇").infos[0].areas
    assert (area.description, area.geocodes) == ("青石镇", (Pair(CPEAS, "341523104000"),))
    (area,) = one(areaCodes=["341523104000", "341523105000"]).infos[0].areas
    assert [pair.value for pair in area.geocodes] == ["341523104000", "341523105000"]
    (area,) = one().infos[0].areas
    assert area.geocodes == (Pair(ISSUER, "341523"),)
    assert Defect("geocode", "") in one().defects
    (area,) = one(identifier="00000041600000_20260728100000").infos[0].areas
    assert area.geocodes == (Pair(ISSUER, "000000"),)
    assert one(identifier="A-17").infos[0].areas == ()


@pytest.mark.parametrize("severity", ["red", "Red", "RED", "红色", "红", "Extreme"])
def test_the_level_as_it_is_written(severity: str) -> None:
    info = one(severity=severity, headline="平川县气象台发布预警", description="x").infos[0]
    assert meaning.level(info) is Level.RED


@pytest.mark.parametrize("sender", ["国家预警信息发布中心", "", None, "12379"])
def test_a_platform_is_never_the_issuer(sender: str | None) -> None:
    assert one(sender=sender).infos[0].sender_name == "平川县气象台"


WHEN = ["2026-07-28 10:00:00.0", "2026/07/28 10:00", "2026-07-28T02:00:00Z", "1785204000", "1785204000000"]


@pytest.mark.parametrize("when", [*WHEN, 1785204000, 1785204000000])
def test_times_as_they_are_met(when: object) -> None:
    assert one(effective=when).sent == one().sent


@pytest.mark.parametrize("when", [None, "", "soon", "-"])
def test_without_a_time_that_can_be_read_the_identifier_tells_it(when: object) -> None:
    alert = one(effective=when, identifier="34152341600000_20260728095958")
    assert alert.sent.isoformat() == "2026-07-28T09:59:58+08:00"
    assert alert.defects[0].element in ("sendTime", "effective")


@pytest.mark.parametrize("identifier", ["A-17", "34152341600000_20261328100000"])
def test_without_any_time_it_is_refused_by_the_name_of_the_key(identifier: str) -> None:
    with pytest.raises(Unreadable) as refused:
        one(effective=None, identifier=identifier)
    assert (refused.value.why.reason, refused.value.element) == (Reason.MISSING_ELEMENT, "sendTime")


@pytest.mark.parametrize("key", ["identifier", "sender"])
def test_without_identity_it_is_refused_by_the_name_of_the_key(key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(json.dumps([{**ENTRY, "identifier": "A-17", key: None}]).encode())
    assert (refused.value.why.reason, refused.value.element) == (Reason.MISSING_ELEMENT, key)


def test_our_own_json_is_not_taken_for_it() -> None:
    with pytest.raises(Unreadable) as refused:
        parse(json.dumps({"identifier": "A1", "headline": "x"}).encode())
    assert refused.value.element == "sender"


def test_a_list_of_the_whole_country_costs_little_more_than_as_many_of_our_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Hundreds of entries of which none is ours. The ratio is what counts; the times are printed."""
    simple = {"identifier": "A", "sender": "county", "sent": "2026-07-28T10:00:00+08:00", "status": "Actual"}
    simple |= {"msgType": "Alert", "event": "暴雨", "level": "red"}
    simple |= {key: ENTRY[key] for key in ("headline", "description")}
    seconds = {}
    for name, entry in (("simple", simple), ("portal", ENTRY)):
        raw = json.dumps([entry] * 300, ensure_ascii=False).encode()
        seconds[name] = min(timeit.repeat(lambda raw=raw: parse(raw), timer=process_time, number=1, repeat=5))  # type: ignore[misc]
    with capsys.disabled():
        print({name: f"{one / 300 * 1e6:.0f} us an entry" for name, one in seconds.items()})
    assert seconds["portal"] < 5 * seconds["simple"]
