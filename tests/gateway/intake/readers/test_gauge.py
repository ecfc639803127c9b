"""A gauge's value as JSON: parsed with its unit and its bounds, or refused with the key that is wrong."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers.gauge import LARGEST, fits, parse
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
    ("changes", "key"),
    [
        ({"station": ""}, "station"),
        ({"kind": "wind"}, "kind"),
        ({"value": "much"}, "value"),
        ({"unit": "cm"}, "unit"),
        ({"unit": "m"}, "value"),
        ({"value": 2001.0}, "value"),
        ({"value": -0.1}, "value"),
        ({"window_min": -1}, "window_min"),
        ({"at": 1785220200}, "at"),
        ({"note": "new"}, "note"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(changes: dict[str, object], key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(message(**changes))
    assert refused.value.why.reason is Reason.BAD_VALUE
    assert refused.value.why.fields["element"] == key


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
