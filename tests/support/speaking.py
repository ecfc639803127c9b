"""Bursts by toy voices in virtual time: which voice said which words, and whether a speaker ever waited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pytest

from drivers import Sound
from drivers.sound import Samples, pcm
from gateway.model.plan import Script
from gateway.model.speaker import Curve, Hearing
from gateway.voice import RATE, CannotSay
from gateway.voice.account import Account
from gateway.voice.announcer import Announcer
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.piece import ENDS, Piece, Word
from gateway.voice.pieces import FIRST, OVERHEAD, estimated, silence
from gateway.voice.readings import READING_S
from gateway.voice.sound.pace import Pace, syllables
from tests.support.toy_voice import Toy

NATURAL_S = 0.2
"""Seconds of a syllable of the toy neural voice."""
MADE: dict[bytes, tuple[str, Piece]] = {}
"""Who said which piece, by its sound."""
FINISHING_S = 0.02
OURS, THEIRS = 9000, 5000
"""The peaks of our own toy voice and of the other one."""


def buzz(peak: int) -> Samples:
    """Half a second of a square wave."""
    return np.where(np.arange(RATE // 2) // 20 % 2, peak, -peak).astype(np.int16)


class Ours(Toy):
    """The voice that is always there: it says a clause in some hundredths of a second."""

    lengths = Lengths(1, 10_000)
    takes_s = 0.02

    async def say(self, piece: Piece) -> Heard:
        await asyncio.sleep(self.takes_s)
        return Heard(buzz(OURS), RATE)


class Neural(Toy):
    """A voice that needs `speed` seconds for a second of speech, and as much again for its silence."""

    name = "neural 1"
    languages = frozenset({"zh"})
    lengths = Lengths(5, 25)
    bounds = Bounds(0.0, 1e9, 1e9)

    def __init__(self, speed: float = 0.5, streams: bool = True) -> None:
        self.speed = speed
        self.streams = streams
        self.pace = speed * (FIRST + OVERHEAD) / FIRST
        self.asked: list[Piece] = []
        self.trouble: Callable[[Piece], Exception | float | None] = lambda piece: None
        """An error that it raises in the middle of a piece, or seconds that it takes in addition."""

    async def say(self, piece: Piece) -> Heard:
        self.asked.append(piece)
        work = self.speed * NATURAL_S * (syllables(piece) + OVERHEAD)
        trouble = self.trouble(piece)
        if isinstance(trouble, Exception):
            await asyncio.sleep(work / 2)
            raise trouble
        await asyncio.sleep(work + (trouble or 0.0))
        return Heard(buzz(THEIRS), RATE)


@pytest.fixture
def toy_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finishing costs little, and its sound tells who said it."""
    MADE.clear()

    async def finished(heard: Heard, piece: Piece, pace: Pace, curve: Curve) -> bytes:
        await asyncio.sleep(FINISHING_S)
        lasts = int(estimated([piece], pace) * RATE)
        voice = "espeak-ng" if heard.sound.max() == OURS else "neural"
        sound = pcm(np.full(lasts, len(MADE) + 1, np.int16))
        MADE[sound] = voice, piece
        return sound

    monkeypatch.setattr("gateway.voice.pieces._finished", finished)


@dataclass
class Listened:
    """What a speaker heard of a burst."""

    late_s: list[float] = field(default_factory=list)
    """Seconds that it waited for each block, in the order of the blocks."""
    waited_s: float = 0.0
    readings: list[list[tuple[str, Piece]]] = field(default_factory=list)
    """The pieces of each reading, with the engine that said each."""
    accounts: list[Account] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def voices(self) -> list[list[str]]:
        """The engines of each reading, in order."""
        return [[voice for voice, _ in groupby(reading, lambda one: one[0])] for reading in self.readings]


async def listened(
    announcer: Announcer, script: Script, readings: int, curve: Curve = Curve.HORN
) -> Listened:
    """A burst as a speaker plays it, in real time from the moment at which it is ordered."""
    loop = asyncio.get_running_loop()
    sound: Sound = announcer.sound(script, readings, Hearing(curve))
    heard, at = Listened(), loop.time()
    async for block in sound.open():
        late = max(0.0, loop.time() - at)
        heard.waited_s += late
        heard.late_s.append(late)
        at = max(at, loop.time()) + len(block) / 2 / RATE
        heard.seconds += len(block) / 2 / RATE
    await asyncio.sleep(max(0.0, at - loop.time()))
    take = announcer._takes[sound]
    heard.accounts = list(take.accounts)
    for pause, items in groupby(take.items, lambda item: item == silence(READING_S)):
        if not pause:
            heard.readings.append([MADE[item] for item in items if item in MADE])
    return heard


def words_of(reading: list[tuple[str, Piece]]) -> list[Word]:
    """The words of a reading, once. Raises AssertionError if a word is lost, or if a voice changes within a
    sentence that is not said again from its beginning."""
    heard: list[Word] = []
    before = ""
    for voice, piece in reading:
        if before and voice != before:
            start = len(heard)
            while start and heard[start - 1].mark not in tuple(ENDS):
                start -= 1
            del heard[start:]
        heard += piece.words
        before = voice
    return heard


def refusing(*written: str) -> Callable[[Piece], Exception | None]:
    """The trouble of a voice that refuses pieces with these words."""
    return lambda piece: CannotSay("no") if any(one in piece.written for one in written) else None
