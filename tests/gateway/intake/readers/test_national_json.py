"""The national system's warnings as JSON (docs/formats/national.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.model.alert import Alert, MsgType, Reference, Status
from gateway.model.hazard import Level

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


def test_codes_of_places_are_an_area_and_without_one_there_is_none() -> None:
    assert one().infos[0].areas == ()
    (area,) = one(geocode="341523104000", areaDesc="青石镇").infos[0].areas
    assert (area.description, area.geocodes[0].value) == ("青石镇", "341523104000")


def test_the_list_of_12379() -> None:
    entry = {key: ENTRY[key] for key in ("identifier", "headline", "description")}
    document = {"alertData": [entry | {"sendTime": "2026-07-28 10:00:00"}]}
    (alert,) = parse(json.dumps(document).encode())
    assert (alert.sender, alert.msg_type) == ("34152341600000", MsgType.ALERT)
    assert meaning.level(alert.infos[0]) is Level.RED


def test_what_has_no_time_is_refused_by_the_name_of_the_key() -> None:
    with pytest.raises(Unreadable) as refused:
        one(effective=None)
    assert refused.value.element == "sendTime"


def test_our_own_json_is_not_taken_for_it() -> None:
    with pytest.raises(Unreadable) as refused:
        parse(json.dumps({"identifier": "A1", "headline": "x"}).encode())
    assert refused.value.element == "sender"
