"""One loudness for all sound: each piece is as loud as its message is to be.

A piece is measured as if it were heard again and again with a pause between. So a message of any pieces and
pauses has the loudness of its pieces, and a finished piece fits every message.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.voice import CannotSay
from gateway.voice.sound.limiting import GRAIN, Grains, gains, grains, turned
from gateway.voice.sound.loudness import (
    BLOCK_S,
    STEP,
    STEP_S,
    TARGET_LUFS,
    Energies,
    Signal,
    audible,
    energies,
    integrated,
)
from gateway.voice.sound.slices import Slices, at_once

BETWEEN_S = 0.3
"""The pause between a piece and its neighbours, about: those of clauses are shorter, those of sentences are
longer. Our choice."""
AIM_LUFS = TARGET_LUFS - 0.2
"""What `_Piece` reckons, which is so much softer than what is heard then (measured with both voices)."""
TRIES, CLOSE_LU = 6, 0.1
"""The gain is set so often at most. A smaller difference than CLOSE_LU is not heard. Our choice."""
GUESS, LEAST = 0.4, 0.25
"""The share of a gain that the limiter leaves: what it is taken for before it is known, and at least
(measured with both voices)."""


def level(signal: Signal) -> Signal:
    """The signal at TARGET_LUFS, no peak above limiting.CEILING. Silence stays silence."""
    try:
        return at_once(levelling(signal))
    except CannotSay:
        return signal


def levelling(signal: Signal) -> Slices[Signal]:
    """`level` in slices. Raises CannotSay if nothing is heard."""
    frames = yield from energies(signal)
    if not audible(frames[:, 1]):
        raise CannotSay("it is silent")
    known = yield from grains(signal)
    piece = _Piece(frames[:, 0], known)
    factor = yield from piece.factor()
    return (yield from turned(signal, factor * gains(known.peaks, factor)))


TAKEN_DB, MOST_DB = 1.5, 12.0
"""What the limiter takes of speech, about (measured with both voices), and what it may take at most:
a click alone never comes to our loudness. Our choice."""


class _Piece:
    """The loudness of a piece after a gain and the limiter, without a look at its samples."""

    def __init__(self, frames: Energies, known: Grains) -> None:
        self._frames, self._known = frames, known
        self._before = np.maximum(_of_frames(known.energies), 1e-20)

    def factor(self) -> Slices[float]:
        """The factor by which the piece comes to TARGET_LUFS, or as near as the limiter lets it."""
        alone = AIM_LUFS - self._loudness(1.0)
        if not math.isfinite(alone):
            return 1.0
        gain, most = alone + TAKEN_DB, alone + MOST_DB
        share, last = GUESS, (0.0, 0.0)
        for number in range(TRIES):
            measured = self._loudness(10 ** (gain / 20))
            yield
            missing = AIM_LUFS - measured
            if abs(missing) < CLOSE_LU:
                break
            if number and gain != last[0]:
                share = min(1.0, max(LEAST, (measured - last[1]) / (gain - last[0])))
            last = gain, measured
            gain = min(most, gain + missing / share)
        return float(10 ** (gain / 20))

    def _loudness(self, factor: float) -> float:
        """LUFS of the piece in company, after this factor and the limiter."""
        by = np.square(factor * gains(self._known.peaks, factor))
        shares = _of_frames(self._known.energies * by) / self._before
        return integrated(in_company(self._frames * shares))


def in_company(frames: Energies) -> Energies:
    """The frames of a piece that is heard again and again, from one beginning to a block after the next."""
    once = np.concatenate([frames, np.zeros(round(BETWEEN_S / STEP_S) - 1, frames.dtype)])
    return np.concatenate([once, np.resize(once, round(BLOCK_S / STEP_S))])


def _of_frames(energies_of_grains: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The sum of the energies of the grains of each frame."""
    first_ones = np.arange(0, len(energies_of_grains), STEP // GRAIN)
    steps = np.zeros(len(first_ones) + 2)
    steps[1:-1] = np.add.reduceat(energies_of_grains, first_ones) if len(first_ones) else 0
    return steps[1:] + steps[:-1]
