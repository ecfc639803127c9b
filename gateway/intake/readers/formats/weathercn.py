"""weather.com.cn's warnings: its list of arrays, its detail of one warning, and the older `w` of its SDK.

The formats are not published; they are known from programs that read them (docs/formats/weathercn.md). List
and detail of a warning have one identity: the detail adds the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.intake import Unreadable
from gateway.intake.readers.formats.lift import lifted, renamed
from gateway.intake.readers.formats.listed import region
from gateway.intake.readers.formats.national import references
from gateway.intake.readers.keys import Entries, as_object, at, inner, needed, sent, text
from gateway.intake.readers.times import stamped
from gateway.model.alert import (
    Alert,
    Area,
    Defect,
    Info,
    MsgType,
    Pair,
    Reference,
    Scope,
    Status,
    spelt,
)
from gateway.model.reason import Reason, Why
from gateway.wording.issuing import issuer

NAME = "weathercn"
"""The name of the format in refusals; i18n has its words."""
SENDER = "weathercn"
"""The sender of all these alerts. The site is a relay: the office that it quotes is not the sender."""
_REGION, _FILE, _IDENTIFIER, _EARLIER, _TITLE = "0", "1", "4", "5", "6"
"""The places in a row of the list. Old rows end after the file or the coordinates."""
_NAMED = re.compile(r"(\d{5,9}-(\d{14})-(\d{2})(\d{2}))(?:\.\w+)?$")
"""The file of a detail: the site's own code of the place, time, hazard and level."""
_STAMP = re.compile(r"_(\d{14})(?:_\d)?$")


def entries(document: object) -> Entries | None:
    """The alerts of a list, of the SDK's answer, of a list of details, or one detail by itself."""
    if isinstance(document, dict):
        return _details(document) or _rows(document) or _sdk(document)
    if isinstance(document, list) and document and all(map(_is_detail, document)):
        return Entries("", document)
    return None


def _is_detail(value: object) -> bool:
    return (
        isinstance(value, dict) and "ISSUETIME" in value and ("ISSUECONTENT" in value or "ALERTID" in value)
    )


def _details(document: Mapping[str, Any]) -> Entries | None:
    return Entries("", [document]) if _is_detail(document) else None


def _rows(document: Mapping[str, Any]) -> Entries | None:
    """The rows of a list, with their number beside it. What stands in the place of the list is given as it
    is."""
    for place, within in (("result.data", inner(document, "result")), ("data", document)):
        data = within.get("data")
        if isinstance(data, list) and all(isinstance(row, list) for row in data):
            if not data and text(within, "count") not in ("", "0"):
                return Entries(place, {"count": text(within, "count")})  # it has lost its rows
            return Entries(place, data) if data or "count" in within else None
        if within is not document and {"count", "data"} <= within.keys():
            return Entries(place, data)
    return None


def _sdk(document: Mapping[str, Any]) -> Entries | None:
    """The older answers: `alarm.<place>.w[]`, of one place `w[]`. A list of several places is one list."""
    alarm = document.get("alarm", document)
    if isinstance(alarm, list) and alarm and all(map(_is_warning, alarm)):
        return Entries("alarm", alarm)
    if not isinstance(alarm, dict):
        return None
    if isinstance(alarm.get("w"), list) and all(map(_is_warning, alarm["w"])):
        return Entries("w" if alarm is document else "alarm.w", alarm["w"])
    places = [(name, one["w"]) for name, one in alarm.items() if isinstance(one, dict) and "w" in one]
    if alarm is document or not places or not all(isinstance(listed, list) for _, listed in places):
        return None
    if len(places) == 1:
        return Entries(f"alarm.{places[0][0]}.w", places[0][1])
    return Entries("alarm", [one for _, listed in places for one in listed])


def _is_warning(value: object) -> bool:
    return isinstance(value, dict) and "w5" in value and "w10" in value


def alert(entry: object) -> Alert:
    """One row, one detail or one warning of the SDK. Raises Unreadable."""
    if isinstance(entry, list):
        return _row({str(place): value for place, value in enumerate(entry)})
    fields = as_object(entry)
    return _detail(fields) if not _is_warning(fields) else _older(fields)


def _row(row: Mapping[str, Any]) -> Alert:
    """A row of the list. It holds what stands: it has no message type."""
    file = _NAMED.search(text(row, _FILE))
    identifier = text(row, _IDENTIFIER) or (file[1] if file else needed(row, _FILE))
    title = text(row, _TITLE)
    info = Info(
        language="zh-CN",
        event=title,
        event_codes=(Pair("weathercn", file[3]),) if file else (),
        sender_name=issuer(title),
        headline=title,
        parameters=(Pair("LEVELCODE", file[4]),) if file else (),
        areas=_areas(identifier, text(row, _REGION)),
    )
    return Alert(
        identifier,
        SENDER,
        _issued(row, identifier, file),
        Status.ACTUAL,
        MsgType.ALERT,
        Scope.PUBLIC,
        references=_earlier(text(row, _EARLIER), identifier),
        infos=(info,),
    )


