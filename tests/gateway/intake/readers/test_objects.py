"""Which format a JSON body is in is told by its shape."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import objects
from gateway.intake.readers.formats import simple
from gateway.intake.readers.formats.registry import KNOWN
from gateway.intake.readers.objects import parse
from gateway.model.alert import Alert
from gateway.model.reason import Reason

SIMPLE: dict[str, Any] = {
    "identifier": "B1",
    "sender": "county@weather.example",
    "sent": "2026-07-28T14:30:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
}
QWEATHER: dict[str, Any] = {
    "id": "Q1",
    "issuedTime": "2026-07-28T14:30+08:00",
    "messageType": {"code": "alert"},
}
CAIYUN: dict[str, Any] = {"alertId": "C1", "pubtimestamp": 1785220200, "status": "预警中"}


def senders(document: object) -> list[str]:
    return [alert.sender for alert in parse(json.dumps(document).encode())]


def refused(document: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(json.dumps(document).encode())
    return caught.value


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (SIMPLE, ["county@weather.example"]),
        ([SIMPLE, {**SIMPLE, "identifier": "B2"}], ["county@weather.example"] * 2),
        ({"metadata": {}, "alerts": [QWEATHER, QWEATHER]}, ["qweather"] * 2),
        ({"alerts": [QWEATHER]}, ["qweather"]),
        ({"result": {"alert": {"content": [CAIYUN]}}}, ["caiyun"]),
        (CAIYUN, ["caiyun"]),
        ([CAIYUN, CAIYUN], ["caiyun"] * 2),
        ({"metadata": {}, "alerts": []}, []),
        ({"result": {"alert": {"content": []}}}, []),
    ],
)
def test_the_shape_tells_the_format(document: object, expected: list[str]) -> None:
    assert senders(document) == expected


def test_a_list_that_mixes_formats_is_read_as_simple_and_tells_what_is_lost() -> None:
    (alert,) = parse(json.dumps([CAIYUN, SIMPLE]).encode())
    assert alert.identifier == "B1"
    assert [defect.element for defect in alert.defects] == ["[0].identifier"]


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        ({}, "{}"),
        ({"result": {}}, "{result: {}}"),
        ({"result": {"other": {}}}, "{result: {other: {}}}"),
        ({"alertId": "C1"}, "{alertId}"),
        ({"alerts": [{"alert_type": 1, "publish_time": 2}]}, "{alerts: [{alert_type, publish_time}]}"),
        ([{"number": 1, "row": "x"}], "[{number, row}]"),
        (None, "…"),
        (7, "…"),
        ("text", "…"),
    ],
)
def test_what_has_no_known_shape_is_told_with_its_keys_and_what_can_be_read(
    document: object, keys: str
) -> None:
    why = refused(document).why
    assert (why.reason, why.fields["keys"]) == (Reason.UNKNOWN_FORMAT, keys)
    assert why.fields["formats"] == KNOWN
    assert "qweather_v7" not in KNOWN


def test_an_empty_list_is_empty() -> None:
    assert refused([]).why.reason is Reason.EMPTY


@pytest.mark.parametrize("raw", [b"{", b'{"a": 1,}', b"", b"\xff\xfe{"])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    assert caught.value.why.reason is Reason.NOT_JSON


def test_a_fault_of_ours_in_one_entry_loses_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def alert(entry: Any) -> Alert:
        return simple.alert({**entry, "sent": 7 / entry["x"]} if "x" in entry else entry)

    form = SimpleNamespace(NAME="simple", entries=simple.entries, alert=alert)
    monkeypatch.setattr(objects, "JSON", (form,))
    (read,) = parse(json.dumps([{**SIMPLE, "x": 0}, SIMPLE]).encode())
    assert [(defect.element, defect.saw) for defect in read.defects] == [("[0].", "reader_failed")]
    with pytest.raises(ZeroDivisionError):
        parse(json.dumps({**SIMPLE, "x": 0}).encode())


def test_the_first_fault_is_told_where_every_alert_is_bad() -> None:
    failure = refused({"metadata": {}, "alerts": [{"issuedTime": "x"}, {"id": "Q2"}]})
    assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, "id")


def test_objects_may_be_nested_to_the_bound_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, Any]:
        inner: Any = 0
        for _ in range(depth):
            inner = [inner]
        return {**CAIYUN, "latlon": inner}

    assert senders(nested(31)) == ["caiyun"]
    failure = refused(nested(32))
    assert failure.why.reason is Reason.TOO_DEEP


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "Infinity"])
def test_a_number_that_is_none_counts_as_absent_and_the_rest_is_read(value: str) -> None:
    raw = json.dumps({**CAIYUN, "title": "here"}).replace('"here"', value)
    (alert,) = parse(raw.encode())
    assert (alert.identifier, alert.infos[0].headline) == ("C1", "")
