"""A neural voice that takes as long as the real one was measured to take, and hums. For measures in virtual
time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import numpy as np

from gateway.voice import pieces
from gateway.voice.engines import Heard, Lengths
from gateway.voice.piece import Piece
from gateway.voice.sound.shelf import Shelf
from tests.support.toy_voice import Toy

START_S, SYLLABLE_S = 0.9, 0.115
"""Seconds of one core for a piece and for each of its syllables, one thread (docs/performance.md)."""
SPEECH_S = 0.19
"""Seconds of natural speech of a syllable."""
RATE = 24000


class Paced(Toy):
    """A Voice. `slower`: how many times slower than the measured machine."""

    def __init__(self, lengths: Lengths, slower: float = 1.0) -> None:
        self.name = "kokoro paced"
        self.languages = frozenset({"zh"})
        self.lengths = lengths
        self.pace = slower * (START_S + 12 * SYLLABLE_S) / (12 * SPEECH_S)
        self._slower = slower

    async def say(self, piece: Piece) -> Heard:
        await asyncio.sleep(self._slower * (START_S + SYLLABLE_S * max(1, len(piece.syllables))))
        return hum_of(piece, 400)


class AtOnce(Toy):
    """Our own voice: it says a piece within some hundredths of a second."""

    async def say(self, piece: Piece) -> Heard:
        await asyncio.sleep(0.02)
        return hum_of(piece, 250)


class Rehearsed(Shelf):
    """A shelf on which these pieces of a voice lie, in memory in place of a disk."""

    def __init__(self, voice: Toy, kept: Iterable[Piece]) -> None:
        self._hummed = {pieces._key(voice, piece): piece for piece in kept}
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        if key in self._hummed:
            return pieces._packed(hum_of(self._hummed[key], 400))
        return self._kept.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._hummed or key in self._kept

    def put(self, key: str, pcm: bytes) -> None:
        self._kept[key] = pcm


def hum_of(piece: Piece, hertz: float) -> Heard:
    """A sound of the natural length of a piece."""
    at = np.arange(int(SPEECH_S * max(1, len(piece.syllables)) * RATE)) / RATE
    return Heard((6000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16), RATE)
