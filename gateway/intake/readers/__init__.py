"""Readers: bytes become Alerts. Each format is a module that makes one Alert of one element or object.

`parse` tells the format from the bytes. XML goes to `envelope`, JSON to `objects`; these find the alerts in
it. Values stay verbatim, and faults are recorded as defects (docs/formats/).
"""

from __future__ import annotations

import codecs

from gateway.intake import Unreadable
from gateway.intake.readers import envelope, objects
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why

LARGEST = 2 * 1024 * 1024
"""Bytes of a document (docs/practice.md, Figures); the largest real one seen has 1.7 MB."""

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The alerts of a document, at least one. Raises Unreadable with element and line."""
    if len(raw) > LARGEST:
        raise Unreadable(Why(Reason.TOO_LARGE, {"saw": str(len(raw)), "expected": str(LARGEST)}))
    body = _tidied(raw)
    start = body
    for bom in _BOMS:
        start = start.removeprefix(bom)
    start = start.lstrip(b" \t\r\n\0")
    if not start:
        raise Unreadable(Why(Reason.EMPTY))
    if start.startswith(b"<"):
        return envelope.parse(body)
    if start.startswith((b"{", b"[")):
        return objects.parse(body)
    raise Unreadable(Why(Reason.UNKNOWN_FORMAT, {"saw": repr(start[:20])}))


def _tidied(raw: bytes) -> bytes:
    """The bytes without blanks before the document, also behind a byte order mark: XML allows none before its
    declaration."""
    body = raw.lstrip()
    if body.startswith(codecs.BOM_UTF8):
        return codecs.BOM_UTF8 + body.removeprefix(codecs.BOM_UTF8).lstrip()
    return body
