"""Documents in forms: multipart of any kind (RFC 2046 §5.1, RFC 7578) and application/x-www-form-urlencoded.

`curl -F file=@warning.xml`, the forms of web pages and the libraries of mail wrap a document so. Exactly one
part must begin as a document does, whatever it is called; the other fields are small and are not documents.
The library of Python splits multipart too, but follows parts in parts without a bound; so only the headers of
a part are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from gateway.intake import Unreadable
from gateway.intake.readers import charset, coding
from gateway.model.reason import Reason, Why

PARTS = 100
"""Parts or fields of a form at most. Our choice."""
HEAD = 16_384
"""Bytes of the headers of a part at most. Our choice."""
_BOUNDARY = re.compile(rb"""\bboundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_FIRST = re.compile(rb"\s*--((?=-*\w)[^\s][^\r\n]{0,199}?)[ \t]*\r?\n(?=[\w-]+[ \t]*:|\r?\n|<)")
"""A boundary is at most 70 signs long (RFC 2046 §5.1.1); some are longer."""
_MAIL = re.compile(rb"(?:mime-version|content-type)[ \t]*:", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\A[ \t]*\r?\n")
_FIELD = re.compile(rb"[\w.\[\]%-]{1,64}=")
_FORM = re.compile(rb"(?:\A|&)[\w.\[\]%-]{1,64}=(?:%(?:3c|7b|5b|ef|ff|fe|1f|78)|[<{\[])", re.IGNORECASE)
"""A field whose value begins as a document does."""
SEEN = 4096
"""Bytes at the beginning in which such a field is looked for. Our choice."""


class Part(NamedTuple):
    """The document in a form."""

    raw: bytes
    """Its bytes, without the encoding that MIME put on them."""
    charset: str
    """The charset that its part or the form states for it, or ""."""


def document(raw: bytes, content_type: str = "") -> Part | None:
    """The one document in a form; None if the bytes are no form.

    `content_type` is that of HTTP, if there is one. Raises Unreadable if there are none or several.
    """
    if coding.begins(raw):
        return None
    found = _fields(raw, content_type) if _is_form(raw, content_type) else _parts(raw, content_type)
    if found is None:
        return None
    parts = list(found)
    documents = [part for name, part in parts if coding.begins(part.raw) or coding.compressed(part.raw)]
    if not documents:
        raise Unreadable(Why(Reason.NO_DOCUMENT, {"saw": str(len(parts))}))
    if len(documents) > 1:
        raise Unreadable(Why(Reason.SEVERAL_DOCUMENTS, {"saw": str(len(documents))}))
    general = next((part.raw for name, part in parts if name == "_charset_"), b"")  # RFC 7578 §4.6
    only = documents[0]
    return only if only.charset else only._replace(charset=general.decode("ascii", "ignore").strip()[:40])


def pieces(raw: bytes) -> list[bytes]:
    """The bytes of all parts of a form, for a first look at one that is refused. Never raises."""
    try:
        found = _fields(raw, "") if _is_form(raw, "") else _parts(raw, "")
        return [part.raw for _, part in found or ()]
    except Unreadable:
        return []


def _parts(raw: bytes, content_type: str) -> Iterator[tuple[str, Part]] | None:
    """The parts of a multipart with their names; None if it is none."""
    head = content_type.encode("latin-1", "ignore")
    if _MAIL.match(raw):  # a mail as a whole, its headers first
        head, _, raw = _split(raw)
        if b"multipart/" not in head.lower():
            return iter([("", _part(head, raw))])
    first = _FIRST.match(raw)
    match = _BOUNDARY.search(head) if b"multipart/" in head.lower() else None
    boundary = (match.group(1) or match.group(2)) if match else b""
    if not boundary or (first and not raw.lstrip().startswith(b"--" + boundary)):
        if first is None:
            return None
        boundary = first.group(1)
    return _listed(raw, boundary)


def _listed(raw: bytes, boundary: bytes) -> Iterator[tuple[str, Part]]:
    lines = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|\Z)")
    pieces = lines.split(raw, PARTS + 1)
    if len(pieces) > PARTS + 1:
        raise Unreadable(Why(Reason.NO_DOCUMENT, {"saw": f"> {PARTS}"}))
    for piece in pieces[1:]:
        head, headers, body = _split(piece.removeprefix(b"\r").removeprefix(b"\n"))
        if headers or body.strip():
            yield _name(head), _part(head, body)


def _split(piece: bytes) -> tuple[bytes, bool, bytes]:
    """The headers of a part, whether it has any, and its body."""
    bare = coding.begins(piece) and piece[:1] not in (b"\r", b"\n")
    match = None if bare else _BLANK.search(piece, 0, HEAD)
    if match is None:
        return b"", False, piece
    return piece[: match.start()], True, piece[match.end() :]


def _part(head: bytes, body: bytes) -> Part:
    """A part without its encoding (RFC 2045 §6)."""
    message = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("base64", "quoted-printable"):
        message.set_payload(body.decode("ascii", "surrogateescape"))
        decoded = message.get_payload(decode=True)
        body = decoded if isinstance(decoded, bytes) else body
    return Part(body, charset.stated(str(message.get("Content-Type", ""))))


def _name(head: bytes) -> str:
    message = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    return str(message.get_param("name", "", "Content-Disposition"))


def _is_form(raw: bytes, content_type: str) -> bool:
    """Whether this is a form of a web page. Some senders post anything under its Content-Type."""
    if "x-www-form-urlencoded" in content_type.lower():
        return _FIELD.match(raw) is not None or raw[:3].lower() in (b"%3c", b"%7b", b"%5b")
    return _FIELD.match(raw) is not None and _FORM.search(raw[:SEEN]) is not None


def _fields(raw: bytes, content_type: str) -> Iterator[tuple[str, Part]]:
    """The fields of a form with their names (URL Standard §5.1)."""
    stated = charset.stated(content_type)
    name, equals, value = raw.partition(b"=")
    if coding.begins(value):  # it is not encoded at all: an ampersand in it ends no field
        yield name.decode("latin-1"), Part(value, stated)
        return
    pairs = raw.split(b"&", PARTS)
    if len(pairs) > PARTS:
        raise Unreadable(Why(Reason.NO_DOCUMENT, {"saw": f"> {PARTS}"}))
    for pair in pairs:
        name, equals, value = pair.partition(b"=")
        if not equals or name[:1] == b"%":  # the document alone, without a name
            name, value = b"", pair
        yield name.decode("latin-1"), Part(unquote_to_bytes(value.replace(b"+", b" ")), stated)
