"""The attachments of a warning (CAP v1.2 §3.2.3 resource), embedded or by address, and the check of their
digests."""

from __future__ import annotations

import base64
import hashlib
from typing import Protocol

from gateway.intake.readers.elements import Parts
from gateway.model.alert import Resource

LARGEST = 5 * 1024 * 1024
"""Decoded bytes of an attachment at most: two minutes of any sensible sound. Our choice."""

PATIENCE_S = 120.0
"""Seconds that the fetch of a recording may take (ECIG CAP-to-EAS Implementation Guide §3.5.1). Our own
voice speaks meanwhile."""

AUDIO = {b"ID3": "audio/mpeg", b"RIFF": "audio/wav", b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
"""The first bytes of sound files. Labels are often wrong: real files call an mp3 application/x-url."""


class Defects(Protocol):
    """Takes the defects of an alert."""

    def defect(self, element: str, saw: str, line: int) -> None:
        """Record a defect."""
        ...


def attachments(info: Parts, defects: Defects) -> tuple[Resource, ...]:
    """The attachments of an info block.

    A digest that fits neither the bytes nor their base64 text is a defect. Then the sound is not used, and
    the words are said instead.
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
                saw = f"digest {digest}" if content else "derefUri"
                defects.defect("resource", saw, parts.line("derefUri"))
        resources.append(Resource(parts.text("resourceDesc"), mime, uri, digest, embedded, sound))
    return tuple(resources)


def content(alert: Parts, block: int, place: int) -> bytes:
    """The bytes of resource `place` of info block `block`, which is embedded in the alert. b"" where what
    stands there is no base64. Raises IndexError."""
    text = alert.children("info")[block].children("resource")[place].text("derefUri")
    return decoded("".join(text.split())) or b""


def decoded(text: str) -> bytes | None:
    """The bytes of a base64 text; None if it is no base64 or too long."""
    if len(text) > LARGEST * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def fits(digest: str, content: bytes, text: str = "") -> bool:
    """Whether this is the digest of the bytes (CAP v1.2 §3.2.3: SHA-1, FIPS 180-2).

    Real Canadian files give the digest of the base64 text, which fits too. A digest is optional: an empty one
    fits.
    """
    if not digest:
        return True
    given = digest.strip().lower()
    return any(
        given in (hashlib.sha1(raw).hexdigest(), hashlib.sha256(raw).hexdigest())  # noqa: S324 - CAP's own
        for raw in (content, text.encode())
    )


def sniffed(content: bytes) -> str | None:
    """The kind of sound by its first bytes; None if it is no sound."""
    if content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    return next((kind for first, kind in AUDIO.items() if content.startswith(first)), None)
