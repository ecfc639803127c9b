"""One loudness for all: ITU-R BS.1770 integrated loudness, and a limiter that keeps the peaks under the ceiling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.voice import RATE

Signal = NDArray[np.float64]

TARGET_LUFS = -16.0
"""Loud enough for horns, with room for peaks. Our choice."""
CEILING = 10 ** (-2.0 / 20)
"""Sample peaks at -2 dBFS keep the true peak under -1.5 dBTP: a limiter at -1.5 was measured at -1.0 dBTP."""
LOOK_AHEAD_S = 0.005
"""The limiter turns down this long before a peak. Our choice."""
TURNS, CLOSE_LU = 3, 0.2
"""How often the gain is set again, and the difference that nobody hears. Our choice."""
BLOCK_S, STEP_S = 0.4, 0.1
"""Gating blocks of 400 ms with 75 % overlap (ITU-R BS.1770-4, annex 1)."""
ABSOLUTE_LUFS, RELATIVE_LU = -70.0, -10.0
"""Gates (ITU-R BS.1770-4, annex 1)."""


def _response(size: int) -> Signal:
    """The K-weighting's power response on an FFT grid: a high shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz (BS.1770-4, annex 1),
    from their analogue forms."""
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    s = 1j * np.maximum(frequencies, 1e-9)
    centre, gain, quality = 1681.974450955533, 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = gain**0.4996667741545416
    shelf: Any = (gain * s**2 + middle * centre / quality * s + centre**2) / (
        s**2 + centre / quality * s + centre**2
    )
    low, low_quality = 38.13547087602444, 0.5003270373238773
    high_pass: Any = s**2 / (s**2 + low / low_quality * s + low**2)
    return np.asarray(np.abs(shelf * high_pass))


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS of a mono signal at RATE; -inf for silence or less than one block."""
    block, step = int(BLOCK_S * RATE), int(STEP_S * RATE)
    if len(signal) < block:
        return float("-inf")
    size = _fast(len(signal))
    weighted = np.fft.irfft(np.fft.rfft(signal, size) * _response(size), size)[: len(signal)]
    sums = np.concatenate([[0.0], np.cumsum(weighted**2)])
    starts = np.arange(0, len(weighted) - block + 1, step)
    powers = np.maximum((sums[starts + block] - sums[starts]) / block, 1e-20)
    levels = -0.691 + 10 * np.log10(powers)
    loud = powers[levels > ABSOLUTE_LUFS]
    if not len(loud):
        return float("-inf")
    threshold = -0.691 + 10 * np.log10(loud.mean()) + RELATIVE_LU
    kept = powers[(levels > ABSOLUTE_LUFS) & (levels > threshold)]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def _fast(length: int) -> int:
    """The next length that transforms fast: at most an eighth longer."""
    eighth = max(1, (1 << max(4, (length - 1).bit_length())) // 16)
    return -(-length // eighth) * eighth


def level(signal: Signal) -> Signal:
    """The signal at TARGET_LUFS with no peak over CEILING; silence stays silence.

    What the limiter takes from the loudness is given back in further turns, as far as it can be.
    """
    measured = loudness(signal)
    if measured == float("-inf"):
        return limit(signal)
    gain, levelled = 0.0, signal
    for _ in range(TURNS):
        gain += TARGET_LUFS - measured
        levelled = limit(signal * 10 ** (gain / 20))
        measured = loudness(levelled)
        if abs(TARGET_LUFS - measured) < CLOSE_LU:
            break
    return levelled


def limit(signal: Signal) -> Signal:
    """Turn down around peaks over CEILING, a moment before they come."""
    over = np.abs(signal) / CEILING
    if not len(signal) or over.max() <= 1:
        return signal
    reach = int(LOOK_AHEAD_S * RATE)
    wanted = 1 / np.maximum(1, _highest_near(over, reach))
    smooth = _mean(_mean(np.pad(wanted, reach, mode="edge"), reach + 1), reach + 1)
    return np.asarray(signal * np.minimum(smooth, 1 / np.maximum(1, over)))


def _mean(values: Signal, width: int) -> Signal:
    """The mean of each `width` neighbours; shorter by width - 1. Twice over it is a triangle, at the cost of two sums."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[width:] - sums[:-width]) / width)


def _highest_near(values: Signal, reach: int) -> Signal:
    """The largest value within `reach` on either side of each; windows are doubled, so that a minute costs milliseconds."""
    highest = np.pad(values, (reach, reach))
    width = 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        highest = np.maximum(highest[:-step], highest[step:])
        width += step
    return highest
