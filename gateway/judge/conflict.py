"""A conflict of two documents of one identity: which fields differ, and whether the later one is graver.

Nobody knows which of the two is right, so a person looks. Where the later one is graver, a person looks now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.codes import meaning
from gateway.model.alert import Alert, Area, Info

_ORDERS = re.compile("立即转移|准备转移|就地避险|立即撤离|紧急转移")
_TEXTS = (
    "headline",
    "event",
    "description",
    "instruction",
    "sender_name",
    "urgency",
    "certainty",
    "severity",
)
_TIMES = ("effective", "onset", "expires")


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    field: str
    held: str
    """Its value in the document that we hold; "" where it has none."""
    came: str
    """Its value in the document that came."""


def changes(held: Alert, came: Alert) -> tuple[Change, ...]:
    """Every field that differs; the level first."""
    return tuple(change for change in _changes(held, came) if change.held != change.came)


def graver(held: Alert, came: Alert) -> bool:
    """Whether the later one has a worse level, or orders people to move where the earlier one did not."""
    return _worst(came) < _worst(held) or (_orders(came) and not _orders(held))


def _changes(held: Alert, came: Alert) -> Iterator[Change]:
    if held.infos or came.infos:
        yield Change("level", _level(held), _level(came))
    for name in ("status", "msg_type", "scope", "note", "addresses", "restriction", "signature"):
        yield Change(name, _text(getattr(held, name)), _text(getattr(came, name)))
    yield Change("references", _names(held), _names(came))
    yield Change("info", str(len(held.infos)), str(len(came.infos)))
    for ours, theirs in zip(held.infos, came.infos, strict=False):
        for name in (*_TEXTS, *_TIMES):
            yield Change(name, _text(getattr(ours, name)), _text(getattr(theirs, name)))
        yield Change("area", _areas(ours), _areas(theirs))
        yield Change("parameter", _pairs(ours), _pairs(theirs))


def _worst(alert: Alert) -> int:
    return min(map(meaning.level, alert.infos), default=99)


def _level(alert: Alert) -> str:
    return min(map(meaning.level, alert.infos)).name.lower() if alert.infos else ""


def _orders(alert: Alert) -> bool:
    return any(_ORDERS.search(f"{info.headline}{info.description}{info.instruction}") for info in alert.infos)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _names(alert: Alert) -> str:
    return " ".join(reference.identifier for reference in alert.references)


def _areas(info: Info) -> str:
    return ", ".join(map(_area, info.areas))


def _area(area: Area) -> str:
    codes = (pair.value for pair in area.geocodes)
    return " ".join((area.description, *codes, *area.polygons, *area.circles)).strip()


def _pairs(info: Info) -> str:
    return ", ".join(f"{pair.name} {pair.value}" for pair in (*info.event_codes, *info.parameters))
