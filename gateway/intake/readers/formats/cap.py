"""CAP 1.0, 1.1 and 1.2 (OASIS CAP v1.2 §3), tolerant: any prefix, any order, any case. Defects are
recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from gateway.intake import Unreadable
from gateway.intake.readers import attachment
from gateway.intake.readers.elements import Parts
from gateway.intake.readers.times import EXAMPLE, moment
from gateway.model.alert import (
    Alert,
    Area,
    Defect,
    Info,
    MsgType,
    Pair,
    Reference,
    Scope,
    Severity,
    Signature,
    Status,
    spelt,
)
from gateway.model.reason import Reason, Why

NAME = "cap"
"""The name of the format in refusals; i18n has its words."""
MOST_POINTS = 20_000
"""Points of all polygons of a document; further rings are left out.

The largest real document seen has 4,448. Our choice.
"""

E = TypeVar("E", bound=StrEnum)


def fits(parts: Parts) -> bool:
    """Every alert element is taken: CAP is the dialect of all that is in no other."""
    return True


def alert(parts: Parts) -> Alert:
    """One alert element. Raises Unreadable if it has no identity."""
    return _CapElement(parts).alert()


class AlertElement:
    """One alert element while it is read, with its defects. The dialects share this class."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.defects: list[Defect] = []
        self._points = 0

    def required(self, *names: str) -> str:
        """The text of the first of these children that has one. Raises Unreadable if none has."""
        value = next((text for name in names if (text := self.parts.text(name))), "")
        if not value:
            name = names[0]
            raise Unreadable(Why(Reason.MISSING_ELEMENT, {"element": name}), name, self.parts.line(name))
        return value

    def sent(self, *names: str) -> datetime:
        """The time at which the alert was sent. Raises Unreadable."""
        text = next((text for name in names if (text := self.parts.text(name))), "")
        at = moment(text)
        if at is None:
            fields = {"element": names[0], "saw": text, "expected": EXAMPLE}
            reason = Reason.BAD_VALUE if text else Reason.MISSING_ELEMENT
            raise Unreadable(Why(reason, fields), names[0], self.parts.line(names[0]))
        return at

    def known(self, name: str, kind: type[E]) -> E | None:
        """The value of a child.

        None, and a defect, if it is absent, unknown, or given twice and differently.
        """
        texts = list(dict.fromkeys(self.parts.texts(name)))
        values = {spelt(kind, text) for text in texts}
        if len(values) == 1 and (value := values.pop()):
            return value
        self.defect(name, " / ".join(texts), self.parts.line(name))
        return None

    def signature(self) -> Signature:
        """Whether the alert has a signature. The reader does not check it."""
        return Signature.UNVERIFIABLE if self.parts.has("Signature") else Signature.ABSENT

    def defect(self, element: str, saw: str, line: int) -> None:
        """Record a defect."""
        self.defects.append(Defect(element, saw, line))

    def moment(self, info: Parts, name: str) -> datetime | None:
        """The time of a child of an info block.

        None if it is absent; None and a defect if it cannot be parsed.
        """
        text = info.text(name)
        at = moment(text) if text else None
        if text and at is None:
            self.defect(name, text, info.line(name))
        return at

    def polygons(self, area: Parts) -> tuple[str, ...]:
        """The polygons of an area as they are written, until the document has MOST_POINTS points.

        The points are counted before any geometry is computed, so a document cannot overload the gateway.
        """
        kept: list[str] = []
        for text in area.texts("polygon"):
            points = text.count(",")
            if self._points + points > MOST_POINTS:
                self.defect("polygon", f"{points} points more than {MOST_POINTS}", area.line("polygon"))
                continue
            self._points += points
            kept.append(text)
        return tuple(kept)


class _CapElement(AlertElement):
    def alert(self) -> Alert:
        return Alert(
            sent=self.sent("sent"),
            identifier=self.required("identifier"),
            sender=self.required("sender"),
            status=self.known("status", Status),
            msg_type=self.known("msgType", MsgType),
            scope=self.known("scope", Scope),
            note=self.parts.text("note"),
            addresses=self.parts.text("addresses"),
            restriction=self.parts.text("restriction"),
            signature=self.signature(),
            references=tuple(self._references(self.parts.text("references"))),
            infos=tuple(self._info(child) for child in self.parts.children("info")),
            defects=tuple(self.defects),
        )

    def _references(self, text: str) -> Iterator[Reference]:
        """Triples `sender,identifier,sent`, or identifiers alone, which real files also have. Any other
        word is a defect."""
        for word in text.split():
            parts = word.split(",")
            if len(parts) == 3:
                yield Reference(parts[0], parts[1], moment(parts[2]))
            elif len(parts) == 1 and parts[0]:
                yield Reference("", parts[0], None)
            else:
                self.defect("references", word, self.parts.line("references"))

    def _info(self, info: Parts) -> Info:
        return Info(
            language=info.text("language") or "en-US",
            event=info.text("event"),
            event_codes=pairs(info, "eventCode"),
            response_types=tuple(info.texts("responseType")),
            urgency=info.text("urgency") or "Unknown",
            severity=spelt(Severity, info.text("severity")) or Severity.UNKNOWN,
            certainty=info.text("certainty") or "Unknown",
            effective=self.moment(info, "effective"),
            onset=self.moment(info, "onset"),
            expires=self.moment(info, "expires"),
            sender_name=info.text("senderName"),
            headline=info.text("headline"),
            description=info.text("description"),
            instruction=info.text("instruction"),
            contact=info.text("contact"),
            parameters=pairs(info, "parameter"),
            areas=tuple(self._area(child) for child in info.children("area")),
            resources=attachment.attachments(info, self),
        )

    def _area(self, area: Parts) -> Area:
        return Area(
            area.text("areaDesc"), self.polygons(area), tuple(area.texts("circle")), pairs(area, "geocode")
        )


def pairs(parent: Parts, name: str) -> tuple[Pair, ...]:
    """valueName and value of each child of this name.

    CAP 1.0 wrote `name=value` as plain text. A plain text without a name is a value all the same.
    """
    named: list[Pair] = []
    for child in parent.children(name):
        value, value_name = child.text("value"), child.text("valueName")
        if not value and not child:
            value_name, _, value = (child.element.text or "").strip().rpartition("=")
        if value:
            named.append(Pair(value_name, value))
    return tuple(named)
