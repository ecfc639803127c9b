"""Speech at our one rate, with the curve its loudspeaker wants, as it comes: by Fourier transform, many times faster than drivers.sound.Resampler.

The curve costs nothing here: it is a factor of each slice's spectrum.
"""

from __future__ import annotations

from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from drivers.sound import Samples
from gateway.model.speaker import Curve
from gateway.voice import RATE
from gateway.voice.sound.loudness import Signal
from gateway.voice.sound.slices import Slices

BLOCK_S = 0.02
"""A block's length, about: a whole number of samples at both rates."""
INNER, MARGIN = 60, 2
"""A slice and what it hears on either side, in blocks: 1.2 s and 40 ms, a millisecond of work. Together they have small prime factors, so that they
transform fast; the slope and the curve have died away within the margin. Our choice."""
PASS, STOP = 0.92, 0.98
"""Shares of the half band where the slope begins and ends. Our choice: espeak-ng says nothing above 7.4 kHz that a horn could carry."""

LOWEST, HIGHEST = 8000, 96000
"""Hz. Below there is no speech that a village understands, above there is none at all. Our choice."""
SHARED = 25
"""Hz that a rate has in common with ours at least: a slice must be a whole number of samples at both (8, 11.025, 22.05, 44.1, 48 kHz and their like do)."""


def takes(rate: int) -> bool:
    """Whether a sound of that rate can be brought to ours."""
    return LOWEST <= rate <= HIGHEST and gcd(rate, RATE) >= SHARED


CURVES: dict[Curve, tuple[tuple[float, float], ...]] = {
    Curve.FLAT: (),
    Curve.HORN: ((0, -40), (150, -30), (300, -12), (400, 0), (1000, 0), (2000, 4), (4000, 5), (6000, -15)),
}
"""Hz and dB, straight lines between them. A horn throws nothing under 300 Hz, its amplifier is spared that; what is lifted are the consonants, by no more
than the ear forgives. Tried on formant speech (docs/decisions/0010); no horn was measured: a site that has one may choose flat."""


class Resampling:
    """One sentence, arriving in blocks; `flush` gives what is left. Full scale is 1."""

    def __init__(self, before: int, curve: Curve = Curve.FLAT) -> None:
        shared = gcd(before, RATE)
        blocks = max(1, round(BLOCK_S * shared))
        self._down, self._up = before // shared * blocks, RATE // shared * blocks
        self._factors, self._fade = _factors(self._down, self._up, curve), _fade(self._down)
        self._size = (INNER + 2 * MARGIN) * self._down
        self._parts = [np.zeros(MARGIN * self._down, np.float32)]
        self._held = MARGIN * self._down
        self._taken = self._given = 0

    def feed(self, block: Samples) -> Signal:
        """What can be said now."""
        self._taken += len(block)
        self._held += len(block)
        self._parts.append(block.astype(np.float32) / np.float32(32768))
        return self._made() if self._held >= self._size else np.zeros(0)

    def flush(self) -> Signal:
        """The rest, as if silence followed: ceil(samples x RATE / before) in all."""
        self._parts.append(np.zeros((INNER + MARGIN) * self._down, np.float32))
        given, rest = self._given, self._made()
        return rest[: -(-self._taken * self._up // self._down) - given]

    def _made(self) -> Signal:
        """As many slices as there are."""
        heard = np.concatenate(self._parts)
        made: list[Signal] = []
        first, step = 0, INNER * self._down
        while first + self._size <= len(heard):
            # Each slice hears a faded margin on both sides, so that its edges do not ring.
            spectrum = np.fft.rfft(heard[first : first + self._size] * self._fade, self._size)
            bins = min(len(self._factors), len(spectrum))
            spectrum = spectrum[:bins] * self._factors[:bins]
            whole = np.fft.irfft(spectrum, (INNER + 2 * MARGIN) * self._up)
            made.append(whole[MARGIN * self._up : (MARGIN + INNER) * self._up])
            first += step
        self._parts, self._held = [heard[first:]], len(heard) - first
        self._given += sum(map(len, made))
        return np.concatenate(made) if made else np.zeros(0)


def resampled(sound: Samples, before: int, curve: Curve = Curve.FLAT) -> Slices[Signal]:
    """A whole sound at RATE, in slices."""
    change = Resampling(before, curve)
    step = max(1, int(INNER * BLOCK_S * before))
    made: list[Signal] = []
    for first in range(0, len(sound), step):
        made.append(change.feed(sound[first : first + step]))
        yield
    return np.concatenate([*made, change.flush()])


@cache
def _factors(down: int, up: int, curve: Curve) -> NDArray[np.float32]:
    """What each frequency of a slice is multiplied by: the filter's slope, the change of length and the curve."""
    bins = (INNER + 2 * MARGIN) * up // 2 + 1
    half = (INNER + 2 * MARGIN) * min(down, up) / 2
    slope = np.clip((STOP - np.arange(bins) / half) / (STOP - PASS), 0, 1) * (up / down)
    if points := CURVES[curve]:
        frequencies = np.arange(bins) * RATE / 2 / (bins - 1)
        hertz, decibels = np.array(points).T
        slope *= 10 ** (np.interp(frequencies, hertz, decibels) / 20)
    return np.asarray(slope, np.float32)


@cache
def _fade(down: int) -> NDArray[np.float32]:
    size = (INNER + 2 * MARGIN) * down
    near = np.minimum(np.arange(size) + 1, size - np.arange(size))
    return np.asarray(np.minimum(1, near / (MARGIN * down / 2)), np.float32)
