"""The keys of a JSON object as other people write them. A key that is wrong is named in the Unreadable."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from gateway.intake import Unreadable
from gateway.intake.readers.refusal import SHOWN
from gateway.intake.readers.times import EXAMPLE, moment
from gateway.model.reason import Reason, Why

_SECONDS = 7e9
"""Seconds since 1970 of a year that is ours at most (2191)."""
_MILLISECONDS = 1e12
"""A larger number counts milliseconds: those since 1970 in the year 2001."""
_COUNTED = re.compile(r"\d{10}|\d{13}")
"""Such a number as a text."""


class Entries(NamedTuple):
    """The alerts of a document, before they are read."""

    place: str
    """The path of their list in the document, for the messages of defects."""
    listed: object
    """The list. Any other value is an error of the sender."""
    others: tuple[str, ...] = ()
    """The paths of further alerts, which are in no list with these: then the document is refused."""


def shown(value: object) -> str:
    """A JSON value as it is told to its sender."""
    return json.dumps(value, ensure_ascii=False, default=str)[:SHOWN]


def as_object(value: object) -> Mapping[str, Any]:
    """The value as a JSON object. Raises Unreadable if it is none."""
    if not isinstance(value, dict):
        raise Unreadable(Why(Reason.BAD_VALUE, {"saw": shown(value), "expected": "{…}"}))
    return value


def text(fields: Mapping[str, Any], key: str) -> str:
    """The text of a key, "" if it is absent or null. A number is given as it is written."""
    value = fields.get(key)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def needed(fields: Mapping[str, Any], key: str) -> str:
    """The text of a key. Raises Unreadable if there is none."""
    value = text(fields, key)
    if not value:
        raise Unreadable(Why(Reason.MISSING_ELEMENT, {"element": key}), key)
    return value


def inner(fields: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object of a key, an empty one if it is absent."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def at(fields: Mapping[str, Any], key: str) -> datetime | None:
    """The time of a key, as warnings write it, or in seconds or milliseconds since 1970.

    None if it is absent or cannot be parsed.
    """
    value = fields.get(key)
    if isinstance(value, str) and _COUNTED.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value / 1000 if value > _MILLISECONDS else value
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _SECONDS else None
    return moment(value) if isinstance(value, str) else None


def sent(fields: Mapping[str, Any], key: str) -> datetime:
    """The time of a key. Raises Unreadable if it is absent or cannot be parsed."""
    when = at(fields, key)
    if when is None:
        saw = text(fields, key)
        expected = {"element": key, "saw": saw, "expected": EXAMPLE}
        raise Unreadable(Why(Reason.BAD_VALUE if saw else Reason.MISSING_ELEMENT, expected), key)
    return when
