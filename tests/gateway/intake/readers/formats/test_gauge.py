"""A gauge's value as JSON: parsed with its unit and its bounds, or refused with the key that is wrong."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from gateway.i18n import sentence
from gateway.intake import Unreadable
from gateway.intake.readers.formats.gauge import LARGEST, fits, parse
from gateway.model.reason import Reason
from gateway.model.station import GaugeValue

RAIN = {"station": "hewan-rain", "kind": "rain", "value": 62.5, "unit": "mm", "window_min": 60}
RAIN |= {"at": "2026-07-28T14:30:00+08:00"}


def message(**changes: object) -> bytes:
    return json.dumps({**RAIN, **changes}).encode()


def test_a_value_is_parsed() -> None:
    at = datetime.fromisoformat("2026-07-28T14:30:00+08:00")
    assert parse(message()) == GaugeValue("hewan-rain", "rain", 62.5, 60, at)
    assert parse(message(at="2026-07-28 14:30")).at == at, "a time without an offset is China's"


@pytest.mark.parametrize(
    ("changes", "key", "told"),
    [
        ({"station": ""}, "station", ""),
        ({"station": "x" * 41}, "station", "1–40"),
        ({"station": "\ud800"}, "station", ""),
        ({"kind": "wind"}, "kind", "rain, water_level"),
        ({"value": "much"}, "value", "62.5"),
        ({"value": True}, "value", "62.5"),
        ({"value": None}, "value", ""),
        ({"value": [1]}, "value", ""),
        ({"value": "NaN"}, "value", "62.5"),
        ({"value": 1e400}, "value", "62.5"),
        ({"unit": "cm"}, "unit", "mm"),
        ({"unit": "m"}, "unit", "mm"),
        ({"unit": None}, "unit", ""),
        ({"value": 2001.0}, "value", "0–2000 mm"),
        ({"value": -0.1}, "value", "0–2000 mm"),
        ({"window_min": -1}, "window_min", "0–4320"),
        ({"window_min": 4321}, "window_min", "0–4320"),
        ({"window_min": 1.5}, "window_min", "0–4320"),
        ({"window_min": False}, "window_min", "0–4320"),
        ({"window_min": {}}, "window_min", "0–4320"),
        ({"at": 1785220200}, "at", "2026-07-28T14:30:00+08:00"),
        ({"at": {}}, "at", ""),
        ({"note": "new"}, "note", ""),
        ({"windowMin": 60}, "windowMin", "window_min"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_in_chinese(
    changes: dict[str, object], key: str, told: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(message(**changes))
    why = refused.value.why
    assert why.reason in (Reason.BAD_VALUE, Reason.GAUGE_KEY, Reason.MISSING_ELEMENT)
    assert refused.value.element == key
    said = sentence(why)
    assert told in said
    assert not re.search("expected|input|greater|valid", said, re.IGNORECASE)


def test_bytes_that_are_no_json_are_refused_as_such() -> None:
    with pytest.raises(Unreadable) as refused:
        parse(b'{"station": ')
    assert refused.value.why.reason is Reason.NOT_JSON


@pytest.mark.parametrize(
    ("raw", "gauge"),
    [
        (message(), True),
        (b"  " + message(), True),
        (b'{"identifier": "1", "sender": "county", "station": "hewan"}', False),
        (b"<alert/>", False),
        (b'["station"]', False),
        (message(note="x" * LARGEST), False),
    ],
)
def test_a_value_is_told_from_a_warning_by_its_bytes(raw: bytes, gauge: bool) -> None:
    assert fits(raw) is gauge
