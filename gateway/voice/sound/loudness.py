"""One loudness for all sound:

ITU-R BS.1770 integrated loudness, and a limiter that keeps peaks under a ceiling.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.voice import RATE
from gateway.voice.sound.slices import Slices, at_once

Signal = NDArray[np.float64]

TARGET_LUFS = -16.0
"""Loud enough for horns, with room for peaks. Our choice."""
CEILING = 10 ** (-2.8 / 20)
"""The highest sample.

Between samples speech rises by up to 1.2 dB more (measured over the templates, for horns): the true peak
stays under -1.5 dBTP.
"""
LOOK_AHEAD_S = 0.005
"""The limiter begins to turn down so long before a peak. Our choice."""
SIGHT = 4 * int(LOOK_AHEAD_S * RATE)
"""The limiter looks at so many samples at most, in either direction."""
TURNS, CLOSE_LU = 3, 0.2
"""The gain is set so often at most. A smaller difference than CLOSE_LU is not heard. Our choice."""
BLOCK_S, STEP_S = 0.4, 0.1
"""Gating blocks of 400 ms with 75 % overlap (ITU-R BS.1770-4, annex 1)."""
ABSOLUTE_LUFS, RELATIVE_LU = -70.0, -10.0
"""Gates (ITU-R BS.1770-4, annex 1)."""
SLICE = 40
"""Steps in one slice: four seconds of sound, some three milliseconds of work. Our choice."""
MARGIN_S = 0.2
"""Sound on either side of a slice that goes into its filters.

The slowest filter, 38 Hz, has died away in half of it.
"""


@cache
def _response(size: int, cuts: int = 1) -> Signal:
    """The response of the K-weighting on the grid of an FFT.

    It is a high shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz, from their analogue forms (BS.1770-4,
    annex 1). The high-pass is applied `cuts` times; BS.1770 applies it once.
    """
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    s = 1j * np.maximum(frequencies, 1e-9)
    centre, gain, quality = 1681.974450955533, 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = gain**0.4996667741545416
    shelf: Any = (gain * s**2 + middle * centre / quality * s + centre**2) / (
        s**2 + centre / quality * s + centre**2
    )
    low, low_quality = 38.13547087602444, 0.5003270373238773
    high_pass: Any = s**2 / (s**2 + low / low_quality * s + low**2)
    return np.asarray(np.abs(shelf * high_pass**cuts))


AUDIBLE_LUFS, AUDIBLE_STEPS = -50.0, 5
"""A step above AUDIBLE_LUFS is heard: a recording at -45 is raised, one at -50 is noise.

Five steps, half a second, must be heard, or half of a shorter recording: a click is no speech. Our choice.
"""


CUTS = 3
"""High-passes before the question whether anything is heard: one high-pass lets a loud hum of 5 Hz
through. Our choice."""


def audible(signal: Signal) -> Slices[bool]:
    """Whether anything is heard in a mono signal at RATE."""
    sums = yield from _steps(signal, CUTS)
    heard = int((sums > 10 ** ((AUDIBLE_LUFS + 0.691) / 10) * STEP_S * RATE).sum())
    return heard >= max(1, min(AUDIBLE_STEPS, len(sums) // 2))


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS of a mono signal at RATE; -inf for silence or less than one block."""
    return at_once(_loudness(signal))


def level(signal: Signal) -> Signal:
    """The signal at TARGET_LUFS, no peak above CEILING. Silence stays silence."""
    return at_once(levelling(signal))


def levelling(signal: Signal) -> Slices[Signal]:
    """`level` in slices.

    Further turns give back the loudness that the limiter took, as far as the ceiling allows.
    """
    measured = yield from _loudness(signal)
    if measured == float("-inf"):
        return (yield from _limited(signal))
    gain, levelled = 0.0, signal
    for _ in range(TURNS):
        gain += TARGET_LUFS - measured
        levelled = yield from _limited(signal * 10 ** (gain / 20))
        measured = yield from _loudness(levelled)
        if abs(TARGET_LUFS - measured) < CLOSE_LU:
            break
    return levelled


