"""CAP 1.0, 1.1 and 1.2 (OASIS CAP v1.2 §3), tolerant: any prefix, any order, several alerts in a wrapper; what was wrong is recorded.

Names are matched without their namespace. The bytes go to the XML parser as they came: it reads the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers.times import moment
from gateway.model.alert import Alert, Area, Defect, Info, MsgType, Pair, Reference, Scope, Severity, Status
from gateway.model.reason import Reason, Why

DEEPEST = 32
"""Depth of elements (practice.md, Figures). CAP needs six, wrappers some more."""

E = TypeVar("E", bound=StrEnum)
Parts = dict[str, list[Any]]
"""The children of an element by their names."""


def read(raw: bytes) -> tuple[Alert, ...]:
    """Every alert of the document that has an identity. Raises Unreadable where there is none.

    In a wrapper an alert without identity is a defect of those beside it: one bad alert loses no other.
    """
    root = _parse(raw)
    elements = list(_alerts(root))
    if not elements:
        raise Unreadable(
            Why(Reason.MISSING_ELEMENT, {"expected": "alert", "saw": _name(root)}),
            _name(root),
            root.sourceline or 0,
        )
    alerts: list[Alert] = []
    failures: list[Unreadable] = []
    for element in elements:
        try:
            alerts.append(_Reading(element).alert())
        except Unreadable as failure:
            failures.append(failure)
    if not alerts:
        raise failures[0]
    lost = tuple(
        Defect("alert/" + failure.element, str(failure.why.reason), failure.line) for failure in failures
    )
    return tuple(_with_defects(alert, lost) for alert in alerts)


def _parse(raw: bytes) -> etree._Element:
    depth = 0
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root: etree._Element | None = None
    try:
        for start in range(0, len(raw), 65536):
            parser.feed(raw[start : start + 65536])
            for event, element in parser.read_events():
                if root is None:
                    root = element
                    _refuse_doctype(root)
                depth += 1 if event == "start" else -1
                if depth > DEEPEST:
                    raise Unreadable(
                        Why(Reason.TOO_DEEP, {"expected": str(DEEPEST)}),
                        _name(element),
                        element.sourceline or 0,
                    )
        tree: etree._Element = parser.close()
    except etree.XMLSyntaxError as error:
        where = _name(root) if root is not None else ""
        raise Unreadable(Why(Reason.NOT_XML, {"saw": error.msg}), where, error.lineno or 0) from error
    _refuse_doctype(tree)
    return tree


def _refuse_doctype(root: etree._Element) -> None:
    """A DOCTYPE stands before the root, so that asking at the root's start is early enough for any entity."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(Why(Reason.DOCTYPE), "DOCTYPE", 1)


def _alerts(element: etree._Element) -> Iterator[etree._Element]:
    """The outermost alerts: one inside another is a quotation, not a warning."""
    if _name(element) == "alert":
        yield element
        return
    for child in element:
        yield from _alerts(child)


class _Reading:
    """One alert element, with the defects found on the way."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self._parts = _parts(element)
        self._defects: list[Defect] = []

    def alert(self) -> Alert:
        sent_text = self._required("sent")
        sent = moment(sent_text)
        if sent is None:
            fields = {"element": "sent", "saw": sent_text, "expected": "2026-07-28T14:30:00+08:00"}
            raise Unreadable(Why(Reason.BAD_VALUE, fields), "sent", self._line("sent"))
        return Alert(
            identifier=self._required("identifier"),
            sender=self._required("sender"),
            sent=sent,
            status=self._known("status", Status),
            msg_type=self._known("msgType", MsgType),
            scope=self._known("scope", Scope),
            note=_text(self._parts, "note"),
            references=tuple(self._references(_text(self._parts, "references"))),
            infos=tuple(self._info(child) for child in self._parts.get("info", ())),
            defects=tuple(self._defects),
        )

    def _required(self, name: str) -> str:
        text = _text(self._parts, name)
        if not text:
            raise Unreadable(Why(Reason.MISSING_ELEMENT, {"expected": name}), name, self._line(name))
        return text

    def _line(self, name: str) -> int:
        found = next(iter(self._parts.get(name, ())), self._element)
        return found.sourceline or 0

    def _known(self, name: str, kind: type[E]) -> E | None:
        """The value, or None where it is absent, unknown, or said twice and differently."""
        said = list(dict.fromkeys(_texts(self._parts, name)))
        for value in kind:
            if said and all(value.lower() == text.lower() for text in said):
                return value
        self._defects.append(Defect(name, " / ".join(said), self._line(name)))
        return None

    def _references(self, text: str) -> Iterator[Reference]:
        """Triples `sender,identifier,sent`; a lone identifier is met in the national dialect. What is neither is a defect."""
        for word in text.split():
            parts = word.split(",")
            if len(parts) == 3:
                yield Reference(parts[0], parts[1], moment(parts[2]))
            elif len(parts) == 1 and parts[0]:
                yield Reference("", parts[0], None)
            else:
                self._defects.append(Defect("references", word, self._line("references")))

    def _info(self, element: etree._Element) -> Info:
        info = _parts(element)
        severity = _text(info, "severity").lower()
        return Info(
            language=_text(info, "language") or "en-US",
            event=_text(info, "event"),
            event_codes=_pairs(info, "eventCode"),
            response_types=tuple(_texts(info, "responseType")),
            urgency=_text(info, "urgency") or "Unknown",
            severity=next((value for value in Severity if value.lower() == severity), Severity.UNKNOWN),
            certainty=_text(info, "certainty") or "Unknown",
            effective=self._moment(element, info, "effective"),
            onset=self._moment(element, info, "onset"),
            expires=self._moment(element, info, "expires"),
            sender_name=_text(info, "senderName"),
            headline=_text(info, "headline"),
            description=_text(info, "description"),
            instruction=_text(info, "instruction"),
            contact=_text(info, "contact"),
            parameters=_pairs(info, "parameter"),
            areas=tuple(_area(_parts(child)) for child in info.get("area", ())),
        )

    def _moment(self, element: etree._Element, info: Parts, name: str) -> datetime | None:
        text = _text(info, name)
        at = moment(text) if text else None
        if text and at is None:
            self._defects.append(Defect(name, text, element.sourceline or 0))
        return at


def _area(area: Parts) -> Area:
    return Area(
        _text(area, "areaDesc"),
        tuple(_texts(area, "polygon")),
        tuple(_texts(area, "circle")),
        _pairs(area, "geocode"),
    )


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _parts(parent: etree._Element) -> Parts:
    """The children by name, in order: each element is looked through once, however many fields are asked of it."""
    found: Parts = {}
    for child in parent:
        found.setdefault(_name(child), []).append(child)
    return found


def _texts(parent: Parts, name: str) -> Iterator[str]:
    for child in parent.get(name, ()):
        text = ("".join(child.itertext()) if len(child) else child.text or "").strip()
        if text:
            yield text


def _text(parent: Parts, name: str) -> str:
    return next(_texts(parent, name), "")


def _pairs(parent: Parts, name: str) -> tuple[Pair, ...]:
    """valueName and value of each; CAP 1.0 wrote `name=value` as plain text."""
    found: list[Pair] = []
    for child in parent.get(name, ()):
        parts = _parts(child)
        value, value_name = _text(parts, "value"), _text(parts, "valueName")
        if not value and not parts:
            value_name, _, value = (child.text or "").strip().partition("=")
        if value:
            found.append(Pair(value_name, value))
    return tuple(found)


def _with_defects(alert: Alert, more: tuple[Defect, ...]) -> Alert:
    return replace(alert, defects=alert.defects + more) if more else alert
