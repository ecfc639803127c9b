"""The warnings of the national release system as JSON, as its databases and public lists give them.

Two forms are met: a list of objects with the national names (`headline`, `eventType`, `severity` …), and the
list of 12379 (`{alertData: [...]}`), which has title, text, time and identifier. Neither needs to have a
status: they list what was really issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from gateway.intake.readers.keys import Entries, as_object, at, needed, sent, text
from gateway.intake.readers.national import references
from gateway.model.alert import (
    CPEAS,
    Alert,
    Area,
    Defect,
    Info,
    MsgType,
    Pair,
    Scope,
    Status,
    national,
)

NAME = "national_json"
"""The name of the format in refusals; i18n has its words."""

E = TypeVar("E", bound=StrEnum)
_MARKS = ("eventType", "eventTypeCN", "referencesInfo", "senderCode", "sendTime")
"""Keys that our own JSON does not have."""
_TIMES = ("sendTime", "sent", "effective", "issueTime")
_CODES = ("geocode", "areaCode", "areaCodes", "adcode")


def entries(document: object) -> Entries | None:
    """The alerts of a list, of 12379's list, or one alert by itself."""
    if isinstance(document, dict) and isinstance(document.get("alertData"), list):
        return Entries("alertData", document["alertData"])
    listed = document if isinstance(document, list) else [document]
    return Entries("", listed) if listed and any(map(_national, listed)) else None


def _national(entry: object) -> bool:
    """Whether it has the names of the system, in a document of ours that would be errors."""
    return (
        isinstance(entry, dict)
        and "identifier" in entry
        and "headline" in entry
        and any(mark in entry for mark in _MARKS)
    )


def alert(entry: object) -> Alert:
    """One entry. Raises Unreadable with the key that is wrong.

    The sender is its code, as in the XML: the identifier begins with it.
    """
    fields = as_object(entry)
    identifier = needed(fields, "identifier")
    code = text(fields, "senderCode") or (identifier[:14] if national(identifier) else "")
    defects: list[Defect] = []
    listed = MsgType.ALERT if "eventType" not in fields else None  # 12379's list has neither
    return Alert(
        identifier,
        code or needed(fields, "sender"),
        _sent(fields),
        _known(fields, "status", Status, Status.ACTUAL, defects),
        _known(fields, "msgType", MsgType, listed, defects),
        _known(fields, "scope", Scope, Scope.PUBLIC, defects),
        note=text(fields, "note"),
        references=tuple(references(text(fields, "referencesInfo") or text(fields, "references"))),
        infos=(_info(fields),),
        defects=tuple(defects),
    )


def _sent(fields: Mapping[str, Any]) -> datetime:
    """The first of the keys that tells a time."""
    given = next((key for key in _TIMES if text(fields, key)), _TIMES[0])
    return sent(fields, given)


def _known(
    fields: Mapping[str, Any], key: str, kind: type[E], absent: E | None, defects: list[Defect]
) -> E | None:
    """The value of a key; `absent` if there is no such key; None and a defect if it is unknown."""
    given = text(fields, key)
    if key not in fields:
        return absent
    for value in kind:
        if value.lower() == given.lower():
            return value
    defects.append(Defect(key, given))
    return None


def _info(fields: Mapping[str, Any]) -> Info:
    code, colour = text(fields, "eventType"), text(fields, "severity")
    return Info(
        language="zh-CN",
        event=text(fields, "eventTypeCN") or text(fields, "eventTypeName"),
        event_codes=(Pair("eventType", code),) if code else (),
        urgency=text(fields, "urgency") or "Unknown",
        certainty=text(fields, "certainty") or "Unknown",
        effective=at(fields, "effective"),
        onset=at(fields, "onset"),
        expires=at(fields, "expires"),
        sender_name=text(fields, "sender"),
        headline=text(fields, "headline"),
        description=text(fields, "description"),
        instruction=text(fields, "instruction"),
        parameters=(Pair("nationalSeverity", colour),) if colour else (),
        areas=_areas(fields),
    )


def _areas(fields: Mapping[str, Any]) -> tuple[Area, ...]:
    codes = tuple(Pair(CPEAS, code) for key in _CODES if (code := text(fields, key)))
    place = text(fields, "areaDesc")
    return (Area(place, geocodes=codes),) if codes or place else ()
