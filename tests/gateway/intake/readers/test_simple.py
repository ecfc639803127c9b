"""Simple JSON: whoever writes a sender by hand is told which key is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.simple import SimpleAlert
from gateway.model.alert import Severity
from gateway.model.reason import Reason
from gateway.runtime.clock import CHINA

GOOD: dict[str, Any] = {
    "identifier": "B1",
    "sender": "county@weather.example",
    "sent": "2026-07-28T14:30:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "event": "暴雨",
    "level": "red",
    "senderName": "舒城县气象台",
    "description": "预计未来3小时降雨量将达100毫米以上。",
    "expires": "2026-07-28T20:30:00+08:00",
    "areas": ["341523104000"],
}


def written(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def refused(raw: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


def test_the_frequency_and_the_note_are_read_as_parameters_and_as_caps_note() -> None:
    (alert,) = parse(written(publishFrequency="1t/3min", rollFrequency=2, note="误发"))
    pairs = {pair.name: pair.value for pair in alert.infos[0].parameters}
    assert pairs == {"PublishFrequency": "1t/3min", "RollFrequency": "2"}
    assert alert.note == "误发"


def test_a_warning_is_read_as_cap_would_say_it() -> None:
    (alert,) = parse(written())
    (info,) = alert.infos
    assert (info.severity, info.headline) == (Severity.EXTREME, "舒城县气象台发布暴雨红色预警信号")
    assert info.areas[0].geocodes[0].value == "341523104000"


def test_a_letter_code_names_the_hazard() -> None:
    (info,) = parse(written(event="11A51", level="orange"))[0].infos
    assert (info.event, info.event_codes[0].value) == ("山洪灾害", "11A51")
    assert info.headline == "舒城县气象台发布山洪灾害橙色预警信号"


def test_the_example_of_the_schema_is_a_readable_warning() -> None:
    (example,) = SimpleAlert.model_json_schema()["examples"]
    assert parse(json.dumps(example).encode())[0].identifier == example["identifier"]


@pytest.mark.parametrize("sent", ["2026-07-28T14:30:00", "2026-07-28 14:30", "2026-07-28T06:30:00Z"])
def test_a_time_without_an_offset_is_chinas(sent: str) -> None:
    assert parse(written(sent=sent))[0].sent == datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)


@pytest.mark.parametrize("sent", ["20260728", 1785220200, "0001-01-01T00:00:00+08:00", "soon", None, True])
def test_a_number_or_an_impossible_time_is_refused_and_never_a_day_in_1970(sent: object) -> None:
    assert refused(written(sent=sent)).element == "sent"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"level": "purple"}, "level"),
        ({"status": "actual?"}, "status"),
        ({"areas": ["341523104000", "34"]}, "areas"),
        ({"areas": ["341523104000", 341523104000]}, "areas.1"),
        ({"identifier": "\ud800"}, "identifier"),
    ],
)
def test_a_wrong_key_is_told_by_its_path(changes: dict[str, Any], key: str) -> None:
    failure = refused(written(**changes))
    assert (failure.why.reason, failure.element) == (Reason.BAD_VALUE, key)


@pytest.mark.parametrize("key", ["identifier", "sender", "sent", "status", "msgType"])
def test_a_missing_key_is_told_by_name(key: str) -> None:
    failure = refused(json.dumps({name: value for name, value in GOOD.items() if name != key}).encode())
    assert (failure.why.reason, failure.element) == (Reason.MISSING_ELEMENT, key)


def test_broken_json_is_told_with_its_line() -> None:
    failure = refused(b'{\n"identifier": "B1",\n oops')
    assert (failure.why.reason, failure.line) == (Reason.NOT_JSON, 3)


@pytest.mark.parametrize("depth", [40, 900, 100_000])
def test_a_depth_bomb_is_refused(depth: int) -> None:
    assert refused(b"[" * depth + b"]" * depth).why.reason is Reason.TOO_DEEP


def test_one_bad_warning_in_a_list_loses_no_other_and_is_told() -> None:
    (alert,) = parse(json.dumps([{"identifier": "?"}, GOOD]).encode())
    assert alert.identifier == "B1"
    assert alert.defects[0].element.startswith("[0].")
    assert refused(b"[{}]").why.reason is Reason.MISSING_ELEMENT
    assert refused(b"[]").why.reason is Reason.EMPTY


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(GOOD)), inner),
    )
)
def test_any_json_is_read_or_refused_and_never_crashes(document: object) -> None:
    for raw in (json.dumps(document).encode(), json.dumps([document, GOOD]).encode()):
        try:
            alerts = parse(raw)
        except Unreadable:
            continue
        assert all(alert.key.digest and alert.sent.astimezone(UTC) for alert in alerts)
