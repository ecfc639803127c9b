"""QWeather's weather alerts, version 1, read by the facts of docs/formats/qweather.md."""

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
from gateway.model.alert import Alert, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA

ALERT: dict[str, Any] = {
    "id": "2026072814300001",
    "senderName": "舒城县气象台",
    "issuedTime": "2026-07-28T14:30+08:00",
    "messageType": {"code": "alert", "supersedes": []},
    "eventType": {"name": "暴雨", "code": "1003"},
    "urgency": "immediate",
    "severity": "extreme",
    "certainty": "likely",
    "icon": "1003",
    "color": {"code": "red", "red": 255, "green": 0, "blue": 0, "alpha": 1},
    "effectiveTime": "2026-07-28T14:30+08:00",
    "onsetTime": "2026-07-28T15:00+08:00",
    "expireTime": "2026-07-28T20:30+08:00",
    "headline": "舒城县气象台发布暴雨红色预警信号",
    "description": "预计未来三小时降雨量达一百毫米。",
    "criteria": "三小时降雨量达一百毫米以上。",
    "responseTypes": ["shelter", "avoid"],
    "instruction": "请停止户外活动。",
}
METADATA = {"tag": "x", "zeroResult": False, "attributions": ["https://example.org"]}


def answer(*alerts: object, **more: object) -> bytes:
    return json.dumps({"metadata": METADATA, "alerts": alerts, **more}).encode()


def one(**changes: object) -> Alert:
    (alert,) = parse(answer({**ALERT, **changes}))
    return alert


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ALERT.items() if name not in names}


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, 28, hour, minute, tzinfo=CHINA)


def test_who_sends_what_and_when() -> None:
    alert = one()
    assert (alert.identifier, alert.sender) == ("2026072814300001", "qweather")
    assert alert.sent == at(14, 30)
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert (alert.references, alert.defects) == ((), ())


@pytest.mark.parametrize("name", ["和风天气", "国家预警信息发布中心", "QWeather", "", None])
def test_a_platform_is_no_issuer_and_the_headline_is_asked(name: object) -> None:
    assert one(senderName=name).infos[0].sender_name == "舒城县气象台"
    assert one(senderName=name, headline="暴雨红色预警信号").infos[0].sender_name == ""


def test_what_it_warns_of_and_how_long() -> None:
    (info,) = one().infos
    assert (info.event, info.event_codes) == ("暴雨", (Pair("qweather", "1003"),))
    assert meaning.hazard(info).zh == "暴雨"
    assert (info.severity, meaning.level(info)) == (Severity.EXTREME, Level.RED)
    assert (info.urgency, info.certainty) == ("immediate", "likely")
    assert (info.effective, info.onset, info.expires) == (at(14, 30), at(15), at(20, 30))
    assert (info.sender_name, info.headline) == ("舒城县气象台", "舒城县气象台发布暴雨红色预警信号")
    assert (info.description, info.instruction) == ("预计未来三小时降雨量达一百毫米。", "请停止户外活动。")
    assert info.response_types == ("shelter", "avoid")
    assert info.areas == (), "the format names none"


def test_an_unknown_number_leaves_it_to_the_words() -> None:
    (info,) = one(eventType={"name": "暴雨", "code": "1999"}).infos
    assert meaning.hazard(info).zh == "暴雨"


@pytest.mark.parametrize(
    ("code", "hazard"), [("1001", "台风"), ("1214", "山洪灾害"), ("1242", "泥石流"), ("1241", "滑坡")]
)
def test_the_number_tells_the_hazard_where_the_words_do_not(code: str, hazard: str) -> None:
    (info,) = one(eventType={"name": "", "code": code}, headline="").infos
    assert meaning.hazard(info).zh == hazard


@pytest.mark.parametrize(
    ("colour", "severity", "level"),
    [
        ("orange", "minor", Level.ORANGE),
        ("blue", "extreme", Level.BLUE),
        ("", "extreme", Level.RED),
        ("", "severe", Level.ORANGE),
        ("", "Moderate", Level.YELLOW),
        ("", "minor", Level.BLUE),
        ("", "unknown", Level.UNKNOWN),
        ("", "dreadful", Level.UNKNOWN),
    ],
)
def test_the_colour_is_a_written_level_and_severity_counts_without_one(
    colour: str, severity: str, level: Level
) -> None:
    (info,) = one(color={"code": colour}, severity=severity, headline="暴雨预警").infos
    assert meaning.level(info) is level


def test_an_update_names_what_it_supersedes_and_never_itself() -> None:
    older = ["2026072812000001", ALERT["id"], 2026072811000001]
    alert = one(messageType={"code": "update", "supersedes": older})
    assert alert.msg_type is MsgType.UPDATE
    assert alert.references == (
        Reference("", "2026072812000001", None),
        Reference("", "2026072811000001", None),
    )


@pytest.mark.parametrize("supersedes", [["2026072812000001"], "2026072812000001"])
def test_a_cancel_that_names_what_it_ends_keeps_its_own_name(supersedes: object) -> None:
    alert = one(messageType={"code": "cancel", "supersedes": supersedes})
    assert (alert.identifier, alert.msg_type) == ("2026072814300001", MsgType.CANCEL)
    assert alert.references == (Reference("", "2026072812000001", None),)