def _loudness(signal: Signal) -> Slices[float]:
    """`loudness` in slices."""
    steps = round(BLOCK_S / STEP_S)
    sums = yield from _steps(signal)
    if len(sums) < steps:
        return float("-inf")
    together = np.concatenate([[0.0], np.cumsum(sums)])
    return integrated((together[steps:] - together[:-steps]) / (BLOCK_S * RATE))


def integrated(powers: Signal) -> float:
    """LUFS of gating blocks, each given by its K-weighted mean square; -inf for silence (BS.1770-4, annex
    1)."""
    levels = -0.691 + 10 * np.log10(np.maximum(powers, 1e-20))
    loud = powers[levels > ABSOLUTE_LUFS]
    if not len(loud):
        return float("-inf")
    threshold = -0.691 + 10 * np.log10(loud.mean()) + RELATIVE_LU
    kept = powers[(levels > ABSOLUTE_LUFS) & (levels > threshold)]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def weighted_power(block: Signal) -> float:
    """The K-weighted mean square of a short block, computed as if the block repeated for ever."""
    spectrum = np.fft.rfft(block) * _response(len(block))
    return float(2 * np.vdot(spectrum, spectrum).real) / len(block) ** 2


def _steps(signal: Signal, cuts: int = 1) -> Slices[Signal]:
    """The K-weighted energy of each whole step."""
    step, margin = int(STEP_S * RATE), int(MARGIN_S * RATE)
    sums = np.zeros(len(signal) // step)
    size = _fast(SLICE * step + 2 * margin)
    for first in range(0, len(sums), SLICE):
        last = min(first + SLICE, len(sums))
        before = max(0, first * step - margin)
        heard = signal[before : last * step + margin]
        weighted = np.fft.irfft(np.fft.rfft(heard, size) * _response(size, cuts), size)
        inner = weighted[first * step - before : last * step - before]
        sums[first:last] = np.square(inner).reshape(-1, step).sum(axis=1)
        yield
    return sums


def _fast(length: int) -> int:
    """The next length that an FFT transforms fast. It is longer by an eighth at most."""
    eighth = max(1, (1 << max(4, (length - 1).bit_length())) // 16)
    return -(-length // eighth) * eighth


def _limited(signal: Signal) -> Slices[Signal]:
    """`limit` in slices, each with regard to its neighbours."""
    slice_ = int(SLICE * STEP_S * RATE)
    made: list[Signal] = []
    for first in range(0, len(signal), slice_):
        before = max(0, first - SIGHT)
        made.append(limit(signal[before : first + slice_ + SIGHT])[first - before :][:slice_])
        yield
    return np.concatenate(made) if made else signal


def limit(signal: Signal) -> Signal:
    """The signal, turned down around its peaks above CEILING. Turning down begins before the peak."""
    over = np.abs(signal) / CEILING
    if not len(signal) or over.max() <= 1:
        return signal
    reach = int(LOOK_AHEAD_S * RATE)
    wanted = 1 / np.maximum(1, _highest_near(over, reach))
    smooth = _mean(_mean(np.pad(wanted, reach, mode="edge"), reach + 1), reach + 1)
    return np.asarray(signal * np.minimum(smooth, 1 / np.maximum(1, over)))


def _mean(values: Signal, width: int) -> Signal:
    """The mean of each `width` neighbours; the result is shorter by width - 1.

    Applied twice, its weights are a triangle, at the cost of two sums.
    """
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[width:] - sums[:-width]) / width)


def _highest_near(values: Signal, reach: int) -> Signal:
    """The largest value within `reach` on either side of each value.

    The windows are doubled at each step, so a minute of sound costs milliseconds.
    """
    highest = np.pad(values, (reach, reach))
    width = 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        highest = np.maximum(highest[:-step], highest[step:])
        width += step
    return highest
