"""Speech made slower or faster at the same pitch: frames of it are laid nearer together or farther apart.

Each frame is taken where the sound looks most like what would have followed the frame before (WSOLA:
Verhelst and Roelands, ICASSP 1993).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from drivers.sound import Samples
from gateway.voice.sound.slices import Slices

HOP_S = 0.02
"""The step from frame to frame in what is heard. A frame lasts two steps, under a Hann window: two periods
of the deepest voice, and shorter than a syllable. Our choice."""
SEARCH_S = 0.012
"""A frame may be taken so much earlier or later: a period of a voice of 83 Hz lies within. Our choice."""
COARSE_HZ = 4000
"""About the rate at which a frame's place is first looked for. The period of a voice is plain below 2 kHz."""
TOGETHER = 64
"""Frames in one slice: some two milliseconds of work. Our choice."""
SLOWEST, FASTEST = 0.5, 1.25
"""Bounds of a speed. Beyond them frames are heard twice, or not at all. Our choice."""
UNHEARD = 1e-6
"""A frame of less power than this, where full scale is 1, is silence: it is taken where it stands."""

Wave = NDArray[np.float32]
"""Sound whose full scale is 1."""


def wave(sound: Samples | Wave) -> Wave:
    """A sound of signed 16 bit, or one whose full scale is 1 already."""
    full_scale = 32768 if sound.dtype == np.int16 else 1
    return np.asarray(sound / np.float32(full_scale), np.float32)


def stretched(sound: Samples, rate: int, speed: float) -> Slices[Wave]:
    """The sound at this speed. At a speed of 0.7 it lasts 1 / 0.7 of its time.

    It has round(samples / speed) samples, and begins and ends as the sound does. Raises ValueError for a
    speed outside SLOWEST and FASTEST.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"a speed of {speed} cannot be understood")
    length = round(len(sound) / speed)
    if speed == 1 or not length:
        return wave(sound)
    frames = _Frames(wave(sound), rate)
    hop = frames.hop
    places = [0]
    for number in range(1, math.ceil(length / hop)):
        places.append(frames.like(places[-1] + hop, round(number * hop * speed)))
        if number % TOGETHER == 0:
            yield
    made: list[Wave] = [frames.wave[:hop]]
    for first in range(1, len(places), TOGETHER):
        now = np.array(places[first : first + TOGETHER])
        before = np.array(places[first - 1 : first - 1 + len(now)])
        made.append(frames.joined(before + hop, now))
        yield
    return np.concatenate(made)[:length]


class _Frames:
    """The frames of a sound."""

    def __init__(self, sound: Wave, rate: int) -> None:
        self._thin = thin = max(1, round(rate / COARSE_HZ))
        self.hop = thin * max(1, round(HOP_S * rate / thin))
        self._reach = max(1, round(SEARCH_S * rate / thin))
        self.wave = np.pad(sound, (0, 4 * self.hop + 2 * self._reach * thin + -len(sound) % thin))
        self._coarse = self.wave.reshape(-1, thin).mean(axis=1)
        self._width = 2 * self.hop // thin
        powers = np.concatenate([[0.0], np.cumsum(np.square(self._coarse, dtype=np.float64))])
        energies = powers[self._width :] - powers[: -self._width]
        self._heard = energies > UNHEARD * self._width
        self._per_root = (1 / np.sqrt(np.maximum(energies, UNHEARD * self._width))).astype(np.float32)
        rising = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self.hop) + 0.5) / self.hop)
        self._rising = rising.astype(np.float32)
        self._steps = np.arange(self.hop)

    def like(self, wanted: int, near: int) -> int:
        """The place near `near` from which the sound is most like the sound from `wanted`."""
        thin, width, last = self._thin, self._width, len(self._coarse) - self._width
        target = wanted // thin
        low = max(0, near // thin - self._reach)
        high = min(last, near // thin + self._reach)
        if target > last or low >= high or not self._heard[target]:
            return near
        alike = np.correlate(self._coarse[low : high + width], self._coarse[target : target + width])
        best = low + int((alike * self._per_root[low : high + 1]).argmax())
        return self._refined(wanted, best * thin)

    def _refined(self, wanted: int, near: int) -> int:
        """The place within a coarse step of `near`."""
        width = 2 * self.hop
        low = max(0, near - self._thin)
        alike = np.correlate(self.wave[low : near + self._thin + width], self.wave[wanted : wanted + width])
        return low + int(alike.argmax())

    def joined(self, leaving: NDArray[np.int64], coming: NDArray[np.int64]) -> Wave:
        """For each pair of places one hop of sound, which fades from the first place to the second."""
        left, right = (self.wave[places[:, None] + self._steps] for places in (leaving, coming))
        return np.asarray(left + (right - left) * self._rising).reshape(-1)
