"""CAP and the national dialect as JSON: the same warning as in XML, whatever program made the JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.codes import meaning
from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.elements import parse_xml
from gateway.intake.readers.envelope import alert_elements
from gateway.intake.readers.objects import embedded
from gateway.model.alert import Alert, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.hazard import Level
from gateway.model.reason import Reason
from tests.support import nasty
from tests.support.converters import CONVERTERS, Convert

INFO: dict[str, Any] = {
    "language": "zh-CN",
    "category": "Met",
    "event": "暴雨",
    "urgency": "Immediate",
    "severity": "Extreme",
    "certainty": "Likely",
    "eventCode": {"valueName": "eventType", "value": "11B03"},
    "expires": "2026-07-28T20:30:00+08:00",
    "senderName": "舒城县气象台",
    "headline": "舒城县气象台发布暴雨红色预警信号",
    "description": "预计未来三小时青石镇降雨量将达一百毫米以上。",
    "parameter": [{"valueName": "color", "value": "red"}],
    "area": {
        "areaDesc": "青石镇",
        "geocode": {"valueName": "CPEAS Geographic Code", "value": "341523104000"},
    },
}
ALERT: dict[str, Any] = {
    "identifier": "34152341600000_20260728143000",
    "sender": "county@weather.example",
    "sent": "2026-07-28T14:30:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "scope": "Public",
    "info": INFO,
}


def parsed(document: object) -> tuple[Alert, ...]:
    return parse(json.dumps(document, ensure_ascii=False).encode())


def one(document: object) -> Alert:
    (alert,) = parsed(document)
    return alert


def block(document: object) -> Info:
    (info,) = one(document).infos
    return info


def with_info(**changes: object) -> dict[str, Any]:
    return {**ALERT, "info": {**INFO, **changes}}


def with_area(**changes: object) -> dict[str, Any]:
    return with_info(area={"areaDesc": "青石镇", **changes})


READABLE = sorted(path.name for path in nasty.FOLDER.glob("*.xml"))


def alone(raw: bytes) -> list[tuple[Any, Alert]]:
    """The alert elements of a document that can be read, each with its alert."""
    try:
        elements = [parts.element for parts in alert_elements(parse_xml(raw.lstrip()))]
    except Unreadable:
        return []
    pairs = []
    for element in elements:
        try:
            (alert,) = parse(etree.tostring(element, encoding="UTF-8", xml_declaration=True, with_tail=False))
        except Unreadable:
            continue
        pairs.append((element, alert))
    return pairs


def unplaced(alert: Alert) -> Alert:
    """The alert without the lines of its defects: JSON has none."""
    return replace(alert, defects=tuple(replace(defect, line=0) for defect in alert.defects))


@pytest.mark.parametrize("convert", CONVERTERS, ids=lambda convert: convert.__name__)
def test_every_nasty_document_means_the_same_as_json(convert: Convert) -> None:
    """By every converter: what is quarantined, drilled, ended or aired as XML is so as JSON."""
    differing, seen = [], 0
    for name in READABLE:
        for element, as_xml in alone((nasty.FOLDER / name).read_bytes()):
            seen += 1
            if unplaced(one(convert(element))) != unplaced(as_xml):
                differing.append(name)
    assert (differing, seen > 90) == ([], True)


@pytest.mark.parametrize(
    "document",
    [
        ALERT,
        [ALERT],
        {"alert": ALERT},
        {"cap:alert": ALERT},
        {"{urn:oasis:names:tc:emergency:cap:1.2}alert": ALERT},
        {"Alert": {key.upper(): value for key, value in ALERT.items()}},
        {"alert": [ALERT]},
        {"alerts": [ALERT]},
        {"alerts": [{"alert": ALERT}]},
        {"alerts": {"alert": [ALERT]}},
        {"alerts": {"alert": ALERT}},
        {"code": 200, "msg": "ok", "data": ALERT},
        {"code": 0, "data": {"total": 1, "list": [ALERT]}},
        {"feed": {"title": "x", "entry": [{"id": "x", "content": {"@type": "text/xml", "alert": ALERT}}]}},
        {"EDXLDistribution": {"contentObject": {"xmlContent": {"embeddedXMLContent": {"alert": ALERT}}}}},
        {"?xml": {"@version": "1.0"}, "alert": ALERT},
        {**ALERT, "info": [INFO]},
        {**ALERT, "info": None, "infos": [INFO]},
        {**ALERT, "info": {**INFO, "area": [INFO["area"]]}},
        {**ALERT, "id": 17},
        {"cap_" + key: value for key, value in ALERT.items()},
        {"msg_type" if key == "msgType" else key: value for key, value in ALERT.items()},
    ],
)
def test_the_alert_is_found_in_whatever_is_wrapped_around_it(document: object) -> None:
    assert one(document) == one(ALERT)


def test_it_is_read_as_cap() -> None:
    alert = one(ALERT)
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert alert.sent.isoformat() == "2026-07-28T14:30:00+08:00"
    (info,) = alert.infos
    assert (info.sender_name, info.areas[0].description) == ("舒城县气象台", "青石镇")
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.RED)
    assert alert.defects == ()


CODE = "341523104000"


@pytest.mark.parametrize(
    ("geocode", "read_as"),
    [
        (
            [{"valueName": "A", "value": CODE}, {"valueName": "B", "value": "341523"}],
            [("A", CODE), ("B", "341523")],
        ),
        ({"valueName": "A", "value": [CODE, "341523"]}, [("A", CODE), ("A", "341523")]),
        ({"A": CODE}, [("A", CODE)]),
        (
            {"UGC": ["X1", "X2"], "CPEAS Geographic Code": CODE},
            [("UGC", "X1"), ("UGC", "X2"), ("CPEAS Geographic Code", CODE)],
        ),
        ([{"A": CODE}, {"B": "1"}], [("A", CODE), ("B", "1")]),
        ([{"name": "A", "value": CODE}], [("A", CODE)]),
        ([{"valueName": {"#text": "A"}, "value": {"#text": CODE}}], [("A", CODE)]),
        ([{"valueName": ["A"], "value": [CODE]}], [("A", CODE)]),
        ({"@attr": "x", "A": CODE}, [("A", CODE)]),
        (CODE, [("", CODE)]),
        ([CODE, "341523105000"], [("", CODE), ("", "341523105000")]),
        (341523104000, [("", CODE)]),
        ("A=" + CODE, [("A", CODE)]),
        (None, []),
        ({}, []),
    ],
)
def test_values_with_names_in_every_shape(geocode: object, read_as: list[tuple[str, str]]) -> None:
    pairs = tuple(Pair(name, value) for name, value in read_as)
    assert block(with_area(geocode=geocode)).areas[0].geocodes == pairs
    assert block(with_info(eventCode=geocode)).event_codes == pairs
    assert block(with_info(parameter=geocode)).parameters == pairs
    assert block(with_info(parameter=None, parameters=geocode)).parameters == pairs


RING = "31.4,116.9 31.5,116.9 31.5,117 31.4,116.9"
GEO = [[116.9, 31.4], [116.9, 31.5], [117, 31.5], [116.9, 31.4]]


@pytest.mark.parametrize(
    ("polygon", "read_as"),
    [
        (RING, [RING]),
        ([RING, RING], [RING, RING]),
        (RING.split(), [RING]),
        ([[31.4, 116.9], [31.5, 116.9], [31.5, 117], [31.4, 116.9]], [RING]),
        ([[[31.4, 116.9], [31.5, 116.9], [31.5, 117], [31.4, 116.9]]], [RING]),
        ([["31.4", "116.9"], ["31.5", "116.9"], ["31.5", "117"], ["31.4", "116.9"]], [RING]),
        ([31.4, 116.9, 31.5, 116.9, 31.5, 117, 31.4, 116.9], [RING]),
        ([{"lat": 31.4, "lon": 116.9}, {"lat": 31.5, "lng": 116.9}], [RING[:21]]),
        ({"vertices": [{"latitude": 31.4, "longitude": 116.9}, {"Y": 31.5, "X": 116.9}]}, [RING[:21]]),
        ({"#text": RING}, [RING]),
        ({"type": "Polygon", "coordinates": [GEO, []]}, [RING]),
        ({"type": "MultiPolygon", "coordinates": [[GEO], [GEO]]}, [RING, RING]),
        ({"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [GEO]}]}, [RING]),
        ({"type": "Point", "coordinates": [116.9, 31.4]}, []),
        ({"type": "Polygon", "coordinates": None}, []),
        ("nonsense", ["nonsense"]),
        (None, []),
    ],
)
def test_polygons_in_every_shape(polygon: object, read_as: list[str]) -> None:
    assert list(block(with_area(polygon=polygon)).areas[0].polygons) == read_as


@pytest.mark.parametrize(
    ("circle", "read_as"),
    [
        ("31.4,116.9 5", ["31.4,116.9 5"]),
        (["31.4,116.9 5", "31.5,116.9 1"], ["31.4,116.9 5", "31.5,116.9 1"]),
        ([31.4, 116.9, 5], ["31.4,116.9 5"]),
        ({"center": {"lat": 31.4, "lon": 116.9}, "radius": 5}, ["31.4,116.9 5"]),
        ({"centre": [31.4, 116.9], "radius_km": "5"}, ["31.4,116.9 5"]),
        ({"lat": 31.4, "lng": 116.9, "radius": 5}, ["31.4,116.9 5"]),
        ({"$": "31.4,116.9 5"}, ["31.4,116.9 5"]),
    ],
)
def test_circles_in_every_shape(circle: object, read_as: list[str]) -> None:
    assert list(block(with_area(circle=circle)).areas[0].circles) == read_as


NAMED = Reference("county@weather.example", "A1", one(ALERT).sent)
TRIPLE = "county@weather.example,A1,2026-07-28T14:30:00+08:00"
OBJECT = {"@id": "https://x.example/A1", "sender": NAMED.sender, "identifier": "A1", "sent": ALERT["sent"]}


@pytest.mark.parametrize(
    ("references", "read_as"),
    [
        (TRIPLE, [NAMED]),
        ([TRIPLE], [NAMED]),
        (f"{TRIPLE} A2", [NAMED, Reference("", "A2", None)]),
        ([OBJECT], [NAMED]),
        (OBJECT, [NAMED]),
        ([{**OBJECT, "sent": "2026-07-28 14:30:00"}], [NAMED]),
        ({"reference": [TRIPLE, OBJECT]}, [NAMED, NAMED]),
        ([{"identifier": "A1"}], [Reference("", "A1", None)]),
        (["A1", "A2"], [Reference("", "A1", None), Reference("", "A2", None)]),
        ("", []),
        ([], []),
    ],
)
def test_references_in_every_shape(references: object, read_as: list[Reference]) -> None:
    assert list(one({**ALERT, "msgType": "Update", "references": references}).references) == read_as


FLAT = {**{key: value for key, value in ALERT.items() if key != "info"}, **INFO}


@pytest.mark.parametrize(
    "flat",
    [
        FLAT,
        [FLAT],
        {"alert": FLAT},
        {**FLAT, "area": None, "areaDesc": "青石镇", "geocode": {"CPEAS Geographic Code": [CODE]}},
        with_info(area=None, areaDesc="青石镇", geocode={"CPEAS Geographic Code": CODE}),
        {**ALERT, "info": {**INFO, "area": None}, "area": INFO["area"]},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": None, "properties": FLAT}],
        },
        {"type": "Feature", "id": "x", "geometry": None, "properties": FLAT},
        {"@context": {}, "@graph": [{"@id": "x", "@type": "wx:Alert", **FLAT}]},
    ],
)
def test_info_and_area_may_stand_flat_in_the_alert(flat: object) -> None:
    assert one(flat) == one(ALERT)


def test_the_answer_of_the_weather_service_of_the_united_states() -> None:
    properties = {
        "@id": "https://api.example/alerts/urn:x.1",
        "@type": "wx:Alert",
        "id": "urn:x.1",
        "areaDesc": "Lee, FL",
        "geocode": {"SAME": ["012071"], "UGC": ["FLC071"]},
        "references": [
            {"@id": "https://api.example/x", "identifier": "urn:x.0", "sender": "s", "sent": ALERT["sent"]}
        ],
        "sent": "2026-07-28T02:30:00-04:00",
        "ends": None,
        "status": "Actual",
        "messageType": "Update",
        "severity": "Severe",
        "certainty": "Observed",
        "urgency": "Immediate",
        "event": "Flash Flood Warning",
        "sender": "w@x.example",
        "senderName": "NWS",
        "headline": "Flash Flood Warning",
        "response": "Avoid",
        "parameters": {"VTEC": ["/O.CON/"], "NWSheadline": ["A", "B"]},
    }
    ring = [[-81.9, 26.6], [-81.8, 26.6], [-81.8, 26.7], [-81.9, 26.6]]
    feature = {
        "id": properties["@id"],
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": properties,
    }
    alert = one({"@context": [], "type": "FeatureCollection", "features": [feature], "title": "x"})
    assert (alert.identifier, alert.msg_type) == ("urn:x.1", MsgType.UPDATE)
    assert [reference.identifier for reference in alert.references] == ["urn:x.0"]
    (info,) = alert.infos
    assert info.response_types == ("Avoid",)
    assert info.parameters == (Pair("VTEC", "/O.CON/"), Pair("NWSheadline", "A"), Pair("NWSheadline", "B"))
    (area,) = info.areas
    assert area.polygons == ("26.6,-81.9 26.6,-81.8 26.7,-81.8 26.6,-81.9",)
    assert area.geocodes == (Pair("SAME", "012071"), Pair("UGC", "FLC071"))


NATIONAL: dict[str, Any] = {
    "identifier": "34152341600000_20260728143000",
    "sender": "舒城县气象局",
    "senderCode": "34152341600000",
    "sendTime": "2026-07-28 14:30:00+08:00",
    "status": "Actual",
    "msgType": "Update",
    "code": {
        "method": [{"methodName": "SMS", "message": "短"}, {"methodName": "SPEAKER", "message": "请注意。"}]
    },
    "secClassification": "None",
    "references": "34152341600000_20260728120000",
    "info": {
        "eventType": "11B03",
        "severity": "Red",
        "headline": "舒城县气象局发布暴雨红色预警",
        "description": "正文",
        "area": {"areaDesc": "青石镇", "geocode": "341523104000,341523105000"},
    },
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"code": [{"method": NATIONAL["code"]["method"]}]},
        {"info": [NATIONAL["info"]]},
        {"references": [{"identifier": NATIONAL["references"], "sender": "x", "sent": ALERT["sent"]}]},
        {"references": None, "referencesInfo": NATIONAL["references"]},
        {"senderCode": None, "sender_code": "34152341600000"},
        {"info": {**NATIONAL["info"], "area": None}, "area": NATIONAL["info"]["area"]},
        {
            "info": {
                **NATIONAL["info"],
                "area": {"areaDesc": "青石镇", "geocode": ["341523104000,341523105000"]},
            }
        },
    ],
)
def test_the_national_dialect_has_the_names_of_its_xml(changes: dict[str, Any]) -> None:
    alert = one({**NATIONAL, **changes})
    assert (alert.sender, alert.msg_type) == ("34152341600000", MsgType.UPDATE)
    assert alert.references == (Reference("", "34152341600000_20260728120000", None, event=True),)
    (info,) = alert.infos
    assert (info.sender_name, info.description) == ("舒城县气象局", "请注意。")
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("暴雨", Level.RED)
    assert [pair.value for pair in info.areas[0].geocodes] == ["341523104000,341523105000"]


@pytest.mark.parametrize(("key", "field"), [("status", "status"), ("msgType", "msg_type")])
@pytest.mark.parametrize("value", [None, "", "Real", [], {}, ["Actual", "Test"], ["Alert", "Cancel"]])
def test_an_absent_or_unknown_status_or_type_is_told_as_unknown(key: str, field: str, value: object) -> None:
    alert = one({**ALERT, key: value})
    assert getattr(alert, field) is None
    assert [defect.element for defect in alert.defects] == [key]


@pytest.mark.parametrize("key", ["identifier", "sender", "sent"])
def test_without_identity_it_is_refused_with_the_element(key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parsed({**ALERT, key: None})
    assert (refused.value.why.reason, refused.value.element) == (Reason.MISSING_ELEMENT, key)


def test_one_bad_alert_loses_no_other_and_is_told_with_its_place() -> None:
    alert = one({"data": {"list": [{**ALERT, "sender": None}, "text", ALERT]}})
    assert [(defect.element, defect.saw) for defect in alert.defects] == [
        ("data.list[0].sender", "missing_element"),
        ("data.list[1].", "bad_value"),
    ]


def test_characters_that_no_xml_may_hold_spoil_nothing() -> None:
    raw = json.dumps(with_info(description="雨\x00大\x0b，\ud800请注意")).encode()
    (alert,) = parse(raw)
    assert alert.infos[0].description == "雨大，请注意"


def test_the_bytes_of_an_attachment_are_found_again_in_the_document() -> None:
    sound = b64encode(b"RIFF sound").decode()
    resource = {"resourceDesc": "x", "mimeType": "audio/wav", "derefUri": sound}
    other = {**ALERT, "identifier": "A2"}
    document = {"data": [other, with_info(resource=[{"uri": "x"}, resource])]}
    raw = b"\xef\xbb\xbf" + json.dumps(document, ensure_ascii=False).encode()
    *_, alert = parse(raw)
    assert alert.infos[0].resources[1].embedded
    assert embedded(raw, alert.identifier, 0, 1) == b"RIFF sound"
    with pytest.raises(IndexError):
        embedded(raw, alert.identifier, 0, 2)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PLACES = [(key,) for key in ALERT] + [("info", key) for key in INFO] + [("info", "area", "polygon")]


@given(st.sampled_from(PLACES), ANY)
def test_any_value_at_any_place_is_read_or_refused_and_never_crashes(
    place: tuple[str, ...], value: object
) -> None:
    document = json.loads(json.dumps(ALERT))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        alerts = parse(json.dumps(document).encode())
    except Unreadable:
        return
    assert all(alert.sent for alert in alerts)


FIRST = {
    "identifier": "A-1",
    "sender": "county",
    "sent": "2026-07-28T14:30:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "info": {"event": "暴雨", "severity": "Extreme", "headline": "甲县气象台发布暴雨红色预警信号"},
}
SECOND = FIRST | {"identifier": "A-2"}
OURS = {
    **{key: FIRST[key] for key in ("sender", "sent", "status", "msgType")},
    "identifier": "S-1",
    "event": "暴雨",
    "level": "red",
    "areas": ["341523104000"],
}


def _parsed(document: object) -> tuple[Alert, ...]:
    return parse(json.dumps(document, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "document",
    [
        {"updates": [FIRST], "alerts": [SECOND]},
        {"alerts": {"1": FIRST, "2": SECOND}},
        {"alert": FIRST, "alerts": [SECOND]},
        {"drafts": [FIRST], "published": [SECOND]},
        {"data": {"first": {"list": [FIRST]}, "next": {"list": [SECOND]}}},
    ],
)
def test_alerts_in_several_places_are_refused_because_one_of_them_would_be_lost(document: object) -> None:
    with pytest.raises(Unreadable) as refused:
        _parsed(document)
    assert refused.value.why.reason is Reason.SEVERAL_PLACES


@pytest.mark.parametrize(
    "document",
    [
        {"previous": FIRST, "current": SECOND},
        {"code": 200, "history": [FIRST], "data": {"list": [SECOND]}},
        {"request": {"alert": FIRST}, "data": SECOND},
        {"alert": SECOND, "previous": FIRST},
        {"latest": SECOND, "list": [SECOND]},
        SECOND | {"previous": FIRST, "related": [FIRST]},
    ],
)
def test_what_an_answer_repeats_is_not_read_in_the_place_of_its_alert(document: object) -> None:
    assert [alert.identifier for alert in _parsed(document)] == ["A-2"]


@pytest.mark.parametrize("key", ["alert", "original", "content", "properties", "data"])
def test_a_cancel_that_quotes_its_warning_is_never_that_warning(key: str) -> None:
    quoted = {"alert": FIRST} if key == "content" else FIRST
    (alert,) = _parsed(OURS | {"msgType": "Cancel", "references": ["A-1"], key: quoted})
    assert (alert.identifier, alert.msg_type) == ("S-1", MsgType.CANCEL)


@pytest.mark.parametrize("around", [{"status": "Test"}, {"messageType": "Cancel"}, {"status": "Draft"}])
def test_an_envelope_that_says_test_or_cancel_makes_no_warning_of_what_is_in_it(
    around: dict[str, str],
) -> None:
    with pytest.raises(Unreadable):
        _parsed(around | {"alert": FIRST})
    (alert,) = _parsed({"id": 7, "messageType": "alert", "status": "ok", "alert": FIRST})
    assert alert.identifier == "A-1"


@pytest.mark.parametrize("among", [FIRST, SECOND | {"level": "red"}])
def test_simple_json_among_others_keeps_its_level_and_its_act(among: dict[str, object]) -> None:
    other, ours = _parsed([among, OURS | {"act": "move"}])
    assert other.infos[0].headline == FIRST["info"]["headline"]  # type: ignore[index]
    assert {(pair.name, pair.value) for pair in ours.infos[0].parameters} >= {
        ("color", "red"),
        ("tongluo:act", "move"),
    }


def test_an_info_of_a_sender_s_own_does_not_take_the_level_from_simple_json() -> None:
    (alert,) = _parsed(OURS | {"info": {"source": "platform"}})
    assert alert.infos[0].severity is Severity.EXTREME
