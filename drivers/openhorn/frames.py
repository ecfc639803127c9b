"""The openhorn codec (docs/openhorn.md §2-§4): Frame seals a body, Decoder finds frames. No IO,
big-endian."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cobs import cobs
from fastcrc import crc16

from drivers.openhorn.bodies import Body, parse

VERSION: Final = 1
"""The high half of the first octet."""
ALL: Final = 0xFFFF
"""The address of every unit of the line. 0xFF00-0xFFFE are groups, 1-254 are units (docs/openhorn.md §3)."""
MAC_SIZE: Final = 8
"""Octets. With 64 bits and 300 guesses a second a forgery takes 10^9 years; with 32 bits, three months
(docs/openhorn.md §4)."""
PAYLOAD_MOST: Final = 232
"""Octets. A frame has at most 254 octets, so that COBS adds exactly one. Our choice."""
ON_WIRE: Final = 24
"""Octets on the wire beside the payload: 12 header, 8 MAC, 2 CRC, 1 COBS, 1 delimiter."""
GAP_S: Final = 0.25
"""A frame with a pause of more seconds in it is dropped, so that noise on an idle line damages no frame. Our
choice."""
_HEADER = struct.Struct(">BBHB6sB")


def wire_s(payload: int, baud: int) -> float:
    """Seconds on the line for a frame with so many octets of payload."""
    return (payload + ON_WIRE) * 10 / baud


@dataclass(frozen=True)
class Frame:
    """One sealed frame."""

    type: int
    key_id: int
    dst: int
    src: int
    counter: int
    """48 bits: Unix seconds, then a sequence number of two octets."""
    payload: bytes

    @property
    def body(self) -> Body | None:
        """The payload. None for a payload that this version does not know."""
        return parse(self.type, self.payload)

    def encode(self, key: bytes) -> bytes:
        """The octets on the wire with the delimiter. Raises ValueError for a payload over PAYLOAD_MOST."""
        if len(self.payload) > PAYLOAD_MOST:
            raise ValueError(f"payload of {len(self.payload)} octets: at most {PAYLOAD_MOST}")
        first, counter = VERSION << 4 | self.type, self.counter.to_bytes(6, "big")
        inner = (
            _HEADER.pack(first, self.key_id, self.dst, self.src, counter, len(self.payload)) + self.payload
        )
        inner += mac(key, inner)
        return bytes(cobs.encode(inner + crc16.genibus(inner).to_bytes(2, "big"))) + b"\0"


def seal(body: Body, *, key_id: int, dst: int, src: int, counter: int) -> Frame:
    """The frame that carries `body`."""
    return Frame(body.TYPE, key_id, dst, src, counter, body.encode())


def mac(key: bytes, inner: bytes) -> bytes:
    """The first 8 octets of HMAC-SHA256 over header and payload."""
    return hmac.new(key, inner, sha256).digest()[:MAC_SIZE]


class Decoder:
    """Finds whole frames with a true MAC in the octets of a line. Never raises.

    It checks the delimiter, COBS, the CRC, the key id and the MAC, in this order. It keeps one frame at most.
    `damaged` counts frames that the line damaged, `forged` whole frames without a MAC of our key.
    """

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self.damaged = self.forged = 0
        self._keys = keys
        self._part = bytearray()
        self._too_long = False
        self._last = float("-inf")

    def feed(self, data: bytes, at: float) -> list[Frame]:
        """The frames that end in `data`. `at` is the event loop time at which the last octet was complete."""
        if at - self._last > GAP_S:
            self._part.clear()
            self._too_long = False
        self._last = at
        frames = []
        *ends, rest = data.split(b"\0")
        for end in ends:
            self._keep(end)
            frame = self._close()
            if frame:
                frames.append(frame)
        self._keep(rest)
        return frames

    def _keep(self, octets: bytes) -> None:
        room = PAYLOAD_MOST + ON_WIRE - 1 - len(self._part)
        self._too_long |= len(octets) > room
        self._part += octets[:room]

    def _close(self) -> Frame | None:
        part, too_long = bytes(self._part), self._too_long
        self._part.clear()
        self._too_long = False
        if too_long:
            self.damaged += 1
            return None
        return self._open(part) if part else None

    def _open(self, part: bytes) -> Frame | None:
        try:
            inner = bytes(cobs.decode(part))
        except cobs.DecodeError:
            inner = b""
        sealed, crc = inner[:-2], inner[-2:]
        body, tag = sealed[:-MAC_SIZE], sealed[-MAC_SIZE:]
        if (
            len(body) < _HEADER.size
            or crc16.genibus(sealed).to_bytes(2, "big") != crc
            or body[11] != len(body) - _HEADER.size
        ):
            self.damaged += 1
            return None
        first, key_id, dst, src, counter, _ = _HEADER.unpack_from(body)
        key = self._keys.get(key_id)
        if key is None or first >> 4 != VERSION or not hmac.compare_digest(mac(key, body), tag):
            self.forged += 1
            return None
        return Frame(first & 15, key_id, dst, src, int.from_bytes(counter, "big"), body[_HEADER.size :])