def _issued(row: Mapping[str, Any], identifier: str, file: re.Match[str] | None) -> datetime:
    """The time of issue in the name of the file, else in the identifier. Raises Unreadable."""
    stamp = _STAMP.search(identifier)
    digits = file[2] if file else stamp[1] if stamp else ""
    when = stamped(digits)
    if when is None:
        saw = text(row, _FILE)
        fields = {"element": _FILE, "saw": saw, "expected": "101220105-20260728143000-0204.html"}
        raise Unreadable(Why(Reason.BAD_VALUE if saw else Reason.MISSING_ELEMENT, fields), _FILE)
    return when


def _detail(fields: Mapping[str, Any]) -> Alert:
    """The detail of a warning. RELIEVETIME is how long it holds, and lifts nothing."""
    identifier = text(fields, "identifier") or _old_identifier(fields)
    defects: list[Defect] = []
    kind = _kind(fields, defects)
    earlier = _earlier(text(fields, "references"), identifier)
    if kind is MsgType.CANCEL and not earlier:
        earlier, identifier = (Reference("", identifier, None),), renamed(identifier)
    return Alert(
        identifier,
        SENDER,
        sent(fields, "ISSUETIME"),
        Status.ACTUAL,
        kind,
        Scope.PUBLIC,
        references=earlier,
        infos=(_detailed(identifier, fields),),
        defects=tuple(defects),
    )


def _kind(fields: Mapping[str, Any], defects: list[Defect]) -> MsgType | None:
    """The message type. Old details have neither it nor an identifier: they hold what was issued."""
    if "msgType" not in fields and "identifier" not in fields:
        return MsgType.ALERT
    given = text(fields, "msgType")
    kind = spelt(MsgType, given)
    if kind is None:
        defects.append(Defect("msgType", given))
    return kind


def _old_identifier(fields: Mapping[str, Any]) -> str:
    """The name of the file of an old detail, as the list gives it; else the site's own number."""
    digits = re.sub(r"\D", "", text(fields, "ISSUETIME"))
    name = f"{text(fields, 'EFFECT')}-{digits}-{text(fields, 'TYPECODE')}{text(fields, 'LEVELCODE')}"
    return name if _NAMED.fullmatch(name) else needed(fields, "ALERTID")


def _detailed(identifier: str, fields: Mapping[str, Any]) -> Info:
    title, description = text(fields, "head"), text(fields, "ISSUECONTENT")
    code, colour, level = (text(fields, key) for key in ("TYPECODE", "SIGNALLEVEL", "LEVELCODE"))
    place = "".join(dict.fromkeys(text(fields, key) for key in ("PROVINCE", "CITY", "STATIONNAME")))
    return Info(
        language="zh-CN",
        event=text(fields, "SIGNALTYPE") or title,
        event_codes=(Pair("weathercn", code),) if code else (),
        expires=at(fields, "RELIEVETIME"),
        sender_name=issuer(title, description),
        headline=title,
        description=description,
        parameters=_levels(level, colour),
        areas=_areas(identifier, place),
    )


def _older(fields: Mapping[str, Any]) -> Alert:
    """A warning of the SDK: w1 to w3 province, city, county; w4, w5 hazard; w6, w7 level; w8 time; w9 text;
    w10 the site's own number."""
    code, level, description = (text(fields, key) for key in ("w4", "w6", "w9"))
    identifier = needed(fields, "w10")
    place = "".join(dict.fromkeys(text(fields, key) for key in ("w1", "w2", "w3")))
    info = Info(
        language="zh-CN",
        event=text(fields, "w5"),
        event_codes=(Pair("weathercn", code),) if code else (),
        sender_name=issuer("", description),
        description=description,
        parameters=_levels(level, text(fields, "w7")),
        areas=_areas(identifier, place),
    )
    when = sent(fields, "w8")
    return Alert(identifier, SENDER, when, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC, infos=(info,))


def _levels(code: str, colour: str) -> tuple[Pair, ...]:
    pairs = (Pair("LEVELCODE", code), Pair("SIGNALLEVEL", colour))
    return tuple(pair for pair in pairs if pair.value)


def _earlier(names: str, identifier: str) -> tuple[Reference, ...]:
    """The first alert of the event, as in the national dialect. A first alert names itself there."""
    return tuple(one for one in references(names) if one.identifier != identifier)


def _areas(identifier: str, place: str) -> tuple[Area, ...]:
    """The region of the national identifier. The site's own codes of places are in no table of ours."""
    codes = region(lifted(identifier))
    return (Area(place, geocodes=codes),) if codes or place else ()
