"""A document as the parsers get it: without compression, form and encoding.

Everything that looks into bytes that came goes through `opened`, so that all of it sees the same text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers import charset, coding, garbled, likeness, multipart, script
from gateway.intake.readers.formats.registry import KNOWN
from gateway.model.alert import Arrival, Defect
from gateway.model.reason import Reason, Why

LAYERS = 2
"""Forms one in another at most; each may be compressed. Our choice."""
_ORDINARY = re.compile(rb"[ \t\r\n]*(?:\xef\xbb\xbf)*[ \t\r\n]*[<{\[]")
_BEFORE = re.compile(rb"(?:[ \t\r\n]|\xef\xbb\xbf)*")
_NOTHING = b" \t\r\n\0" + codecs.BOM_UTF8
_HOLES = ("\ufffd".encode(), "锟斤拷".encode())
"""The replacement character, and two of it that were read as GBK."""
_BEHIND = b" \t\r\n\0"
"""Also the zero that ends a text in C."""


@dataclass(frozen=True)
class Document:
    """A document that can be parsed."""

    body: bytes
    """UTF-8, without byte order mark, and without blanks around it: XML allows none before its
    declaration."""
    lie: Defect | None = None
    """A statement about its encoding that is not true."""
    above: int = 0
    """Empty lines that stood before it. Whoever tells a line of it adds them."""


Came = Arrival | Document | bytes
"""What came. Of mere bytes nothing was stated."""


def opened(came: Came) -> Document:
    """What came, ready to be parsed; a document of which everything was removed is empty. Raises Unreadable:
    too large, broken, in no encoding."""
    if isinstance(came, Document):
        return came
    raw, stated = (came, "") if isinstance(came, bytes) else (came.raw, came.charset)
    if len(raw) > LARGEST:
        raise Unreadable(Why(Reason.TOO_LARGE, {"saw": str(len(raw)), "expected": str(LARGEST)}))
    if not _ORDINARY.match(raw):
        raw, stated = _unwrapped(script.inside(raw), stated)
        raw = script.inside(raw)
        if not (_ORDINARY.match(raw) or coding.begins(raw)) and raw.strip(_NOTHING):
            raise unknown(raw)
    body, lie = charset.read(raw, stated)
    restored = garbled.document(body)
    if restored != body:
        body, lie = restored, lie or Defect("encoding", charset.TWICE, 0)
    lie = lie or _hole(body)
    match = _BEFORE.match(body)
    start = match.end() if match else 0
    return Document(body[start:].rstrip(_BEHIND), lie, body.count(b"\n", 0, start))


def _hole(body: bytes) -> Defect | None:
    """The mark of a sign that a system before us could not read: what stood there is lost."""
    at = min((at for hole in _HOLES if (at := body.find(hole)) >= 0), default=-1)
    return None if at < 0 else Defect("encoding", "U+FFFD", body.count(b"\n", 0, at) + 1)


def unknown(raw: bytes) -> Unreadable:
    """The refusal of what begins as no document does."""
    fault, saw = likeness.of_bytes(raw)
    return Unreadable(Why(Reason.UNKNOWN_FORMAT, {"fault": fault, "saw": saw, "formats": KNOWN}))


def glimpsed(came: Came) -> str:
    """The text of what came, as far as there is any. Never raises: what cannot be read shows as escapes."""
    try:
        return opened(came).body.decode()
    except Unreadable:
        raw = came if isinstance(came, bytes) else came.raw if isinstance(came, Arrival) else came.body
        plain = coding.glimpsed(raw[:LARGEST])
        texts, size = [charset.guessed(plain)], len(plain)
        for piece in (likeness.plain(plain), *multipart.pieces(plain)):
            piece = coding.glimpsed(piece)
            if (size := size + len(piece)) > 2 * LARGEST:
                break
            texts.append(charset.guessed(piece))
        return "\n".join(texts)


def _unwrapped(raw: bytes, stated: str) -> tuple[bytes, str]:
    """The document in compressed bytes or in a form, and its charset. Raises Unreadable."""
    for _ in range(LAYERS):
        raw = coding.opened(raw)
        part = multipart.document(raw)
        if part is None:
            return raw, stated
        raw, stated = part.raw, part.charset or stated
    return coding.opened(raw), stated
