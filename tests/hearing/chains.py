"""The ways of a sound to a listener: a horn at the end of a narrow line, and a second horn that comes later.

They are models. No horn, no wind and no valley was measured.
"""

from __future__ import annotations

from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drivers.sound import Samples, alaw_decode, alaw_encode, resample
from gateway.voice import RATE

Signal = NDArray[np.float64]

LINE_RATE = 8000
"""Hz of a narrow line: telephone speech (ITU-T G.711)."""
BAND, ORDER = (400.0, 3400.0), 4
"""Hz that a horn gives, and the order of the slopes on either side: 24 dB an octave (Butterworth)."""
NEAR_M, FAR_M = 200.0, 500.0
"""Metres from the listener to two horns that play the same."""
SOUND_M_S = 343.0
"""The speed of sound at 20 °C."""
LATER_S = (FAR_M - NEAR_M) / SOUND_M_S
"""The far horn is heard so much later: 0.875 s."""
WEAKER_DB = 20 * log10(FAR_M / NEAR_M)
"""The far horn is so much weaker: 8 dB, for sound that spreads in all directions."""


def clean(sound: Samples) -> Signal:
    """The sound as the gateway made it, at RATE."""
    return sound / 32768.0


def horn(sound: Samples) -> Signal:
    """The sound over a narrow line (A-law) from a horn, at RATE."""
    line = alaw_decode(alaw_encode(resample(sound, RATE, LINE_RATE)))
    return banded(resample(line, LINE_RATE, RATE) / 32768.0)


def echo(sound: Samples) -> Signal:
    """The same from two horns: the far one is heard later and weaker."""
    near, later = horn(sound), round(LATER_S * RATE)
    both = np.pad(near, (0, later))
    both[later:] += near * 10 ** (-WEAKER_DB / 20)
    return both


def banded(signal: Signal) -> Signal:
    """The signal through the band of a horn: Butterworth's analogue filters, on the grid of a Fourier
    transform."""
    size = len(signal) + RATE
    s: Any = 1j * np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1e-9)
    lowest, highest = BAND
    response = 1 / (_polynomial(s / highest) * _polynomial(lowest / s))
    return np.asarray(np.fft.irfft(np.fft.rfft(signal, size) * response, size)[: len(signal)])


def _polynomial(s: Any) -> Any:
    """Butterworth's polynomial of ORDER at the relative complex frequency s."""
    angles = np.pi * (2 * np.arange(ORDER) + ORDER + 1) / (2 * ORDER)
    product: Any = 1.0
    for pole in np.exp(1j * angles):
        product = product * (s - pole)
    return product


CHAINS = {"clean": clean, "horn": horn, "echo": echo}
