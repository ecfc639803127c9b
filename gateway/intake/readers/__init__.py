"""Readers: bytes become Alerts.

`parse` tells XML from JSON by the first bytes. `envelope` finds the alerts in XML, `objects` those in JSON,
and both ask the formats of `registry`. A format is a module that parses one entry into one Alert. Values stay
as they were written, but for characters that only look like ordinary ones, and errors of the sender are
recorded as defects (docs/formats/).
"""

from __future__ import annotations

import codecs

from gateway.intake import Unreadable
from gateway.intake.readers import envelope, likeness, objects
from gateway.intake.readers.registry import KNOWN
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why

LARGEST = 2 * 1024 * 1024
"""Bytes of a document at most (docs/practice.md, Figures). The largest real one seen has 1.7 MB."""

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)


def parse(raw: bytes) -> tuple[Alert, ...]:
    """The alerts of a document; an answer of a feed may hold none. Raises Unreadable with element and
    line."""
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
    fault, saw = likeness.of_bytes(start)
    raise Unreadable(Why(Reason.UNKNOWN_FORMAT, {"fault": fault, "saw": saw, "formats": KNOWN}))


def _tidied(raw: bytes) -> bytes:
    """The bytes without spaces before the document: XML allows none before its declaration.

    Spaces behind a byte order mark are removed too.
    """
    body = raw.lstrip()
    if body.startswith(codecs.BOM_UTF8):
        return codecs.BOM_UTF8 + body.removeprefix(codecs.BOM_UTF8).lstrip()
    return body
