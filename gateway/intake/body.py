"""The body of a post, read in bounds and without what HTTP put around the document.

What cannot be taken off stays: the reader refuses it by name, and quarantine keeps it as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import HTTPException, Request

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers import charset, coding, multipart
from gateway.model.reason import Reason, Why

Words = Callable[[Why], dict[str, Any]]
"""Writes a reason."""


class Body(NamedTuple):
    """A document as it was posted."""

    raw: bytes
    charset: str
    """As the sender stated it, or ""."""


async def received(request: Request, why: Words, grow: coding.Grow = lambda _: None) -> Body:
    """The document of a post. `grow` is told of each byte that it takes in memory.

    Raises HTTPException: 413 for more than LARGEST bytes, also when they are inflated; 415 for a coding that
    is not read, with those that are (RFC 9110 §15.5.16). 415 comes before anything is read.
    """
    header = coding.stated(", ".join(request.headers.getlist("content-encoding")), charset.named)
    if header.unknown:
        detail = why(Why(Reason.UNKNOWN_CODING, {"saw": header.unknown}))
        raise HTTPException(415, detail, {"Accept-Encoding": coding.ACCEPTED})
    kind = request.headers.get("content-type", "")
    sent = await _read(request, why, grow)
    try:
        plain = coding.opened(sent, grow=grow) if header.codings else sent
        part = multipart.document(plain, kind)
    except Unreadable as unreadable:
        if unreadable.why.reason is Reason.TOO_LARGE:
            raise HTTPException(413, why(unreadable.why)) from unreadable
        return Body(sent, charset.stated(kind) or header.other)
    stated = (part.charset if part else "") or charset.stated(kind) or header.other
    body = Body(part.raw if part else plain, stated)
    grow(len(body.raw) - len(sent) - (0 if plain is sent else len(plain)))
    return body


async def _read(request: Request, why: Words, grow: coding.Grow) -> bytes:
    """The bytes as they were sent. Raises HTTPException 413."""
    raw = bytearray()
    async for chunk in request.stream():
        grow(len(chunk))
        raw += chunk
        if len(raw) > LARGEST:
            fields = {"saw": str(len(raw)), "expected": str(LARGEST)}
            raise HTTPException(413, why(Why(Reason.TOO_LARGE, fields)))
    return bytes(raw)
