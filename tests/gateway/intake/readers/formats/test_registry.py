"""The formats of warnings: the first that knows a document reads it, and a new format is one line of the
table."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import objects, parse
from gateway.intake.readers.elements import Parts, parse_xml
from gateway.intake.readers.formats import (
    caiyun,
    cap,
    cap_json,
    error_answer,
    list_12379,
    national,
    nmc,
    portal,
    qweather,
    qweather_v7,
    simple,
    weathercn,
)
from gateway.intake.readers.formats.registry import JSON, XML
from gateway.intake.readers.keys import Entries
from gateway.model.alert import Alert
from gateway.model.reason import Reason

CAIYUN = {"alertId": "1", "pubtimestamp": 1785225600}
SIMPLE = {"identifier": "1", "sender": "county", "sent": "2026-07-28T14:30:00+08:00"}
SIMPLE |= {"status": "Actual", "msgType": "Cancel"}

CAP = {**SIMPLE, "scope": "Public", "info": {"event": "暴雨"}}

PORTAL = {"identifier": "1", "headline": "预警", "sender": "x", "eventType": "11B03", "msgType": "Alert"}
LISTED = {"identifier": "1", "headline": "预警", "description": "x", "sendTime": "2026-07-28 14:30:00"}


@pytest.mark.parametrize(
    ("document", "form"),
    [
        (CAP, cap_json),
        ([CAP], cap_json),
        ({"alert": CAP}, cap_json),
        ({"alerts": [{"alert": {**SIMPLE, "scope": "Public"}}]}, cap_json),
        ({"data": {"list": [SIMPLE, CAP]}}, cap_json),
        ({**SIMPLE, "severity": "Extreme"}, cap_json),
        ({**SIMPLE, "severity": "Extreme", "level": "red"}, simple),
        ({**SIMPLE, "scope": "Public", "areas": ["341523104000"]}, simple),
        ({**SIMPLE, "event": "暴雨", "headline": "暴雨"}, simple),
        ({"code": "200", "updateTime": "x", "warning": []}, qweather_v7),
        ({"error": {"status": 401}}, error_answer),
        ({"code": 401, "msg": "x"}, error_answer),
        ({"code": 0, "data": []}, portal),
        (PORTAL, portal),
        ({"data": {"list": [SIMPLE, PORTAL]}}, portal),
        ({**PORTAL, "info": {"eventType": "11B03"}}, cap_json),
        ({"alertData": []}, list_12379),
        (LISTED, list_12379),
        ([{**LISTED, "msgType": "Alert"}], portal),
        ({"metadata": {}, "alerts": []}, qweather),
        ({"alerts": []}, qweather),
        ({"alerts": [{"id": "1"}, {"issuedTime": "x"}]}, qweather),
        ({"result": {"alert": {"content": []}}}, caiyun),
        (CAIYUN, caiyun),
        ([CAIYUN, CAIYUN], caiyun),
        ([CAIYUN, SIMPLE], simple),
        ({"msg": "success", "code": 0, "data": {"page": {"list": []}}}, nmc),
        ({"msg": "success", "code": 0, "data": {"provinceAlarms": []}}, nmc),
        ({"msg": "busy", "code": 500, "data": None}, error_answer),
        ({"count": "1", "data": [["皖中省", "101220199-20260728143000-0203.html"]]}, weathercn),
        ({"status": "success", "errMsg": "", "result": {"count": "0", "data": []}}, weathercn),
        ({"status": "fail", "errMsg": "busy", "result": None}, error_answer),
        ({"status": "failed", "error": "token is invalid", "api_version": "v2.6"}, error_answer),
        ({"ISSUETIME": "2026-07-28 14:30:00", "ISSUECONTENT": ""}, weathercn),
        ({"alarm": {"101220199": {"w": []}}}, weathercn),
        (SIMPLE, simple),
        ([SIMPLE], simple),
    ],
)
def test_the_first_format_that_knows_a_json_document(document: object, form: object) -> None:
    assert next(each for each in JSON if each.entries(document) is not None) is form


@pytest.mark.parametrize(
    ("document", "dialect"),
    [
        (b"<alert><sendTime>2026-07-28 14:30:00</sendTime></alert>", national),
        (b"<alert><senderCode>341523</senderCode></alert>", national),
        (b"<alert><info><eventType>11B03</eventType></info></alert>", national),
        (b"<alert><sent>2026-07-28T14:30:00+08:00</sent></alert>", cap),
        (b"<alert/>", cap),
    ],
)
def test_the_first_dialect_that_knows_an_alert_element(document: bytes, dialect: object) -> None:
    assert next(each for each in XML if each.fits(Parts(parse_xml(document)))) is dialect


def test_a_new_format_is_asked_before_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def entries(document: object) -> Entries | None:
        return Entries("bulletins", document["bulletins"]) if isinstance(document, dict) else None

    def alert(entry: object) -> Alert:
        return simple.alert({**SIMPLE, "identifier": entry})

    bulletin = SimpleNamespace(entries=entries, alert=alert)
    monkeypatch.setattr(objects, "JSON", (bulletin, *JSON))
    assert [alert.identifier for alert in parse(b'{"bulletins": ["B-1", "B-2"]}')] == ["B-1", "B-2"]


def test_a_document_that_no_format_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "JSON", (qweather, caiyun))
    with pytest.raises(Unreadable) as refused:
        parse(json.dumps(SIMPLE).encode())
    assert refused.value.why.reason is Reason.UNKNOWN_FORMAT
