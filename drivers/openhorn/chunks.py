"""The sound of a burst cut into openhorn chunks while it is still being made, once for all lines, and kept whole for resending."""

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
"""Sound held by the units before they start, on a line that keeps ahead: bridges a poll time-out and a resend. Our choice."""
SPARE: Final = 0.8
"""Share of the line that carries new sound; the rest is for polls and resends. Our choice."""
LATE_S: Final = 60.0
"""A sound of which nothing new comes for so long has broken off: longer than every deadline of a voice. Our choice."""
SLOW: Final = 2.0
"""A line that needs so many seconds for a second of sound speaks of a red half a minute late, and gets the tone at once. Our choice."""
MOST: Final = 0xFFFF
"""Chunks in one sound: the index has two octets."""


def line_pace(wire_s: float, codec: Codec) -> float:
    """Seconds the line needs for a second of sound, if a chunk takes `wire_s` on it. Over 1 nothing can be heard live."""
    return wire_s * RATE / (codec.samples * SPARE)


def pace(baud: int, codec: Codec) -> float:
    """The same of a line at so many bits a second."""
    return line_pace(frame_s(4 + codec.octets, baud), codec)


def head_start(chunks: int, wire_s: float, codec: Codec) -> int:
    """How many of `chunks` chunks must be held before the sound starts, if one takes `wire_s` on the line, so that it never
    waits for the line again."""
    chunk_s, pace = codec.samples / RATE, line_pace(wire_s, codec)
    late = chunks * (1 - 1 / pace) if pace > 1 else 0.0
    return min(chunks, ceil(late) + ceil(HEAD_S / chunk_s))


class Chunks:
    """`ready` grows while `fill` runs; `whole` when nothing follows, `broken` when the sound failed before its end."""

    def __init__(self, sound: Sound, codec: Codec) -> None:
        self.codec = codec
        self.ready: list[bytes] = []
        self.whole = False
        self.broken: Exception | None = None
        self.samples = round((sound.seconds or 0.0) * RATE)
        """As announced; what came in the end may differ. 0 for a live sound."""
        self.live = sound.seconds is None
        self._coding = _coding(sound, codec)

    @property
    def expected(self) -> int:
        """Chunks in all, as far as is known; of a live sound, any number."""
        if self.live and not self.whole:
            return MOST
        return len(self.ready) if self.whole else max(len(self.ready), -(-self.samples // self.codec.samples))

    async def fill(self, changed: Callable[[], None]) -> None:
        """Take the sound to its end, giving way after every chunk; `changed` is called after each."""
        try:
            async with aclosing(self._coding.chunks()) as coded:
                async for chunk in coded:
                    if len(self.ready) == MOST:
                        raise ValueError(f"more than {MOST} chunks")
                    self.ready.append(chunk)
                    changed()
                    await asyncio.sleep(0)
            self.whole = True
        except Exception as error:  # whatever the voice raises ends this burst, not the line
            self.broken = error
        changed()

    def pad(self) -> None:
        """Put a chunk of silence where the sound stands: its next part is late."""
        silence = np.zeros(self.codec.samples, dtype=np.int16)
        self.ready.append(_coded(silence, self.codec, AdpcmState())[0])


class Coding:
    """A sound in one codec, cut and coded once however many lines carry it. It is made while somebody takes it."""

    def __init__(self, sound: Sound, codec: Codec) -> None:
        self._open = sound.open
        self._rate = sound.rate
        self._codec = codec
        self._coded: Growing[bytes] = Growing()
        self._takers = 0
        self._making: asyncio.Task[None] | None = None

    async def chunks(self) -> AsyncGenerator[bytes]:
        """From its start, each as soon as it is there. Raises what the sound raises, TimeoutError when a block is LATE_S late."""
        self._takers += 1
        try:
            self._making = self._making or asyncio.create_task(self._make(self._coded), name="coding")
            async for chunk in self._coded:
                yield chunk
        finally:
            self._takers -= 1
            if not self._takers and self._making and not self._coded.ended:
                self._making.cancel()  # whoever comes now has it made anew
                self._making, self._coded = None, Growing()

    async def _make(self, coded: Growing[bytes]) -> None:
        try:
            async for chunk in self._cut():
                coded.add(chunk)
                await asyncio.sleep(0)
            coded.end()
        except Exception as error:  # whatever the voice raises ends this burst, not the line
            coded.end(error)

    async def _cut(self) -> AsyncIterator[bytes]:
        change, half, state = Resampler(self._rate, RATE), b"", AdpcmState()
        held: Samples = np.zeros(0, dtype=np.int16)
        whole = self._codec.samples
        async for block in _in_time(self._open()):
            data = half + block
            half = data[len(data) // 2 * 2 :]
            held = np.concatenate([held, change.feed(samples(data[: len(data) // 2 * 2]))])
            while len(held) >= whole:
                chunk, state = _coded(held[:whole], self._codec, state)
                yield chunk
                held = held[whole:]
        held = np.concatenate([held, change.flush()])
        for begin in range(0, len(held), whole):
            chunk, state = _coded(held[begin : begin + whole], self._codec, state)
            yield chunk


def _coded(cut: Samples, codec: Codec, state: AdpcmState) -> tuple[bytes, AdpcmState]:
    """One chunk, and the state for what follows."""
    return (alaw_encode(cut), state) if codec is Codec.ALAW else adpcm_pack(cut, state)


_CODINGS: WeakKeyDictionary[Sound, dict[Codec, Coding]] = WeakKeyDictionary()


def _coding(sound: Sound, codec: Codec) -> Coding:
    """The one coding of a sound that several lines are given."""
    codings = _CODINGS.setdefault(sound, {})
    if codec not in codings:
        codings[codec] = Coding(sound, codec)
    return codings[codec]


async def _in_time(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks. Raises TimeoutError when one is LATE_S late."""
    while True:
        try:
            async with asyncio.timeout(LATE_S):
                block = await anext(blocks, None)
        except TimeoutError as late:
            raise TimeoutError(f"nothing of it came for {LATE_S:g} s") from late
        if block is None:
            return
        yield block
