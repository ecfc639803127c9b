"""The alerts in an XML document, in any wrapper (<alerts>, EDXL, Atom, RSS), each read in its own dialect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers import attachment, charset
from gateway.intake.readers.elements import Parts, name, parse_xml
from gateway.intake.readers.registry import XML
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why
from gateway.wording.characters import legible


def parse(raw: bytes) -> tuple[Alert, ...]:
    """Every alert of the document that has an identity. Raises Unreadable if none has.

    An alert without identity is a defect of the others in its document: one bad alert loses no other.
    """
    alerts: list[Alert] = []
    failures: list[Unreadable] = []
    for parts in members(raw):
        try:
            alerts.append(read(parts))
        except Unreadable as failure:
            failures.append(failure)
    if not alerts:
        raise failures[0]
    lost = tuple(
        Defect("alert/" + failure.element, str(failure.why.reason), failure.line) for failure in failures
    )
    if declared := charset.wrong(raw):
        lost += (Defect("encoding", declared, 1),)
    return tuple(replace(one, defects=one.defects + lost) if lost else one for one in alerts)


def members(raw: bytes) -> list[Parts]:
    """The alert elements of a document, at least one. Raises Unreadable if it has none."""
    root = parse_xml(raw)
    elements = list(alert_elements(root))
    if not elements:
        why = Why(Reason.MISSING_ELEMENT, {"expected": "alert", "saw": name(root)})
        raise Unreadable(why, name(root), root.sourceline or 0)
    return elements


def embedded(raw: bytes, identifier: str, block: int, place: int) -> bytes:
    """The bytes of an attachment that is embedded in the document.

    It is resource `place` of info block `block` of the alert `identifier`. Raises Unreadable, IndexError.
    """
    alert = next(
        parts for parts in alert_elements(parse_xml(raw.lstrip())) if parts.text("identifier") == identifier
    )
    text = alert.children("info")[block].children("resource")[place].text("derefUri")
    return attachment.decoded("".join(text.split())) or b""


def read(parts: Parts) -> Alert:
    """The alert of one element, in its own dialect and in ordinary characters.

    Raises Unreadable if it has no identity.
    """
    return legible(next(dialect for dialect in XML if dialect.fits(parts)).alert(parts))


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
