"""A warning of the national release system as one flat object, as its public lists and databases give it.

The names are those of the national dialect (`national`). The lists leave most of them out: what was issued
and by whom then stands in the title, when and for which region in the identifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from gateway.intake.readers import tree
from gateway.intake.readers.formats.national import references
from gateway.intake.readers.keys import as_object, at, needed, sent, text
from gateway.intake.readers.times import stamped
from gateway.model.alert import (
    CPEAS,
    ISSUER,
    Alert,
    Area,
    Defect,
    Info,
    MsgType,
    Pair,
    Scope,
    Severity,
    Status,
    national,
    spelt,
)
from gateway.wording import issuing

E = TypeVar("E", bound=StrEnum)
_SPELT = {"identifier": "identifier", "sender": "sender", "sendtime": "sendTime"}
"""The keys that a refusal names, as they are spelt."""
_TIMES = ("sendtime", "sent", "effective", "issuetime")
_CODES = ("geocode", "areacode", "areacodes", "adcode")
_PLACES = ("areadesc", "location")


def alert(entry: object, listed: MsgType | None) -> Alert:
    """One entry. Raises Unreadable with the key that is wrong.

    `listed` is the type of an entry that has none. The sender is its code, as in the XML: the identifier
    begins with it.
    """
    fields = named(as_object(entry))
    identifier = _needed(fields, "identifier")
    code = text(fields, "sendercode") or (identifier[:14] if national(identifier) else "")
    defects: list[Defect] = []
    return Alert(
        identifier,
        code or _needed(fields, "sender"),
        _sent(fields, identifier, defects),
        _known(fields, "status", Status, Status.ACTUAL, defects),
        _known(fields, "msgtype", MsgType, listed, defects),
        _known(fields, "scope", Scope, Scope.PUBLIC, defects),
        note=text(fields, "note"),
        references=tuple(references(text(fields, "referencesinfo") or text(fields, "references"))),
        infos=(_info(fields, identifier, defects),),
        defects=tuple(defects),
    )


def named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an entry by their names in lower case. Of a name given twice the first counts."""
    fields: dict[str, Any] = {}
    for key, value in entry.items():
        fields.setdefault(tree.name(key), value)
    return fields


def _needed(fields: Mapping[str, Any], key: str) -> str:
    """The text of a key. Raises Unreadable with its own spelling."""
    return text(fields, key) or needed(fields, _SPELT[key])


def _sent(fields: Mapping[str, Any], identifier: str, defects: list[Defect]) -> datetime:
    """The first of the keys that tells a time, else the time in the identifier.

    The identifier holds the moment at which the warning was made, in China's time (GB/T 35965.1-2018 Annex
    A). It was a few minutes before the time of sending wherever both were seen. A warning without a time
    would be lost; one that seems some minutes older is not.
    """
    given = next((key for key in _TIMES if text(fields, key)), _TIMES[0])
    if when := at(fields, given):
        return when
    if national(identifier) and (made := stamped(identifier[15:29])):
        defects.append(Defect(_SPELT.get(given, given), text(fields, given)))
        return made
    return sent({_SPELT[_TIMES[0]]: text(fields, given)}, _SPELT[_TIMES[0]])


def _known(
    fields: Mapping[str, Any], key: str, kind: type[E], absent: E | None, defects: list[Defect]
) -> E | None:
    """The value of a key; `absent` if there is no such key; None and a defect if it is unknown."""
    if key not in fields:
        return absent
    given = text(fields, key)
    if value := spelt(kind, given):
        return value
    defects.append(Defect("msgType" if key == "msgtype" else key, given))
    return None


def _info(fields: Mapping[str, Any], identifier: str, defects: list[Defect]) -> Info:
    code, severity = text(fields, "eventtype"), text(fields, "severity")
    title, words = text(fields, "headline") or text(fields, "title"), text(fields, "description")
    return Info(
        language="zh-CN",
        event=text(fields, "eventtypecn") or text(fields, "eventtypename"),
        event_codes=(Pair("eventType", code),) if code else (),
        urgency=text(fields, "urgency") or "Unknown",
        severity=spelt(Severity, severity) or Severity.UNKNOWN,
        certainty=text(fields, "certainty") or "Unknown",
        effective=at(fields, "effective"),
        onset=at(fields, "onset"),
        expires=at(fields, "expires"),
        sender_name=issuing.issuer(title, words, text(fields, "sender")),
        headline=title,
        description=words,
        instruction=text(fields, "instruction"),
        parameters=_colour(severity),
        areas=(area,) if (area := _area(fields, identifier, defects)) else (),
    )


def _colour(severity: str) -> tuple[Pair, ...]:
    """The colour in the word of the national dialect (red), or in Chinese (红色)."""
    return (
        (Pair("nationalSeverity" if severity.isascii() else "severityColor", severity),) if severity else ()
    )


def _area(fields: Mapping[str, Any], identifier: str, defects: list[Defect]) -> Area | None:
    """The area that an entry names, else the region of its issuer; None where neither is known."""
    codes = tuple(Pair(CPEAS, code) for key in _CODES for code in _texts(fields.get(key)))
    place = next((place for key in _PLACES if (place := text(fields, key))), "")
    if not codes and (codes := region(identifier)):
        defects.append(Defect("geocode", ""))
    return Area(place, geocodes=codes) if codes or place else None


def region(identifier: str) -> tuple[Pair, ...]:
    """The region of the office that issued a warning, as a geocode; none if the identifier does not tell it.

    A national identifier begins with the region's six digits (GB/T 35965.1-2018 Annex A), of the whole
    country with zeros. What an office of more than a county means by it is for the judge to ask.
    """
    if not national(identifier):
        return ()
    return (Pair(ISSUER, "000000" if identifier.startswith("00") else identifier[:6]),)


def _texts(value: object) -> list[str]:
    """The texts of a value or of a list of values."""
    listed = value if isinstance(value, list) else [value]
    return [given for one in listed if (given := tree.text(one).strip())]
