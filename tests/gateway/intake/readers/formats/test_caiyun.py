"""Caiyun's alerts, read by the facts of docs/formats/caiyun.md, and the calls of its webhook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.formats import caiyun
from gateway.model.alert import CPEAS, Alert, MsgType, Pair, Reference, Scope, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason

IDENTIFIER = "34152341600000_20260728143000"
ALERT: dict[str, Any] = {
    "province": "安徽省",
    "city": "六安市",
    "county": "舒城县",
    "status": "预警中",
    "code": "0204",
    "description": "预计未来三小时降雨量达一百毫米。",
    "pubtimestamp": 1785220200,
    "alertId": IDENTIFIER,
    "title": "舒城县气象台发布暴雨红色预警",
    "adcode": "341523",
    "latlon": [31.46, 116.94],
    "source": "舒城县气象台",
    "location": "安徽省六安市舒城县",
    "regionId": "",
}
SENT = datetime(2026, 7, 28, 6, 30, tzinfo=UTC)
SECRET = b"a client secret"


def answer(*alerts: object) -> bytes:
    result = {"alert": {"status": "ok", "content": alerts}, "realtime": {"temperature": 28.5}}
    return json.dumps({"status": "ok", "result": result}).encode()


def one(**changes: object) -> Alert:
    (alert,) = parse(answer({**ALERT, **changes}))
    return alert


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ALERT.items() if name not in names}


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_who_sends_what_and_when() -> None:
    alert = one()
    assert (alert.identifier, alert.sender, alert.sent) == (IDENTIFIER, "caiyun", SENT)
    assert alert.kin == IDENTIFIER, "the national identifier: the same warning on every road"
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert (alert.references, alert.defects) == ((), ())


def test_what_it_warns_of_and_where() -> None:
    (info,) = one().infos
    assert (info.event_codes, info.parameters) == ((Pair("weathercn", "02"),), (Pair("LEVELCODE", "04"),))
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.RED)
    assert (info.headline, info.sender_name) == ("舒城县气象台发布暴雨红色预警", "舒城县气象台")
    assert info.description == "预计未来三小时降雨量达一百毫米。"
    assert info.expires is None, "the format has none"
    (area,) = info.areas
    assert (area.description, area.geocodes) == ("安徽省六安市舒城县", (Pair(CPEAS, "341523"),))


@pytest.mark.parametrize(
    ("code", "level"),
    [("0201", Level.BLUE), ("0202", Level.YELLOW), ("0203", Level.ORANGE), ("0204", Level.RED)],
)
def test_the_levels_number_rises_with_the_danger(code: str, level: Level) -> None:
    assert meaning.level(one(code=code, title="").infos[0]) is level


@pytest.mark.parametrize(
    ("code", "hazard"),
    [("0104", "台风"), ("0504", "大风"), ("0704", "高温"), ("0904", "雷电"), ("1404", "道路结冰")],
)
def test_the_types_number_tells_the_hazard_where_the_title_does_not(code: str, hazard: str) -> None:
    assert meaning.hazard(one(code=code, title="").infos[0]).zh == hazard


@pytest.mark.parametrize("code", ["", "02", "020", "99999", "xxyy", None, [], 7])
def test_a_code_nobody_knows_leaves_it_to_the_title(code: object) -> None:
    (info,) = one(code=code).infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.RED)


def test_a_code_as_a_number_has_lost_its_zero_and_claims_no_level() -> None:
    assert one(code=204, title="").infos[0].parameters == ()


def test_a_lift_gets_a_name_of_its_own_and_ends_the_warning_it_names() -> None:
    alert = one(status="预警解除")
    assert (alert.identifier, alert.msg_type) == (f"{IDENTIFIER}.cancel", MsgType.CANCEL)
    assert alert.references == (Reference("", IDENTIFIER, None),)


PLATFORM = "国家预警信息发布中心"


@pytest.mark.parametrize(
    ("title", "description", "source", "office"),
    [
        ("舒城县气象台解除暴雨橙色预警", "", PLATFORM, "舒城县气象台"),
        ("舒城县气象台继续发布暴雨橙色预警", "", PLATFORM, "舒城县气象台"),
        ("舒城县气象局 舒城县水利局联合发布山洪红色预警", "", PLATFORM, "舒城县气象局、舒城县水利局"),
        ("暴雨橙色预警", "舒城县气象台7月28日发布暴雨橙色预警：预计…", PLATFORM, "舒城县气象台"),
        ("暴雨橙色预警", "预计未来三小时有暴雨。", PLATFORM, ""),
        ("暴雨橙色预警", "预计未来三小时有暴雨。", "中国天气网", ""),
        ("暴雨橙色预警", "预计未来三小时有暴雨。", "中央气象台", ""),
        ("中央气象台发布暴雨橙色预警", "", "中央气象台", "中央气象台"),
        ("暴雨橙色预警", "", "舒城县气象台", "舒城县气象台"),
    ],
)
def test_the_issuer_is_an_office_and_never_the_platform(
    title: str, description: str, source: str, office: str
) -> None:
    assert one(title=title, description=description, source=source).infos[0].sender_name == office


@pytest.mark.parametrize("status", ["", "预警", "解除", None, 1, [], "ALERT_ON"])
def test_another_status_is_of_no_known_type(status: object) -> None:
    alert = one(status=status)
    assert (alert.msg_type, alert.identifier, alert.references) == (None, IDENTIFIER, ())


@pytest.mark.parametrize("adcode", ["", None, [], {}])
@pytest.mark.parametrize(
    ("region", "identifier", "codes"),
    [
        ("341502", IDENTIFIER, ["341502"]),
        ("341523104000", IDENTIFIER, ["341523104000"]),
        ("101221505", IDENTIFIER, ["341523"]),
        ("", IDENTIFIER, ["341523"]),
        (None, "A-17", []),
        ("101221505", "A-17", []),
    ],
)
def test_without_a_code_its_area_is_the_region_else_that_of_the_issuer(
    adcode: object, region: object, identifier: str, codes: list[str]
) -> None:
    areas = one(adcode=adcode, regionId=region, alertId=identifier).infos[0].areas
    assert [pair.value for area in areas for pair in area.geocodes] == codes


@pytest.mark.parametrize(
    ("code", "hazard", "level"),
    [("11B0304", "暴雨", Level.RED), ("11B03", "暴雨", Level.UNKNOWN), ("156110203", "", Level.UNKNOWN)],
)
def test_a_long_code_is_a_letter_code_or_none_that_we_know(code: str, hazard: str, level: Level) -> None:
    (info,) = one(code=code, title="", description="有雨。").infos
    assert (meaning.hazard(info).zh, meaning.level(info)) == (hazard, level)


def test_the_code_of_the_place_counts_before_the_region_and_the_identifier() -> None:
    (found,) = one(adcode="341502", regionId="341524", alertId=IDENTIFIER).infos[0].areas
    assert found.geocodes == (Pair(CPEAS, "341502"),)


def test_a_code_of_the_area_may_be_a_number() -> None:
    assert one(adcode=341523).infos[0].areas[0].geocodes == (Pair(CPEAS, "341523"),)


@pytest.mark.parametrize("key", ["alertId", "pubtimestamp"])
def test_without_identity_it_is_refused_with_the_key(key: str) -> None:
    for changed in (without(key), {**ALERT, key: None}, {**ALERT, key: ""}, {**ALERT, key: []}):
        failure = refused(answer(changed))
        assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, key)


@pytest.mark.parametrize("value", ["soon", 0, -5, 1e11, True])
def test_a_time_that_cannot_be_is_refused(value: object) -> None:
    failure = refused(answer({**ALERT, "pubtimestamp": value}))
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, "pubtimestamp")


@pytest.mark.parametrize(
    "value", [1785220200, 1785220200.0, 1785220200000, "1785220200", "1785220200000", "2026-07-28 14:30"]
)
def test_times_are_seconds_milliseconds_or_as_warnings_write_them(value: object) -> None:
    assert one(pubtimestamp=value).sent == SENT


def test_alerts_are_read_alone_and_in_a_list() -> None:
    (alone,) = parse(json.dumps(ALERT).encode())
    listed = parse(json.dumps([ALERT, {**ALERT, "alertId": "34152341600000_20260728150000"}]).encode())
    assert alone == one()
    assert [alert.identifier for alert in listed] == [IDENTIFIER, "34152341600000_20260728150000"]


def test_one_bad_alert_loses_no_other_and_is_told() -> None:
    (alert,) = parse(answer(7, without("alertId"), ALERT))
    assert alert.identifier == IDENTIFIER
    assert [(defect.element, defect.saw) for defect in alert.defects] == [
        ("result.alert.content[0].", "bad_value"),
        ("result.alert.content[1].alertId", "missing_element"),
    ]


def test_an_answer_without_alerts_is_no_alert_and_no_fault() -> None:
    assert parse(answer()) == ()


@pytest.mark.parametrize("alert", [{"status": "ok"}, {"status": "ok", "content": None}])
def test_an_answer_that_is_well_and_has_no_content_is_no_alert(alert: object) -> None:
    assert parse(json.dumps({"status": "ok", "result": {"alert": alert}}).encode()) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "result": {"alert": {}}},
        {"status": "ok", "result": {"alert": {"status": "failed"}}},
        {"status": "ok", "result": {"realtime": {"temperature": 28.5}}},
    ],
)
def test_an_answer_that_failed_is_no_empty_list(document: object) -> None:
    failure = refused(json.dumps(document).encode())
    assert (failure.why.reason, failure.why.fields["format"]) == (Reason.BAD_VALUE, "caiyun")
    assert failure.element == "result.alert.content"


@pytest.mark.parametrize("content", [{}, "none", 3])
def test_a_content_that_is_no_list_is_refused(content: object) -> None:
    raw = json.dumps({"result": {"alert": {"content": content}}}).encode()
    failure = refused(raw)
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, "result.alert.content")


@given(
    st.sampled_from(sorted(ALERT)),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_any_value_of_any_key_is_read_or_refused_and_never_crashes(key: str, value: object) -> None:
    try:
        alerts, element = parse(answer({**ALERT, key: value})), ""
    except Unreadable as failure:
        alerts, element = (), failure.element
    assert ([alert.sender for alert in alerts], element) in ((["caiyun"], ""), ([], key))


# --- the webhook --------------------------------------------------------------------------------


def call(changes: Mapping[str, object] = MappingProxyType({}), secret: bytes = SECRET) -> bytes:
    """A call as Caiyun signs it, then changed."""
    signed = secret + IDENTIFIER.encode() + b"n0nce"
    fields = {
        "event": "ALERT_ON",
        "alert_id": IDENTIFIER,
        "nonce": "n0nce",
        "url": "https://example.org/1",
        "time": "2026-07-28 14:30:00",
        "signature": hashlib.sha1(signed).hexdigest(),
    }
    return json.dumps({**fields, **changes}).encode()


def test_a_call_that_is_signed_tells_its_event() -> None:
    assert caiyun.call(call(), SECRET) == "ALERT_ON"
    assert caiyun.call(call({"event": "ALERT_OFF"}), SECRET) == "ALERT_OFF"
    signature = json.loads(call())["signature"]
    assert caiyun.call(call({"signature": signature.upper()}), SECRET) == "ALERT_ON"


@pytest.mark.parametrize(
    "raw",
    [
        call(secret=b"another secret"),
        call({"alert_id": "34152341600000_20260728150000"}),
        call({"nonce": "another"}),
        call({"signature": "0" * 40}),
        call({"signature": "中" * 40}),
    ],
)
def test_a_call_that_is_not_theirs_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        caiyun.call(raw, SECRET)
    assert (caught.value.why.reason, caught.value.element) == (Reason.BAD_VALUE, "signature")


@pytest.mark.parametrize("key", ["alert_id", "nonce", "signature", "event"])
@pytest.mark.parametrize("value", [None, "", [], {}])
def test_a_call_without_one_of_its_keys_is_refused(key: str, value: object) -> None:
    with pytest.raises(Unreadable) as caught:
        caiyun.call(call({key: value}), SECRET)
    assert (caught.value.why.reason, caught.value.element) == (Reason.MISSING_ELEMENT, key)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"\xff\xfe\x00", Reason.NOT_JSON),
        (b"[" * 100_000, Reason.TOO_DEEP),
        (b"[]", Reason.BAD_VALUE),
        (b"null", Reason.BAD_VALUE),
        (b'"ALERT_ON"', Reason.BAD_VALUE),
    ],
)
def test_a_call_that_is_no_object_is_refused(raw: bytes, reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        caiyun.call(raw, SECRET)
    assert caught.value.why.reason is reason
