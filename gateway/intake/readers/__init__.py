"""Readers: bytes become Alerts.

`document` takes off what is around a document and reads its encoding. `parse` tells XML from JSON by the
first sign. `envelope` finds the alerts in XML, `objects` those in JSON, and both ask the formats of
`formats.registry`. A format is a module of `formats/` that parses one entry into one Alert. What formats read
with stands here: `elements` for XML, `json_text` and `keys` for JSON, `times` and others. Values stay as they
were written, but for characters that only look like ordinary ones, and errors of the sender are recorded as
defects (docs/formats/).
"""

from __future__ import annotations

from dataclasses import replace

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers import envelope, objects
from gateway.intake.readers.document import Came, opened, unknown
from gateway.intake.readers.refusal import lower
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why

__all__ = ["LARGEST", "embedded", "parse"]


def parse(came: Came) -> tuple[Alert, ...]:
    """The alerts of a document; an answer of a feed may hold none. Raises Unreadable with element and
    line."""
    document = opened(came)
    try:
        alerts = _read(document.body)
    except Unreadable as failure:
        raise lower(failure, document.above) from failure
    if document.lie is None:
        return alerts
    return tuple(replace(alert, defects=(*alert.defects, document.lie)) for alert in alerts)


def embedded(came: Came, identifier: str, block: int, place: int) -> bytes:
    """The bytes of an attachment that is embedded in a document: resource `place` of info block `block` of
    the alert `identifier`. Raises Unreadable, IndexError."""
    body = opened(came).body
    find = envelope.embedded if body.startswith(b"<") else objects.embedded
    return find(body, identifier, block, place)


def _read(body: bytes) -> tuple[Alert, ...]:
    if body.startswith(b"<"):
        return envelope.parse(body)
    if body.startswith((b"{", b"[")):
        return objects.parse(body)
    raise unknown(body) if body else Unreadable(Why(Reason.EMPTY))
