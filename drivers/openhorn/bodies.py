"""The payloads of openhorn frames (docs/openhorn.md §5 and §6): a frozen dataclass each, big-endian.

`encode()` gives the payload. `decode` raises ValueError or struct.error for octets that are no such payload.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar, Final

KEEP: Final = 0xFF
"""As a volume: leave the unit's own setting alone."""
UNMEASURED: Final = 0xFFFF
"""As a current: this unit measures none."""
UNKNOWN_CHARGE: Final = 0xFF
"""As a charge: this unit has no battery, or cannot tell."""
HELD: Final = 32
"""Chunks in the bit map of a status."""


class Codec(IntEnum):
    """The coding of the samples in a chunk, 8 kHz mono."""

    ALAW = 1
    ADPCM = 2

    @property
    def samples(self) -> int:
        """Samples in every chunk but the last."""
        return 200 if self is Codec.ALAW else 400

    @property
    def octets(self) -> int:
        """Octets of a full chunk."""
        return 200 if self is Codec.ALAW else 203


class Kind(IntEnum):
    """The kind of sound that a Play frame asks for."""

    CLIP = 1
    TONE = 2


class State(IntEnum):
    """The state of the token that a status names."""

    IDLE = 0
    BUFFERING = 1
    PLAYING = 2
    DONE = 3
    ABORTED = 4
    BUSY = 5


class Result(IntEnum):
    """The result of the frame that a status answers."""

    OK = 0
    BUSY = 1
    KNOWN = 2
    TOO_LATE = 3
    UNSUPPORTED = 4
    STALE = 5
    MALFORMED = 6


class Supply(IntEnum):
    """The power supply of a unit."""

    UNKNOWN = 0
    MAINS = 1
    BATTERY = 2


class LocalSource(IntEnum):
    """How somebody uses the unit by hand."""

    NONE = 0
    MICROPHONE = 1
    TELEPHONE = 2
    USB = 3
    SMS = 4


@dataclass(frozen=True)
class Play:
    """Play a stored clip or a built-in tone."""

    TYPE: ClassVar = 0x1
    kind: Kind
    number: int
    volume: int = KEEP
    token: bytes = b""
    """b"" is the short form of hand tools: the unit plays it every time."""
    not_after: int = 0
    """Unix seconds; 0: never too late."""

    def encode(self) -> bytes:
        short = bytes([self.kind, self.number, self.volume])
        return short + self.token + self.not_after.to_bytes(4, "big") if self.token else short

    @classmethod
    def decode(cls, payload: bytes) -> Play:
        if len(payload) not in (3, 15):
            raise ValueError(len(payload))
        kind, number, volume = payload[:3]
        return cls(Kind(kind), number, volume, payload[3:11], int.from_bytes(payload[11:], "big"))


@dataclass(frozen=True)
class AudioStart:
    """Prepare for a sound."""

    TYPE: ClassVar = 0x2
    FORM: ClassVar = struct.Struct(">8sBIBI")
    token: bytes
    codec: Codec
    samples: int
    """Its approximate length; 0: unknown."""
    volume: int = KEEP
    not_after: int = 0
    """Unix seconds; 0: never too late."""

    def encode(self) -> bytes:
        return self.FORM.pack(self.token, self.codec, self.samples, self.volume, self.not_after)

    @classmethod
    def decode(cls, payload: bytes) -> AudioStart:
        token, codec, samples, volume, not_after = cls.FORM.unpack(payload)
        return cls(token, Codec(codec), samples, volume, not_after)


@dataclass(frozen=True)
class AudioChunk:
    """One chunk of a sound."""

    TYPE: ClassVar = 0x3
    short: bytes
    """The first two octets of the token."""
    index: int
    """The number of the chunk, from 0."""
    data: bytes

    def encode(self) -> bytes:
        return self.short + self.index.to_bytes(2, "big") + self.data

    @classmethod
    def decode(cls, payload: bytes) -> AudioChunk:
        if len(payload) < 5:
            raise ValueError(len(payload))
        return cls(payload[:2], int.from_bytes(payload[2:4], "big"), payload[4:])


@dataclass(frozen=True)
class AudioEnd:
    """The end of the sound is known."""

    TYPE: ClassVar = 0x4
    FORM: ClassVar = struct.Struct(">8sH")
    token: bytes
    chunks: int
    """The number of its chunks."""

    def encode(self) -> bytes:
        return self.FORM.pack(self.token, self.chunks)

    @classmethod
    def decode(cls, payload: bytes) -> AudioEnd:
        return cls(*cls.FORM.unpack(payload))


