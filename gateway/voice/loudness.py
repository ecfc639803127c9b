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
    size = 1 << max(1, (len(signal) - 1)).bit_length()
    weighted = np.fft.irfft(np.fft.rfft(signal, size) * _response(size), size)[: len(signal)]
    block, step = int(BLOCK_S * RATE), int(STEP_S * RATE)
    if len(weighted) < block:
        return float("-inf")
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


def level(signal: Signal) -> Signal:
    """The signal at TARGET_LUFS with no peak over CEILING; silence stays silence."""
    measured = loudness(signal)
    if measured == float("-inf"):
        return limit(signal)
    return limit(signal * 10 ** ((TARGET_LUFS - measured) / 20))


def limit(signal: Signal) -> Signal:
    """Turn down around peaks over CEILING, a moment before they come."""
    over = np.abs(signal) / CEILING
    if not len(signal) or over.max() <= 1:
        return signal
    reach = int(LOOK_AHEAD_S * RATE)
    wanted = 1 / np.maximum(1, _highest_near(over, reach))
    kernel = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(np.pad(wanted, reach, mode="edge"), kernel / kernel.sum(), mode="valid")
    return np.asarray(signal * np.minimum(smooth, 1 / np.maximum(1, over)))


def _highest_near(values: Signal, reach: int) -> Signal:
    """The largest value within `reach` on either side of each; windows are doubled, so that a minute costs milliseconds."""
    highest = np.pad(values, (reach, reach))
    width = 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        highest = np.maximum(highest[:-step], highest[step:])
        width += step
    return highest
