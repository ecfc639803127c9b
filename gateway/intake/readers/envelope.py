"""The alerts in an XML document, in any wrapper (<alerts>, EDXL, Atom, RSS), each read in its own dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers import attachment, likeness
from gateway.intake.readers.document import Came, opened
from gateway.intake.readers.elements import Parts, name, parse_xml
from gateway.intake.readers.formats import cap, national
from gateway.intake.readers.formats.registry import KNOWN, XML, ElementFormat
from gateway.intake.readers.lost import audible
from gateway.intake.readers.refusal import told
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why
from gateway.wording.characters import legible

MOST = 20
"""Lost members that are told as defects of each of the others. Our choice: each is quarantined by itself."""
NAME = "xml"
"""The name in refusals of a document in which no alert was found."""


_NATIONAL = re.compile(rb"<(?:\w+:)?(?:sendTime|senderCode|eventType)\b", re.IGNORECASE)
_CAP = re.compile(rb"<(?:\w+:)?alert\b|emergency:cap:", re.IGNORECASE)


def parse(raw: bytes) -> tuple[Alert, ...]:
    """Every alert of the document, in UTF-8, that has an identity. Raises Unreadable if none has.

    An alert without identity is a defect of the others in its document: one bad alert loses no other.
    """
    alerts: list[Alert] = []
    failures: list[Unreadable] = []
    for one in each(members(raw)):
        if isinstance(one, Alert):
            alerts.append(one)
        else:
            failures.append(one)
    if not alerts:
        raise failures[0]
    lost = tuple(
        Defect("alert/" + failure.element, str(failure.why.reason), failure.line)
        for failure in failures[:MOST]
    )
    return tuple(replace(one, defects=one.defects + lost) if lost else one for one in alerts)


def each(elements: Sequence[Parts]) -> Iterator[Alert | Unreadable]:
    """The alert of every element of a document, or why it cannot be read."""
    for number, parts in enumerate(elements, 1):
        try:
            yield read(parts)
        except Unreadable as failure:
            yield told(failure, _dialect(parts).NAME, member=number if len(elements) > 1 else 0)


def members(raw: bytes) -> list[Parts]:
    """The alert elements of a document, at least one. Raises Unreadable if it has none."""
    try:
        root = parse_xml(raw)
    except Unreadable as broken:
        if likeness.a_page(raw):
            fields = {"fault": "like_html", "saw": "HTML", "formats": KNOWN}
            raise Unreadable(Why(Reason.UNKNOWN_FORMAT, fields)) from broken
        raise told(broken, _taken_for(raw)) from broken
    elements = list(alert_elements(root))
    if not elements:
        fields = {"saw": name(root)} | ({"fault": fault} if (fault := likeness.of_root(root)) else {})
        why = Why(Reason.MISSING_ELEMENT, fields)
        failure = Unreadable(why, name(root), root.sourceline or 0)
        raise told(failure, NAME, element="alert")
    return elements


def _taken_for(raw: bytes) -> str:
    """The format that a document of broken XML was meant to be in."""
    marks = ((national.NAME, _NATIONAL), (cap.NAME, _CAP))
    return next((form for form, mark in marks if mark.search(raw)), NAME)


def embedded(came: Came, identifier: str, block: int, place: int) -> bytes:
    """The bytes of an attachment that is embedded in the document.

    It is resource `place` of info block `block` of the alert `identifier`. Raises Unreadable, IndexError.
    """
    root = parse_xml(opened(came).body)
    alert = next(parts for parts in alert_elements(root) if parts.text("identifier") == identifier)
    return attachment.content(alert, block, place)


def read(parts: Parts) -> Alert:
    """The alert of one element, in its own dialect and in ordinary characters.

    Raises Unreadable if it has no identity.
    """
    return audible(legible(_dialect(parts).alert(parts)))


def _dialect(parts: Parts) -> ElementFormat:
    return next(dialect for dialect in XML if dialect.fits(parts))


def alert_elements(element: etree._Element) -> Iterator[Parts]:
    """The outermost alert elements. An alert inside another is a quotation, not a warning.

    In the national dialect the element also has other names, such as `<test>`. Then it is known by its
    children.
    """
    parts = Parts(element)
    if name(element).lower() == "alert" or parts.has("identifier", "info"):
        yield parts
        return
    for child in element:
        yield from alert_elements(child)
