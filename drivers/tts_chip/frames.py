"""SYN6288 frames, both ways, without IO. Source: SYN6288 data sheet (2016-03-09), worked frames in §4.4.

    FD | LEN high low | CMD | PARAM | TEXT (at most 200 bytes) | XOR of all before it
    LEN counts CMD, PARAM, TEXT and XOR; orders without text are CMD and XOR alone

The chip answers with single bytes without a frame. The SYN6658 family shares only the FD: it has no checksum
and other tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import reduce
from operator import xor
from typing import Final

HEADER = 0xFD
TEXT_MOST = 200
"""Bytes of text in one frame. The chip answers 45 to a longer one (data sheet)."""
LENGTH_MOST = TEXT_MOST + 3
"""The largest LEN: CMD, PARAM, text, XOR."""
GAP_MOST_S = 0.008
"""Seconds. The chip drops a frame with a longer silence in it, and joins two frames with a shorter silence
between them (data sheet)."""
HEAD_SIZE = 3
"""FD and the two bytes of LEN."""


class Command(IntEnum):
    """The byte after LEN (data sheet)."""

    SPEAK = 0x01
    STOP = 0x02
    PAUSE = 0x03
    RESUME = 0x04
    STATUS = 0x21
    BAUD = 0x31
    POWER_DOWN = 0x88


class Encoding(IntEnum):
    """The low three bits of PARAM (data sheet). Unicode is big-endian here, and little-endian on the SYN6658
    family."""

    GB2312 = 0
    GBK = 1
    BIG5 = 2
    UNICODE = 3

    @property
    def codec(self) -> str:
        """The name of the encoding in Python."""
        return {0: "gb2312", 1: "gbk", 2: "big5", 3: "utf-16-be"}[self]


class Answer(Enum):
    """The answers of the chip, each a single byte (data sheet)."""

    READY = 0x4A
    """The power came or came back: all settings are at their defaults."""
    ACCEPTED = 0x41
    """The chip took the frame."""
    REJECTED = 0x45
    """The frame has a wrong XOR or length, is too long, or its command is unknown."""
    BUSY = 0x4E
    """The chip speaks; an answer to a status query."""
    IDLE = 0x4F
    """The chip is silent; an answer to a status query. Also sent once, unasked, at the end of a text."""


@dataclass(frozen=True)
class Order:
    """One frame to the chip."""

    command: int
    data: bytes = b""
    """The bytes between CMD and XOR: PARAM and text, the code of a baud rate, or none."""

    def encode(self) -> bytes:
        """The whole frame. Raises ValueError for more than PARAM and 200 bytes of text, which the chip would
        refuse."""
        length = len(self.data) + 2
        if length > LENGTH_MOST:
            raise ValueError(
                f"{len(self.data) - 1} bytes of text, a frame holds {TEXT_MOST}: split it with script.pieces"
            )
        body = bytes([HEADER]) + length.to_bytes(2, "big") + bytes([self.command]) + self.data
        return body + bytes([reduce(xor, body)])


STOP: Final = Order(Command.STOP)
PAUSE: Final = Order(Command.PAUSE)
RESUME: Final = Order(Command.RESUME)
STATUS: Final = Order(Command.STATUS)
POWER_DOWN: Final = Order(Command.POWER_DOWN)


def speak(text: bytes, encoding: Encoding = Encoding.GBK, music: int = 0) -> Order:
    """The order to say `text`, which is already in `encoding`. `music` (0-15) is a melody in the background.

    PARAM is `music << 3 | encoding` (data sheet). Public code that shifts by four plays melody 2n. Raises
    ValueError for a melody that the chip does not have.
    """
    if not 0 <= music <= 15:
        raise ValueError(f"background music {music}: the chip has 0 (none) to 15")
    return Order(Command.SPEAK, bytes([music << 3 | encoding]) + text)


class AnswerDecoder:
    """Finds the answers of the chip among the bytes that arrive. `noise` counts the bytes that are no
    answer."""

    def __init__(self) -> None:
        self.noise = 0

    def feed(self, data: bytes, at: float) -> list[Answer]:
        """Never raises. `at` has no use for answers of a single byte; every decoder has it."""
        answers = []
        for byte in data:
            try:
                answers.append(Answer(byte))
            except ValueError:
                self.noise += 1
        return answers


@dataclass(frozen=True)
class Misframed:
    """A frame that the chip answers with 45."""

    why: str
    """For the log."""


class OrderDecoder:
    """Finds orders, as the chip does. It applies the rule of the 8 ms to the arrival times of the bytes.

    A frame with a longer silence in it is dropped without an answer (the data sheet says nothing of it; our
    choice). After an impossible LEN, all bytes up to the next silence are ignored.
    """

    def __init__(self, baud: int) -> None:
        self._byte_s = 10 / baud
        self._buffer = bytearray()
        self._last = float("-inf")
        self._deaf = False

    def feed(self, data: bytes, at: float) -> list[Order | Misframed]:
        """The frames that are complete now. `at` is the time at which the last byte of `data` was complete.
        Never raises."""
        if not data:
            return []
        began = at - len(data) * self._byte_s
        if began - self._last > GAP_MOST_S + 1e-9:
            self._buffer.clear()
            self._deaf = False
        self._last = at
        frames: list[Order | Misframed] = []
        for byte in data:
            frame = None if self._deaf else self._take(byte)
            if frame:
                frames.append(frame)
        return frames

    def _take(self, byte: int) -> Order | Misframed | None:
        if not self._buffer and byte != HEADER:
            return None
        self._buffer.append(byte)
        if len(self._buffer) < HEAD_SIZE:
            return None
        length = int.from_bytes(self._buffer[1:HEAD_SIZE], "big")
        if not 2 <= length <= LENGTH_MOST:
            self._buffer.clear()
            self._deaf = True
            return Misframed(f"length {length}")
        if len(self._buffer) < HEAD_SIZE + length:
            return None
        frame = bytes(self._buffer)
        self._buffer.clear()
        if reduce(xor, frame):
            return Misframed("checksum")
        return Order(frame[HEAD_SIZE], frame[HEAD_SIZE + 1 : -1])
