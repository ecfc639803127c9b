"""A conflict of two documents of one identity: which fields differ, and whether the later one is graver.

Nobody knows which of the two is right, so a person looks. Where the later one is graver, a person looks now.
Where one only completes the other, there is no conflict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.codes import meaning
from gateway.judge.block import bare
from gateway.model.alert import Alert, Area, Info, MsgType
from gateway.wording import likeness
from gateway.wording.issuing import office

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
_SAID = ("language", "headline", "description", "instruction", "contact")
_LISTED = ("response_types", "resources")
_GUESSED = ("urgency", "certainty", "severity")
_NOTES = ("note", "addresses", "restriction")
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


def completes(held: Alert, came: Alert) -> bool:
    """Whether one document of an identity says what the other says and has the text that the other lacks: a
    list gave the title, and the detail gives the text.

    It may also tell more of validity, area and issuer, and that it is an update, or the end that the other
    reads like. The hazard and the level are the same.
    """
    if len(held.infos) != len(came.infos) or not came.infos:
        return False
    if any(getattr(held, name) != getattr(came, name) for name in ("status", "scope", "signature")):
        return False
    if any(getattr(held, name) not in ("", getattr(came, name)) for name in _NOTES):
        return False
    if not _same_act(held, came) or not set(held.references) <= set(came.references):
        return False
    pairs = list(zip(held.infos, came.infos, strict=True))
    return all(_within(ours, theirs) for ours, theirs in pairs) and any(
        bare(ours) and not bare(theirs) for ours, theirs in pairs
    )


def _same_act(held: Alert, came: Alert) -> bool:
    if held.msg_type is came.msg_type:
        return True
    told = {MsgType.UPDATE, MsgType.CANCEL} if likeness.ending(held) else {MsgType.UPDATE}
    return held.msg_type is MsgType.ALERT and came.msg_type in told


def _within(ours: Info, theirs: Info) -> bool:
    """Whether a block says nothing that the other does not say."""
    empty = ((_SAID, ""), (_TIMES, None), (_LISTED, ()), (_GUESSED, "Unknown"))
    told = [
        (getattr(ours, name), getattr(theirs, name), nothing) for names, nothing in empty for name in names
    ]
    if any(one not in (nothing, other) for one, other, nothing in told):
        return False
    if office(ours.sender_name) and ours.sender_name != theirs.sender_name:
        return False
    codes = [{pair for area in info.areas for pair in area.geocodes} for info in (ours, theirs)]
    shapes = [{(*area.polygons, *area.circles) for area in info.areas} - {()} for info in (ours, theirs)]
    if not codes[0] <= codes[1] or (codes[0] and codes[0] != codes[1]) or not shapes[0] <= shapes[1]:
        return False
    return meaning.level(ours) is meaning.level(theirs) and meaning.hazard(ours) == meaning.hazard(theirs)


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