@pytest.mark.parametrize("supersedes", [[], None, [ALERT["id"]], ALERT["id"], 7, True, {"id": "x"}])
def test_a_cancel_that_names_nothing_ends_its_own_name_under_another(supersedes: object) -> None:
    alert = one(messageType={"code": "cancel", "supersedes": supersedes})
    assert alert.identifier == "2026072814300001.cancel"
    assert alert.references == (Reference("", "2026072814300001", None),)


def test_the_keys_of_the_older_version_are_read_too() -> None:
    older = {
        **without("messageType", "eventType"),
        "msgType": "Update",
        "relatedAlertIds": ["2026072812000001"],
        "event": "暴雨",
    }
    (alert,) = parse(answer(older))
    assert alert.msg_type is MsgType.UPDATE
    assert alert.references == (Reference("", "2026072812000001", None),)
    assert meaning.hazard(alert.infos[0]).zh == "暴雨"


@pytest.mark.parametrize("kind", ["", "renewal", "ALARM", "Alert "])
def test_a_kind_nobody_knows_is_none_and_case_does_not_matter(kind: str) -> None:
    found = one(messageType={"code": kind}).msg_type
    assert found is (MsgType.ALERT if kind.strip().lower() == "alert" else None)


@pytest.mark.parametrize("key", ["id", "issuedTime"])
@pytest.mark.parametrize("value", [None, "", " ", [], {}])
def test_without_identity_it_is_refused_with_the_key(key: str, value: object) -> None:
    failure = refused(answer({**ALERT, key: value}))
    assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, key)
    failure = refused(answer(without(key)))
    assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, key)


@pytest.mark.parametrize("value", ["soon", "2026-13-01T00:00+08:00", True, -1, 1e12])
def test_a_time_that_cannot_be_is_refused(value: object) -> None:
    failure = refused(answer({**ALERT, "issuedTime": value}))
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, "issuedTime")
    assert failure.why.fields["saw"] == str(value)


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("2026-07-28T14:30", at(14, 30)),
        ("2026-07-28T06:30Z", at(14, 30)),
        (1785220200, datetime(2026, 7, 28, 6, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_they_are_met(value: object, read_as: datetime) -> None:
    assert one(issuedTime=value).sent == read_as


@pytest.mark.parametrize("name", ["effectiveTime", "onsetTime", "expireTime"])
@pytest.mark.parametrize("value", [None, "soon", [], True])
def test_another_time_that_cannot_be_read_is_absent(name: str, value: object) -> None:
    (info,) = one(**{name: value}).infos
    read_as = {"effectiveTime": info.effective, "onsetTime": info.onset, "expireTime": info.expires}
    assert [key for key, found in read_as.items() if found is None] == [name]


@pytest.mark.parametrize(
    "changes",
    [
        {"messageType": []},
        {"messageType": "alert"},
        {"eventType": "暴雨"},
        {"color": "red"},
        {"color": {"code": ["red"]}},
        {"severity": 5},
        {"responseTypes": "shelter"},
        {"responseTypes": {"a": 1}},
        {"headline": None, "description": {"zh": "雨"}, "instruction": ["x"]},
        {"senderName": 7},
    ],
)
def test_a_key_of_another_kind_is_as_if_it_were_not_there(changes: dict[str, object]) -> None:
    alert = one(**changes)
    assert alert.identifier == "2026072814300001"
    (info,) = alert.infos
    for text in (info.event, info.headline, info.description, info.instruction, info.sender_name):
        assert "{" not in text
        assert "[" not in text


def test_one_bad_alert_loses_no_other_and_is_told() -> None:
    (alert,) = parse(answer(without("id"), "no object", ALERT))
    assert alert.identifier == "2026072814300001"
    assert [(defect.element, defect.saw) for defect in alert.defects] == [
        ("alerts[0].id", "missing_element"),
        ("alerts[1].", "bad_value"),
    ]


def test_an_answer_without_alerts_is_no_alert_and_no_fault() -> None:
    assert parse(answer()) == ()
    assert parse(json.dumps({"alerts": [], "metadata": {"zeroResult": True}}).encode()) == ()


@pytest.mark.parametrize("alerts", [None, {}, "none", 0])
def test_alerts_that_are_no_list_are_refused(alerts: object) -> None:
    failure = refused(json.dumps({"metadata": METADATA, "alerts": alerts}).encode())
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, "alerts")


def test_the_metadata_may_be_missing() -> None:
    assert parse(json.dumps({"alerts": [ALERT]}).encode())[0].sender == "qweather"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(ALERT)), ANY)
def test_any_value_of_any_key_is_read_or_refused_and_never_crashes(key: str, value: object) -> None:
    try:
        alerts, element = parse(answer({**ALERT, key: value})), ""
    except Unreadable as failure:
        alerts, element = (), failure.element
    assert ([alert.sender for alert in alerts], element) in ((["qweather"], ""), ([], key))
