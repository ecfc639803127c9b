"""Speech at the voice's rate, with the curve of its loudspeakers, slice by slice.

The work is done by Fourier transforms, many times faster than drivers.sound.Resampler. The curve costs
nothing: it is a factor of the spectrum of each slice.
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
from gateway.voice.sound.stretching import Wave, wave

BLOCK_S = 0.02
"""The length of a block, about. A block is a whole number of samples at both rates."""
INNER, MARGIN = 28, 2
"""Blocks of a slice, and of the margin on either side of it: 0.56 s and 40 ms, half a millisecond of work.

The sum has small prime factors, so it transforms fast. The slope and the curve have died away within the
margin. Our choice.
"""
PASS, STOP = 0.92, 0.98
"""Shares of the half band where the slope begins and ends. espeak-ng makes no sound above 7.4 kHz that a
horn could carry. Our choice."""

LOWEST, HIGHEST = 8000, 96000
"""Bounds of a rate in Hz. Below them no speech is understood, above them there is none. Our choice."""
SHARED = 25
"""Hz of the greatest common divisor of a rate and ours, at least: a slice is a whole number of samples at
both. 8, 11.025, 22.05, 44.1 and 48 kHz have it."""


def takes(rate: int) -> bool:
    """Whether a sound of this rate can be brought to RATE."""
    return LOWEST <= rate <= HIGHEST and gcd(rate, RATE) >= SHARED


CURVES: dict[Curve, tuple[tuple[float, float], ...]] = {
    Curve.FLAT: (),
    Curve.HORN: ((0, -40), (150, -30), (300, -12), (400, 0), (1000, 0), (2000, 4), (4000, 5), (6000, -15)),
}
"""Points of each curve in Hz and dB, with straight lines between them.

A horn gives no sound below 300 Hz, so its amplifier is spared that. The consonants are raised, by no more
than the ear accepts. The curve was tried on formant speech (docs/decisions/0012). No horn was measured: a
site that has one may choose flat.
"""


class Resampling:
    """Resamples one sentence that arrives in blocks of any length. Full scale is 1."""

    def __init__(self, before: int, curve: Curve = Curve.FLAT) -> None:
        shared = gcd(before, RATE)
        blocks = max(1, round(BLOCK_S * shared))
        self._down, self._up = before // shared * blocks, RATE // shared * blocks
        self._factors, self._fade = _factors(self._down, self._up, curve), _fade(self._down)
        self._size = (INNER + 2 * MARGIN) * self._down
        self._parts = [np.zeros(MARGIN * self._down, np.float32)]
        self._held = MARGIN * self._down
        self._taken = self._given = 0

    def feed(self, block: Samples | Wave) -> Signal:
        """The samples at RATE that are ready now."""
        self._taken += len(block)
        self._held += len(block)
        self._parts.append(wave(block))
        return self._made() if self._held >= self._size else np.zeros(0, np.float32)

    def flush(self) -> Signal:
        """The rest, as if silence followed. In all there are ceil(samples x RATE / before) samples."""
        self._parts.append(np.zeros((INNER + MARGIN) * self._down, np.float32))
        given, rest = self._given, self._made()
        return rest[: -(-self._taken * self._up // self._down) - given]

    def _made(self) -> Signal:
        """All slices that are complete."""
        heard = np.concatenate(self._parts)
        made: list[Signal] = []
        first, step = 0, INNER * self._down
        while first + self._size <= len(heard):
            # Each slice has a faded margin on both sides, so that its edges do not ring.
            spectrum = np.fft.rfft(heard[first : first + self._size] * self._fade, self._size)
            bins = min(len(self._factors), len(spectrum))
            spectrum = spectrum[:bins] * self._factors[:bins]
            whole = np.fft.irfft(spectrum, (INNER + 2 * MARGIN) * self._up)
            made.append(whole[MARGIN * self._up : (MARGIN + INNER) * self._up])
            first += step
        self._parts, self._held = [heard[first:]], len(heard) - first
        self._given += sum(map(len, made))
        return np.concatenate(made) if made else np.zeros(0, np.float32)


def resampled(sound: Samples | Wave, before: int, curve: Curve = Curve.FLAT) -> Slices[Signal]:
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
    """The factor of each frequency of a slice: the slope of the filter, the change of length, and the
    curve."""
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
    """The factor of each sample of a slice with its margins: it rises and falls within the margins."""
    size = (INNER + 2 * MARGIN) * down
    near = np.minimum(np.arange(size) + 1, size - np.arange(size))
    return np.asarray(np.minimum(1, near / (MARGIN * down / 2)), np.float32)
