"""The sound of a burst, cut into openhorn chunks while it is still being made.

A sound is coded once for all lines. The chunks are kept until the burst is over, for sending again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from math import ceil
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from drivers import Sound
from drivers.growing import Growing
from drivers.openhorn.bodies import Codec
from drivers.openhorn.frames import wire_s as frame_s
from drivers.sound import AdpcmState, Resampler, Samples, adpcm_pack, alaw_encode, samples

RATE: Final = 8000
"""Sampling rate of both codecs (docs/openhorn.md §5)."""
HEAD_S: Final = 0.3
"""Seconds of sound in the buffer of a unit before it starts, on a line faster than the sound: enough for a
poll time-out and a resend. Our choice."""
SPARE: Final = 0.8
"""Share of the line for new sound; the rest is for polls and resends. Our choice."""
LATE_S: Final = 60.0
"""A sound has broken off when no block comes for so many seconds: longer than every deadline of a voice. Our
choice."""
SLOW: Final = 2.0
"""A line that needs more seconds than this for a second of sound gets the tone at once: it would speak of a
red warning half a minute late. Our choice."""
MOST: Final = 0xFFFF
"""Chunks in one sound at most: the index has two octets."""


def line_pace(wire_s: float, codec: Codec) -> float:
    """Seconds that the line needs for a second of sound, if a chunk takes `wire_s` on it. Over 1 it cannot
    carry live sound."""
    return wire_s * RATE / (codec.samples * SPARE)


def pace(baud: int, codec: Codec) -> float:
    """Seconds that a line of `baud` bits a second needs for a second of sound."""
    return line_pace(frame_s(4 + codec.octets, baud), codec)


def head_start(chunks: int, wire_s: float, codec: Codec) -> int:
    """The number of chunks in the buffer of a unit with which the sound may start, so that it never waits for
    the line.

    `chunks` is the number of chunks in all; one takes `wire_s` seconds on the line.
    """
    chunk_s, pace = codec.samples / RATE, line_pace(wire_s, codec)
    late = chunks * (1 - 1 / pace) if pace > 1 else 0.0
    return min(chunks, ceil(late) + ceil(HEAD_S / chunk_s))


class Chunks:
    """The chunks of one burst on one line. They grow while `fill` runs."""

    def __init__(self, sound: Sound, codec: Codec) -> None:
        self.codec = codec
        self.ready: list[bytes] = []
        """The chunks so far."""
        self.whole = False
        """No further chunk follows."""
        self.broken: Exception | None = None
        """The error that ended the sound before its end."""
        self.samples = round((sound.seconds or 0.0) * RATE)
        """The announced length, which may differ from the real one. 0 for a live sound."""
        self.live = sound.seconds is None
        self._coding = _coding(sound, codec)

    @property
    def expected(self) -> int:
        """The number of chunks in all, as far as it is known. MOST for a live sound."""
        if self.live and not self.whole:
            return MOST
        return len(self.ready) if self.whole else max(len(self.ready), -(-self.samples // self.codec.samples))

    async def fill(self, changed: Callable[[], None]) -> None:
        """Read the sound to its end. `changed` is called after each chunk. It yields to other tasks after
        each chunk."""
        try:
            async with aclosing(self._coding.chunks()) as coded:
                async for chunk in coded:
                    if len(self.ready) == MOST:
                        raise ValueError(f"more than {MOST} chunks")
                    self.ready.append(chunk)
                    changed()
                    await asyncio.sleep(0)
            self.whole = True
        except Exception as error:  # an error of the voice ends this burst, not the line
            self.broken = error
        changed()

    def pad(self) -> None:
        """Add a chunk of silence: the next part of the sound is late."""
        silence = np.zeros(self.codec.samples, dtype=np.int16)
        self.ready.append(_coded(silence, self.codec, AdpcmState())[0])


class Coding:
    """A sound in one codec, cut and coded once for all lines. The work goes on while at least one line reads
    it."""

    def __init__(self, sound: Sound, codec: Codec) -> None:
        self._open = sound.open
        self._rate = sound.rate
        self._codec = codec
        self._coded: Growing[bytes] = Growing()
        self._takers = 0
        self._making: asyncio.Task[None] | None = None

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The chunks from the start, each as soon as it is there.

        Raises the errors of the sound, and TimeoutError when a block does not come within LATE_S.
        """
        self._takers += 1
        try:
            self._making = self._making or asyncio.create_task(self._make(self._coded), name="coding")
            async for chunk in self._coded:
                yield chunk
        finally:
            self._takers -= 1
            if not self._takers and self._making and not self._coded.ended:
                self._making.cancel()  # a later reader starts the work again
                self._making, self._coded = None, Growing()

    async def _make(self, coded: Growing[bytes]) -> None:
        try:
            async for chunk in self._cut():
                coded.add(chunk)
                await asyncio.sleep(0)
            coded.end()
        except Exception as error:  # an error of the voice ends this burst, not the line
            coded.end(error)

    async def _cut(self) -> AsyncIterator[bytes]:
        resampler, half, state = Resampler(self._rate, RATE), b"", AdpcmState()
        rest: Samples = np.zeros(0, dtype=np.int16)
        whole = self._codec.samples
        async for block in _in_time(self._open()):
            data = half + block
            half = data[len(data) // 2 * 2 :]
            rest = np.concatenate([rest, resampler.feed(samples(data[: len(data) // 2 * 2]))])
            while len(rest) >= whole:
                chunk, state = _coded(rest[:whole], self._codec, state)
                yield chunk
                rest = rest[whole:]
        rest = np.concatenate([rest, resampler.flush()])
        for begin in range(0, len(rest), whole):
            chunk, state = _coded(rest[begin : begin + whole], self._codec, state)
            yield chunk


def _coded(cut: Samples, codec: Codec, state: AdpcmState) -> tuple[bytes, AdpcmState]:
    """One chunk, and the state for the next."""
    return (alaw_encode(cut), state) if codec is Codec.ALAW else adpcm_pack(cut, state)


_CODINGS: WeakKeyDictionary[Sound, dict[Codec, Coding]] = WeakKeyDictionary()


def _coding(sound: Sound, codec: Codec) -> Coding:
    """The coding of a sound, which all lines with this codec share."""
    codings = _CODINGS.setdefault(sound, {})
    if codec not in codings:
        codings[codec] = Coding(sound, codec)
    return codings[codec]


async def _in_time(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks. Raises TimeoutError when a block does not come within LATE_S."""
    while True:
        try:
            async with asyncio.timeout(LATE_S):
                block = await anext(blocks, None)
        except TimeoutError as late:
            raise TimeoutError(f"nothing of it came for {LATE_S:g} s") from late
        if block is None:
            return
        yield block
