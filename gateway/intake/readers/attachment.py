"""Attachments of a warning (CAP v1.2 §3.2.3 resource), embedded or by address, and whether their digest is
right."""

from __future__ import annotations

import base64
import hashlib
from typing import Protocol

from gateway.intake.readers.elements import Parts
from gateway.model.alert import Resource

LARGEST = 5 * 1024 * 1024
"""Decoded bytes of an attachment that is looked at. Our choice: two minutes of any sensible sound."""

PATIENCE_S = 120.0
"""Seconds that a recording may take to be fetched (ECIG CAP-to-EAS Implementation Guide §3.5.1). Our own
voice speaks meanwhile."""

AUDIO = {b"ID3": "audio/mpeg", b"RIFF": "audio/wav", b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
"""First bytes of sound files. Labels cannot be trusted: an mp3 comes as application/x-url."""


class Complaints(Protocol):
    """Takes defects."""

    def defect(self, element: str, saw: str, line: int) -> None: ...


def attachments(info: Parts, complaints: Complaints) -> tuple[Resource, ...]:
    """The attachments of an info block.

    A digest that fits neither the bytes nor their base64 text is a defect. The sound is then not used, and
    the words are said.
    """
    resources: list[Resource] = []
    for parts in info.children("resource"):
        text = "".join(parts.text("derefUri").split())
        digest, uri = parts.text("digest"), parts.text("uri")
        mime = parts.text("mimeType") or parts.text("contentType")
        embedded, sound = False, mime.lower().startswith("audio/")
        if text:
            content = decoded(text)
            embedded = content is not None and fits(digest, content, text)
            sound = sound or (content is not None and sniffed(content) is not None)
            if not embedded:
                complaints.defect(
                    "resource", f"digest {digest}" if content else "derefUri", parts.line("derefUri")
                )
        resources.append(Resource(parts.text("resourceDesc"), mime, uri, digest, embedded, sound))
    return tuple(resources)


def decoded(text: str) -> bytes | None:
    """The bytes of a base64 text; None if it is no such text or too long."""
    if len(text) > LARGEST * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def fits(digest: str, content: bytes, text: str = "") -> bool:
    """Whether this is the digest of the bytes (CAP v1.2 §3.2.3: SHA-1, FIPS 180-2) or, as in real Canadian
    files, of their base64 text.

    An empty digest fits everything: it is optional.
    """
    if not digest:
        return True
    wanted = digest.strip().lower()
    return any(
        wanted in (hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest())  # noqa: S324 - CAP's own
        for data in (content, text.encode())
    )


def sniffed(content: bytes) -> str | None:
    """The kind of sound by its first bytes; None if it is no sound."""
    if content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    return next((kind for start, kind in AUDIO.items() if content.startswith(start)), None)
