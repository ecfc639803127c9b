"""A toy of a voice: it says whole sentences, and a test says what they sound like."""

from __future__ import annotations

import numpy as np

from drivers.sound import pcm, samples
from gateway.voice import RATE
from gateway.voice.engines import Bounds, Heard, Lengths
from gateway.voice.piece import Piece


class Toy:
    """A Voice. A test overrides `sound`, or `say`."""

    name = ""
    languages = frozenset({"zh", "en"})
    lengths = Lengths(10_000, 10_000)
    bounds = Bounds(0.0, 1e9, 1e9)
    """A test that wants sound to be refused sets its own."""
    streams = True
    licence = "none"
    pace: float | None = None

    async def open(self) -> None: ...

    async def say(self, piece: Piece) -> Heard:
        return Heard(samples(await self.sound(piece.written)), RATE)

    async def sound(self, words: str) -> bytes:
        """The PCM of these words at RATE. Raises CannotSay."""
        raise NotImplementedError

    async def close(self) -> None: ...


def hum(seconds: float, hertz: float = 250.0, rate: int = RATE) -> bytes:
    """A loud tone as PCM."""
    return pcm((6000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16))
