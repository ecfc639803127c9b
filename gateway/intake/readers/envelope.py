"""The alerts within an XML document, in any wrapper (<alerts>, EDXL, Atom, RSS), each in its own dialect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from gateway.intake import Unreadable
from gateway.intake.readers import attachment, cap, national
from gateway.intake.readers.elements import Parts, name, parse_xml
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason, Why


def parse(raw: bytes) -> tuple[Alert, ...]:
    """Every alert of the document that has an identity. Raises Unreadable if there is none.

    In a wrapper an alert without identity is a defect of the others: one bad alert loses no other.
    """
    root = parse_xml(raw)
    elements = list(_alerts(root))
    if not elements:
        why = Why(Reason.MISSING_ELEMENT, {"expected": "alert", "saw": name(root)})
        raise Unreadable(why, name(root), root.sourceline or 0)
    alerts: list[Alert] = []
    failures: list[Unreadable] = []
    for parts in elements:
        try:
            alerts.append(national.alert(parts) if national.fits(parts) else cap.alert(parts))
        except Unreadable as failure:
            failures.append(failure)
    if not alerts:
        raise failures[0]
    lost = tuple(
        Defect("alert/" + failure.element, str(failure.why.reason), failure.line) for failure in failures
    )
    return tuple(replace(alert, defects=alert.defects + lost) if lost else alert for alert in alerts)


def embedded(raw: bytes, identifier: str, block: int, place: int) -> bytes:
    """The bytes of an attachment in the document, by the alert's identifier and the numbers of block and
    resource.

    Raises Unreadable, IndexError.
    """
    alert = next(
        parts for parts in _alerts(parse_xml(raw.lstrip())) if parts.text("identifier") == identifier
    )
    text = alert.children("info")[block].children("resource")[place].text("derefUri")
    return attachment.decoded("".join(text.split())) or b""


def _alerts(element: etree._Element) -> Iterator[Parts]:
    """The outermost alerts: one inside another is a quotation.

    In the national dialect the root has other names too (`<test>`); it is known by its children.
    """
    parts = Parts(element)
    if name(element).lower() == "alert" or parts.has("identifier", "info"):
        yield parts
        return
    for child in element:
        yield from _alerts(child)
