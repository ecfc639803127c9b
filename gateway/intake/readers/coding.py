"""Compressed documents: gzip (RFC 1952), zlib (RFC 1950) and bare deflate (RFC 1951), known by their bytes.

HTTP's `deflate` is zlib (RFC 9110 §8.4.1.2), and some senders mean bare deflate by it. What comes out is
bounded while it is inflated, so that a small document that inflates to gigabytes never grows memory.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from gateway.intake import LARGEST, Unreadable
from gateway.intake.readers.refusal import SHOWN
from gateway.model.reason import Reason, Why

ACCEPTED = "gzip, deflate"
"""The codings that are read, for Accept-Encoding (RFC 9110 §12.5.3)."""
LAYERS = 2
"""Codings one in another at most. Our choice."""
STEP = 65_536
"""Bytes that are inflated at once. Our choice."""
MEMBERS = 64
"""Streams one behind the other in one gzip file (RFC 1952 §2.2) at most. Each costs a copy of the rest. Our
choice."""
_READ = frozenset({"gzip", "x-gzip", "deflate"})
_NONE = frozenset({"", "identity", "none", "binary", "7bit", "8bit"})
"""No coding; all but the first two are the names of MIME's encodings, and met in this header."""
_GZIP, _ZLIB = b"\x1f\x8b", 0x78
_BARE, _ANY = -zlib.MAX_WBITS, zlib.MAX_WBITS | 32
_BEGINS = re.compile(
    rb"""(?:\xef\xbb\xbf|\x84\x31\x95\x33)*\s*(?:<[?!\w]|\{\s*["}]|\[\s*[\[{"\]])|\xff\xfe|\xfe\xff"""
    rb"""|\0\0\xfe\xff|(?:\0[ \t\r\n])*\0{1,3}[<{\[]|(?:[ \t\r\n]\0)*[<{\[]\0"""
)
"""How documents begin, also behind the byte order marks of UTF-8 and GB18030, and in UTF-16."""

Grow = Callable[[int], None]
"""Is told of so many bytes more in memory, or fewer."""


@dataclass(frozen=True)
class Header:
    """What a Content-Encoding says."""

    codings: tuple[str, ...] = ()
    """The codings that are read, in order of application."""
    unknown: str = ""
    """What cannot be read: a coding of another kind, or too many of them. "" if there is none."""
    other: str = ""
    """A word that is no coding at all: some senders write their charset here."""


def stated(header: str, charset: Callable[[str], bool]) -> Header:
    """The codings of a Content-Encoding. `charset` tells whether a word is the name of a charset."""
    words = [word for part in header.split(",") if (word := part.strip().lower()) not in _NONE]
    charsets = [word for word in words if charset(word)]
    codings = tuple(word for word in words if word in _READ)
    unknown = [word for word in words if word not in _READ and word not in charsets]
    if len(codings) > LAYERS:
        unknown = list(codings)
    return Header(codings, ", ".join(unknown)[:SHOWN], next(iter(charsets), ""))


def opened(raw: bytes, most: int = LARGEST, grow: Grow = lambda _: None) -> bytes:
    """The bytes without compression; the same where there is none.

    Raises Unreadable: broken, or more than `most` bytes come out.
    """
    for layer in range(LAYERS + 1):
        wbits = _wbits(raw)
        if wbits is None:
            return raw
        if layer == LAYERS:
            raise Unreadable(Why(Reason.UNKNOWN_CODING, {"saw": "gzip" if wbits == _ANY else "deflate"}))
        out, fault = _inflated(raw, wbits, most, grow)
        if fault:
            raise Unreadable(fault)
        if layer:
            grow(-len(raw))
        raw = out
    return raw


def glimpsed(raw: bytes) -> bytes:
    """What comes out of compressed bytes before they break, of at most LARGEST bytes. Never raises."""
    for _ in range(LAYERS):
        wbits = _wbits(raw)
        if wbits is None:
            break
        raw, _fault = _inflated(raw, wbits, LARGEST, lambda _: None)
    return raw


def compressed(raw: bytes) -> bool:
    """Whether the bytes are compressed, or were so before they broke."""
    return _wbits(raw) is not None


def begins(raw: bytes) -> bool:
    """Whether the bytes begin as a document does."""
    return _BEGINS.match(raw) is not None


def _wbits(raw: bytes) -> int | None:
    """What zlib must be told of these bytes (its `wbits`); None if they are not compressed."""
    if raw.startswith(_GZIP):
        return _ANY
    if not raw or begins(raw):
        return None
    if raw[0] == _ZLIB and int.from_bytes(raw[:2]) % 31 == 0:  # RFC 1950 §2.2
        return _ANY
    try:
        return _BARE if begins(zlib.decompressobj(_BARE).decompress(raw[:STEP], 64)) else None
    except zlib.error:
        return None


def _inflated(raw: bytes, wbits: int, most: int, grow: Grow) -> tuple[bytes, Why | None]:
    """What comes out of one layer, and the fault that ended it."""
    coding = "gzip" if raw.startswith(_GZIP) else "deflate"
    out = bytearray()
    try:
        for _ in range(MEMBERS):
            stream, rest = zlib.decompressobj(wbits), raw
            while not stream.eof:
                step = stream.decompress(rest, STEP)
                rest = stream.unconsumed_tail
                if not step and not rest:
                    break
                grow(len(step))
                out += step
                if len(out) > most:
                    return bytes(out[:most]), _too_large(most)
            if not stream.eof:
                break
            raw = stream.unused_data
            if not raw.startswith(_GZIP):
                return bytes(out), None  # what follows is padding
    except zlib.error:
        pass
    return bytes(out), _broken(coding, len(out))


def _broken(coding: str, size: int) -> Why:
    return Why(Reason.BAD_COMPRESSION, {"coding": coding, "saw": str(size)})


def _too_large(most: int) -> Why:
    return Why(Reason.TOO_LARGE, {"saw": f"> {most}", "expected": str(most)})