@dataclass(frozen=True)
class AudioGo:
    """Play the buffered chunks now, and the following ones as they come."""

    TYPE: ClassVar = 0x5
    token: bytes

    def encode(self) -> bytes:
        return self.token

    @classmethod
    def decode(cls, payload: bytes) -> AudioGo:
        if len(payload) != 8:
            raise ValueError(len(payload))
        return cls(payload)


@dataclass(frozen=True)
class Stop:
    """Be silent. With a token: only if this token sounds or waits."""

    TYPE: ClassVar = 0x6
    token: bytes = b""

    def encode(self) -> bytes:
        return self.token

    @classmethod
    def decode(cls, payload: bytes) -> Stop:
        if len(payload) not in (0, 8):
            raise ValueError(len(payload))
        return cls(payload)


@dataclass(frozen=True)
class Ask:
    """A status query."""

    TYPE: ClassVar = 0x7

    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, payload: bytes) -> Ask:
        if payload:
            raise ValueError(len(payload))
        return cls()


@dataclass(frozen=True)
class AskHealth:
    """A query for status and supply. Units of revision 1 answer UNSUPPORTED, with a plain Status."""

    TYPE: ClassVar = 0x0

    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, payload: bytes) -> AskHealth:
        if payload:
            raise ValueError(len(payload))
        return cls()


@dataclass(frozen=True)
class Status:
    """The answer to every frame that is answered."""

    TYPE: ClassVar = 0x9
    FORM: ClassVar = struct.Struct(">6sBB8sHIHHBHHBB")
    echo: int
    """The counter of the frame that it answers."""
    result: Result = Result.OK
    state: State = State.IDLE
    token: bytes = bytes(8)
    next: int = 0
    """The first chunk that is not in the buffer."""
    held: int = 0
    """Bit i: chunk next + 1 + i is in the buffer."""
    limit: int = 0
    """One more than the last chunk for which there is room."""
    buffered_ms: int = 0
    """Length of the sound in the buffer up to the first gap."""
    volume: int = 0
    milliamperes: int = UNMEASURED
    """The amplifier current now."""
    peak: int = UNMEASURED
    """The largest current since this token began."""
    local: LocalSource = LocalSource.NONE
    ended: bool = False
    """Whether AudioEnd arrived."""

    def encode(self) -> bytes:
        return self.FORM.pack(
            self.echo.to_bytes(6, "big"), self.result, self.state, self.token, self.next, self.held,
            self.limit, self.buffered_ms, self.volume, self.milliamperes, self.peak, self.local, self.ended,
        )  # fmt: skip

    @classmethod
    def decode(cls, payload: bytes) -> Status:
        echo, result, state, token, first, held, limit, buffered, volume, now, peak, local, flags = (
            cls.FORM.unpack(payload)
        )
        return cls(
            int.from_bytes(echo, "big"), Result(result), State(state), token, first, held, limit,
            buffered, volume, now, peak, LocalSource(local), bool(flags & 1),
        )  # fmt: skip

    def missing(self, sent: int) -> set[int]:
        """Those of the first `sent` chunks that the unit certainly does not have."""
        known = range(self.next + 1, min(sent, self.next + 1 + HELD))
        gaps = {index for index in known if not self.held >> (index - self.next - 1) & 1}
        return gaps | ({self.next} if self.next < sent else set())


@dataclass(frozen=True)
class Health(Status):
    """A Status and the supply."""

    TYPE: ClassVar = 0xA
    MORE: ClassVar = struct.Struct(">BB")
    battery: int = UNKNOWN_CHARGE
    """Charge in per cent."""
    supply: Supply = Supply.UNKNOWN

    def encode(self) -> bytes:
        return super().encode() + self.MORE.pack(self.battery, self.supply)

    @classmethod
    def decode(cls, payload: bytes) -> Health:
        plain = Status.decode(payload[: Status.FORM.size])
        battery, supply = cls.MORE.unpack(payload[Status.FORM.size :])
        known = Supply(supply) if supply in (Supply.MAINS, Supply.BATTERY) else Supply.UNKNOWN
        return cls(
            **{field.name: getattr(plain, field.name) for field in fields(plain)},
            battery=battery,
            supply=known,
        )


Body = Play | AudioStart | AudioChunk | AudioEnd | AudioGo | Stop | Ask | AskHealth | Status | Health
_BODIES: Final[dict[int, type[Body]]] = {
    body.TYPE: body
    for body in (Play, AudioStart, AudioChunk, AudioEnd, AudioGo, Stop, Ask, AskHealth, Status, Health)
}


def parse(type_: int, payload: bytes) -> Body | None:
    """The payload of a frame of this type. None for a payload that this version does not know."""
    try:
        return _BODIES[type_].decode(payload)
    except (KeyError, ValueError, struct.error):
        return None
