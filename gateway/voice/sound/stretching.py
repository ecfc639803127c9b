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
TOGETHER = 100
"""Frames in one slice: a millisecond of work. Our choice."""
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

    It has round(samples / speed) samples, and begins as the sound does. Up to SEARCH_S at its end is silence
    if the sound ends before. Raises ValueError for a
    speed outside SLOWEST and FASTEST.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"a speed of {speed} cannot be understood")
    length = round(len(sound) / speed)
    if speed == 1 or not length:
        return wave(sound)
    frames = _Frames(wave(sound), rate)
    hop, made = frames.hop, list[Wave]()
    run = place = 0  # where the part began that is heard as it is, and where the last frame is
    for number in range(1, math.ceil(length / hop)):
        expected, place = place + hop, frames.following(place, round(number * hop * speed))
        if place != expected:
            made += (frames.wave[run:expected], frames.faded(expected, place))
            run = place + hop
        if number % TOGETHER == 0:
            yield
    return np.concatenate([*made, frames.wave[run : place + hop]])[:length]


class _Frames:
    """The frames of a sound."""

    def __init__(self, sound: Wave, rate: int) -> None:
        self._thin = thin = max(1, round(rate / COARSE_HZ))
        self.hop = thin * max(1, round(HOP_S * rate / thin))
        self._reach = max(1, round(SEARCH_S * rate / thin))
        self.wave = np.pad(sound, (0, 4 * self.hop + 2 * self._reach * thin + -len(sound) % thin))
        self._coarse = self.wave.reshape(-1, thin) @ np.full(thin, 1 / thin, np.float32)
        self._width = 2 * self.hop // thin
        powers = np.concatenate([[0.0], np.cumsum(np.square(self._coarse, dtype=np.float64))])
        energies = powers[self._width :] - powers[: -self._width]
        self._heard = energies > UNHEARD * self._width
        self._per_root = (1 / np.sqrt(np.maximum(energies, UNHEARD * self._width))).astype(np.float32)
        rising = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self.hop) + 0.5) / self.hop)
        self._rising = rising.astype(np.float32)

    def following(self, before: int, near: int) -> int:
        """The place of the frame that follows the frame at `before`: one near `near` from which the sound is
        most like what follows there."""
        wanted, thin = before + self.hop, self._thin
        if abs(wanted - near) <= self._reach * thin:
            return wanted  # nothing is more like it
        width, last = self._width, len(self._coarse) - self._width
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

    def faded(self, leaving: int, coming: int) -> Wave:
        """One hop of sound, which fades from the sound at the first place to that at the second."""
        left, right = self.wave[leaving : leaving + self.hop], self.wave[coming : coming + self.hop]
        return np.asarray(left + (right - left) * self._rising)
