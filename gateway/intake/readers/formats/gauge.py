"""A gauge's value as JSON: `{station, kind, value, unit, window_min, at}` (docs/formats/readings.md).

A value decides on orders to move, so nothing of it is guessed. Unknown keys are errors: one of them may be
the unit or the window under another name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.json_text import loaded
from gateway.intake.readers.keys import as_object, needed
from gateway.intake.readers.loose import clean
from gateway.intake.readers.misnomers import meant
from gateway.intake.readers.position import Positions
from gateway.intake.readers.refusal import SHOWN, told
from gateway.intake.readers.times import EXAMPLE, moment
from gateway.model.reason import Reason, Why
from gateway.model.station import UNITS, GaugeValue, Quantity

NAME = "gauge"
"""The name of the format in refusals; i18n has its words."""
KEYS = ("station", "kind", "value", "unit", "window_min", "at")
LARGEST = 4096
"""Bytes of a message at most. Our choice."""
LIMITS = {"rain": (0.0, 2000.0), "water_level": (-500.0, 9000.0)}
"""Bounds in millimetres and metres. Beyond them a gauge is broken: no day on Earth had 2 m of rain.

The record is 1.8 m (La Réunion, 1966). Our choice.
"""
LONGEST_NAME = 40
"""Characters of `station` at most. Our choice."""
LONGEST_WINDOW_MIN = 4320
"""Three days. Our choice."""


def fits(raw: bytes) -> bool:
    """Whether these bytes are a gauge's value rather than a warning."""
    return len(raw) <= LARGEST and raw.lstrip()[:1] == b"{" and b'"station"' in raw and b'"sender"' not in raw


def parse(raw: bytes) -> GaugeValue:
    """The value in these bytes. Raises Unreadable with the format, the key and the line that are wrong."""
    text = ""
    try:
        text, document = loaded(raw)
        return _value_of(as_object(document))
    except Unreadable as failure:
        line = Positions(text, "").line(0, failure.element) if text else failure.line
        raise told(failure, NAME, line=line) from failure


def _value_of(fields: Mapping[str, Any]) -> GaugeValue:
    for key in fields:
        if key not in KEYS:
            shown, saw = clean(key), clean(str(fields[key])[:SHOWN])
            why = Why(Reason.GAUGE_KEY, {"element": shown, "saw": saw, "meant": meant(key, KEYS)})
            raise Unreadable(why, shown)
    station, kind = needed(fields, "station"), _kind(fields)
    if len(station) > LONGEST_NAME or station != clean(station):
        raise _bad(fields, "station", f"1–{LONGEST_NAME}")
    value = _value(fields, kind)
    return GaugeValue(station, kind, value, _window(fields), _at(fields))


def _kind(fields: Mapping[str, Any]) -> Quantity:
    kind = needed(fields, "kind")
    known = next((one for one in UNITS if one == kind), None)
    if known is None:
        raise _bad(fields, "kind", ", ".join(UNITS))
    return known


def _value(fields: Mapping[str, Any], kind: Quantity) -> float:
    """The value in the unit of its kind. A gauge that tells it in another one is not converted."""
    if fields.get("value") is None:
        raise Unreadable(Why(Reason.MISSING_ELEMENT, {"element": "value", "expected": "62.5"}), "value")
    written = needed(fields, "value")
    given = fields["value"]
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", written):
        raise _bad(fields, "value", "62.5")
    if needed(fields, "unit") != UNITS[kind]:
        raise _bad(fields, "unit", UNITS[kind])
    value, (least, most) = float(written), LIMITS[kind]
    if not math.isfinite(value) or not least <= value <= most:
        raise _bad(fields, "value", f"{least:g}–{most:g} {UNITS[kind]}")
    return value


def _window(fields: Mapping[str, Any]) -> int:
    """Minutes; 0 where it is absent."""
    given = fields.get("window_min", 0)
    written = str(int(given) if isinstance(given, float) and given.is_integer() else given).strip()
    whole = not isinstance(given, bool) and re.fullmatch("[0-9]{1,4}", written)
    if not whole or int(written) > LONGEST_WINDOW_MIN:
        raise _bad(fields, "window_min", f"0–{LONGEST_WINDOW_MIN}")
    return int(written)


def _at(fields: Mapping[str, Any]) -> datetime:
    needed(fields, "at")
    at = moment(fields["at"]) if isinstance(fields["at"], str) else None
    if at is None:
        raise _bad(fields, "at", EXAMPLE)
    return at


def _bad(fields: Mapping[str, Any], key: str, expected: str) -> Unreadable:
    saw = clean(str(fields.get(key))[:SHOWN])
    return Unreadable(Why(Reason.BAD_VALUE, {"element": key, "saw": saw, "expected": expected}), key)
