"""Loudness and true peak as the standard computes them, slowly: beside these our own figures are tested."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drivers.sound import AdpcmState, adpcm_decode, adpcm_encode, resample, samples

RATE = 16000
"""Hz of all finished sound."""
Signal = NDArray[np.floating[Any]]


def standard_loudness(signal: Signal) -> float:
    """LUFS of a mono signal at RATE: its K-weighting over the whole, and blocks with sharp edges
    (BS.1770-4, annex 1). -inf for silence or less than one block."""
    size, step = 1 << (len(signal) + RATE).bit_length(), RATE // 10
    weighted = np.fft.irfft(np.fft.rfft(signal, size) * _weighting(size), size)[: len(signal)]
    sums = np.square(weighted[: len(signal) // step * step]).reshape(-1, step).sum(axis=1)
    powers = np.array([sums[place : place + 4].sum() / (4 * step) for place in range(len(sums) - 3)])
    loud = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    if not len(loud):
        return -math.inf
    kept = loud[loud > loud.mean() / 10]
    return float(-0.691 + 10 * np.log10(kept.mean()))


@cache
def _weighting(size: int) -> Signal:
    """The K-weighting of each frequency of a transform of this size."""
    s = 2j * math.pi * np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1e-9)
    high, low = 2 * math.pi * 1681.974450955533, 2 * math.pi * 38.13547087602444
    raised, middle = 10 ** (3.999843853973347 / 20), 10 ** (3.999843853973347 * 0.4996667741545416 / 20)
    shelf: Any = (raised * s**2 + middle * high / 0.7071752369554196 * s + high**2) / (
        s**2 + high / 0.7071752369554196 * s + high**2
    )
    cut: Any = s**2 / (s**2 + low / 0.5003270373238773 * s + low**2)
    return np.asarray(np.abs(shelf * cut))


def true_peak(signal: Signal) -> float:
    """dBTP: four times as many samples (BS.1770-4, annex 2), by Fourier transforms of overlapping blocks."""
    block, edge, highest = 1 << 14, 256, 0.0
    for start in range(0, len(signal), block - 2 * edge):
        heard = np.zeros(block)
        part = signal[start : start + block]
        heard[: len(part)] = part
        finer = np.fft.irfft(np.pad(np.fft.rfft(heard), (0, 3 * block // 2)), 4 * block) * 4
        highest = max(highest, float(np.abs(finer[4 * edge : -4 * edge]).max()))
    return 20 * math.log10(max(highest, 1e-9))


def decoded(pcm: bytes) -> Signal:
    """Finished sound as a speaker hears it that gets it as ADPCM at 8 kHz."""
    octets, _ = adpcm_encode(resample(samples(pcm), RATE, RATE // 2), AdpcmState())
    return adpcm_decode(octets, AdpcmState())[0] / 32768
