"""A warning or an act as simple JSON, for senders that people write themselves (docs/formats/simple.md).

Names are CAP's. Only the identity, `status` and `msgType` are required. What else cannot be used is a defect:
it is kept and told, and the rest is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import islice
from typing import Any

from gateway import codes
from gateway.codes import colours, deeds, signals
from gateway.intake import Unreadable
from gateway.intake.readers.keys import Entries, as_object
from gateway.intake.readers.loose import Loose
from gateway.intake.readers.misnomers import COMPARED, meant
from gateway.intake.readers.times import moment
from gateway.model.alert import CPEAS, Alert, Area, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.deed import ACT
from gateway.model.hazard import Level
from gateway.model.reason import Reason, Why
from gateway.model.region import Region

NAME = "simple"
"""The name of the format in refusals; i18n has its words."""
REQUIRED = ("identifier", "sender", "sent", "status", "msgType")
KEYS = (
    *REQUIRED,
    *("act", "references", "note", "event", "level", "senderName", "headline", "description", "instruction"),
    *("effective", "onset", "expires", "areas", "publishFrequency", "rollFrequency"),
)
"""All keys. Others are kept as defects."""
LOOKED_AT = 3
"""Entries of a list whose keys are compared letter by letter with ours, which is slow. Our choice."""
LONGEST = 200
"""Characters of `identifier` and `sender` at most. Our choice."""
_SEVERITY = {
    Level.RED: Severity.EXTREME,
    Level.ORANGE: Severity.SEVERE,
    Level.YELLOW: Severity.MODERATE,
    Level.BLUE: Severity.MINOR,
}
_STATUS = {value.lower(): value for value in Status} | {
    "实际": Status.ACTUAL,
    "真实": Status.ACTUAL,
    "演练": Status.EXERCISE,
    "测试": Status.TEST,
    "系统": Status.SYSTEM,
    "草稿": Status.DRAFT,
}
_TYPES = {value.lower(): value for value in MsgType} | {
    "首发": MsgType.ALERT,
    "发布": MsgType.ALERT,
    "更新": MsgType.UPDATE,
    "变更": MsgType.UPDATE,
    "解除": MsgType.CANCEL,
    "取消": MsgType.CANCEL,
    "撤销": MsgType.CANCEL,
    "回执": MsgType.ACK,
    "确认": MsgType.ACK,
}
"""In any case, and in Chinese. Our choice. Any other word is unknown, and the judges quarantine the alert."""


def entries(document: object) -> Entries | None:
    """The warnings of a list, or one by itself, if one of them has two of our keys.

    The errors of a sender are best told in the format that is ours, but not those of one that nobody knows.
    """
    listed = document if isinstance(document, list) else [document]
    ours = any(map(_ours, listed)) or any(map(_nearly_ours, listed[:LOOKED_AT]))
    return Entries("", listed) if ours else None


def certain(entry: object) -> bool:
    """Whether an entry of any list is in this format beyond doubt: all that is required, and a level or an
    act as a text, which no other format has."""
    if not isinstance(entry, dict) or not all(key in entry for key in REQUIRED) or "info" in entry:
        return False
    return any(isinstance(entry.get(key), str) for key in ("level", "act"))


def _ours(entry: object) -> bool:
    return isinstance(entry, dict) and sum(key in entry for key in KEYS) >= 2


def _nearly_ours(entry: object) -> bool:
    """Whether it has two of our keys where misspelt ones count."""
    return isinstance(entry, dict) and len({meant(key, KEYS) for key in islice(entry, COMPARED)} - {""}) >= 2


def alert(entry: object) -> Alert:
    """One warning or act. Raises Unreadable with the key that is missing or wrong."""
    fields = as_object(entry)
    loose = Loose(fields)
    for key in REQUIRED:
        _refuse_absent(fields, key)
    identifier, sender = loose.name("identifier", LONGEST), loose.name("sender", LONGEST)
    sent = loose.sent("sent")
    status, kind = loose.word("status", _STATUS), loose.word("msgType", _TYPES)
    info = _info(loose, kind, sender)
    told = (info.event, info.headline, info.description, info.instruction, info.areas, info.parameters)
    return Alert(
        identifier,
        sender,
        sent,
        status,
        kind,
        Scope.PUBLIC,
        note=loose.text("note"),
        references=_references(loose),
        infos=(info,) if any(told) else (),
        defects=(*loose.defects, *loose.unknown(KEYS)),
    )


def _refuse_absent(fields: Mapping[str, Any], key: str) -> None:
    """Raise Unreadable where a required key has no value, with the key that may have been meant for it."""
    value = fields.get(key)
    if value is not None and not (isinstance(value, str) and not value.strip()):
        return
    others = islice((other for other in fields if other not in KEYS), COMPARED)
    near = next((other for other in others if meant(other, KEYS) == key), "")
    if near:
        raise Unreadable(Why(Reason.MISSPELT_KEY, {"element": key, "saw": near}), key)
    raise Unreadable(Why(Reason.MISSING_ELEMENT, {"element": key}), key)


def _info(loose: Loose, kind: MsgType | None, sender: str) -> Info:
    event, written = loose.text("event"), loose.text("level")
    lettered = codes.lettered(event.upper())
    level = colours.written(written)
    if written and level is None:
        loose.defect("level", written, "red, orange, yellow, blue")
    name, headline, parameters = loose.text("senderName"), loose.text("headline"), _parameters(loose, level)
    event = lettered.zh if lettered else event
    if not headline and all(pair.name != ACT for pair in parameters):
        headline = _headline(name or sender, event, level, kind)
    return Info(
        language="zh-CN",
        event=event,
        event_codes=(Pair("eventCode", lettered.code),) if lettered else (),
        severity=_SEVERITY[level] if level else Severity.UNKNOWN,
        effective=loose.at("effective"),
        onset=loose.at("onset"),
        expires=loose.at("expires"),
        sender_name=name,
        headline=headline,
        description=loose.text("description"),
        instruction=loose.text("instruction"),
        parameters=parameters,
        areas=_areas(loose),
    )


def _headline(issuer: str, event: str, level: Level | None, kind: MsgType | None) -> str:
    """A title made of its parts: of issuer, hazard and level; "" where one is missing.

    Nobody makes one for an act: an order is no signal.
    """
    titled = signals.title(event)
    hazard = codes.named(event).zh or event
    worst = min((one for one in (level, titled) if one), default=None)
    if not (hazard and worst):
        return ""
    act = "解除" if kind is MsgType.CANCEL else "发布"
    return f"{issuer}{act}{hazard}{worst.zh}预警信号"


def _parameters(loose: Loose, level: Level | None) -> tuple[Pair, ...]:
    rolls = loose.text("rollFrequency")
    if rolls and not (rolls.isascii() and rolls.isdecimal()):
        loose.defect("rollFrequency", rolls, "2")
        rolls = ""
    pairs = (
        ("color", level.name.lower() if level else ""),
        (ACT, _act(loose)),
        ("PublishFrequency", loose.text("publishFrequency")),
        ("RollFrequency", rolls),
    )
    return tuple(Pair(name, value) for name, value in pairs if value)


def _act(loose: Loose) -> str:
    """The act as it is written; "" for a warning. One that is no text is kept as it stands: nobody takes it
    for none."""
    word = loose.text("act")
    return "" if deeds.none(word) else word or loose.shown("act")


def _areas(loose: Loose) -> tuple[Area, ...]:
    """One area of all codes as they stand. A word that is no code is a defect."""
    words = [unicodedata.normalize("NFKC", word) for word in _words(loose, "areas")]
    for word in words:
        region = Region.parse(word) if word.isascii() else None
        if region is None or len(word) < 6:
            loose.defect("areas", word, "341523104000")
    return (Area(geocodes=tuple(Pair(CPEAS, word) for word in words)),) if words else ()


def _references(loose: Loose) -> tuple[Reference, ...]:
    """The documents that are named: by their identifiers, or by CAP's triples of sender, identifier and
    sent."""
    found: list[Reference] = []
    for text in loose.texts("references"):
        for word in text.split():
            parts = word.split(",")
            if len(parts) == 3 and (at := moment(parts[2])):
                found.append(Reference(parts[0], parts[1], at))
            else:
                found += [Reference("", name, None) for name in re.split("[,，、;；]+", word) if name]
    return tuple(dict.fromkeys(found))


def _words(loose: Loose, key: str) -> list[str]:
    """The words of a key that holds a list, or one text with commas."""
    words = (word for text in loose.texts(key) for word in re.split("[,，、;；\\s]+", text))
    return list(dict.fromkeys(filter(None, words)))
