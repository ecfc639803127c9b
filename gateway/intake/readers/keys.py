"""The keys of a JSON object as other people write them. A value of the wrong kind is named in Unreadable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.times import moment
from gateway.model.reason import Reason, Why


def as_object(value: object) -> Mapping[str, Any]:
    """The object. Raises Unreadable if it is none."""
    if not isinstance(value, dict):
        raise Unreadable(Why(Reason.BAD_VALUE, {"saw": repr(value)[:80], "expected": "{…}"}))
    return value


def text(fields: Mapping[str, Any], key: str) -> str:
    """The text of a key, "" if it is absent or null; numbers as they are written."""
    value = fields.get(key)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def needed(fields: Mapping[str, Any], key: str) -> str:
    """The text of a key. Raises Unreadable if there is none."""
    value = text(fields, key)
    if not value:
        raise Unreadable(Why(Reason.MISSING_ELEMENT, {"expected": key}), key)
    return value


def inner(fields: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object of a key, empty if it is absent."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def at(fields: Mapping[str, Any], key: str) -> datetime | None:
    """The time of a key, as warnings write it or in seconds since 1970.

    None if it is absent or cannot be parsed.
    """
    value = fields.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 7e9:
        return datetime.fromtimestamp(value, UTC)
    return moment(value) if isinstance(value, str) else None


def sent(fields: Mapping[str, Any], key: str) -> datetime:
    """The time of a key. Raises Unreadable if there is none."""
    when = at(fields, key)
    if when is None:
        details = {"element": key, "saw": text(fields, key), "expected": "2026-07-28T14:30:00+08:00"}
        raise Unreadable(Why(Reason.BAD_VALUE if text(fields, key) else Reason.MISSING_ELEMENT, details), key)
    return when
