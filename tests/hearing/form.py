"""The form of a message: how loud, how high its peaks are, also behind a narrow line, and how fast it is.

The measures are our own: they share nothing with the code that makes the sound but its loudness meter, which
is proved against BS.1770 (tests/gateway/voice/sound/test_loudness.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drivers.sound import AdpcmState, Samples, adpcm_decode, adpcm_encode, resample
from gateway.model.plan import Script
from gateway.voice import RATE
from gateway.voice.announcer import LEAD_S, TAIL_S
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.sound.loudness import loudness
from gateway.voice.text.spoken import spoken
from tests.hearing.chains import LINE_RATE, Signal
from tests.hearing.sentences import sounding

LOUD_LUFS, WITHIN_LU = -16.0, 0.5
"""What every message over LONG_S must keep."""
LONG_S = 3.0
PEAK_DBTP = -1.5
"""No peak may be higher, neither of the sound nor of what a narrow line's decoder gives."""
SLOWEST, FASTEST = 170.0, 190.0
"""Characters a minute of a red, an orange and a move order, with all pauses, the one after the last sentence
among them."""
HEARD = 100 / 32768
"""A sample above this is heard: -50 dB."""
OVERSAMPLED = 4
"""ITU-R BS.1770-4, annex 2."""


class Form(NamedTuple):
    """What was measured of one message, without its tone."""

    text: str
    """Its words as they were written."""
    seconds: float
    """From the first sound to the last."""
    lufs: float
    """Integrated loudness."""
    dbtp: float
    """True peak."""
    line_dbtp: float
    """True peak behind 8 kHz ADPCM."""
    a_minute: float
    """Characters a minute of the reading, with all of its pauses."""

    @property
    def level(self) -> bool:
        """Whether its loudness is what it must be. A short message may be otherwise."""
        return self.seconds <= LONG_S or abs(self.lufs - LOUD_LUFS) <= WITHIN_LU

    @property
    def unclipped(self) -> bool:
        """Whether its peaks are low enough on both ways."""
        return max(self.dbtp, self.line_dbtp) <= PEAK_DBTP

    @property
    def paced(self) -> bool:
        """Whether its pace is within bounds. A message of a few words is mostly pauses."""
        return self.seconds <= LONG_S or SLOWEST <= self.a_minute <= FASTEST

    def __str__(self) -> str:
        return (
            f"{self.lufs:6.2f} LUFS {self.dbtp:6.2f} dBTP {self.line_dbtp:6.2f} on the line"
            f" {self.a_minute:6.1f}/min {self.seconds:5.1f} s  {self.text}"
        )


def form(script: Script, sound: Samples) -> Form:
    """The form of a message that was read once. Its sound, at RATE, has no tone."""
    signal = sound / 32768
    heard = np.flatnonzero(np.abs(signal) > HEARD)
    seconds = float(heard[-1] - heard[0]) / RATE if len(heard) else 0.0
    characters = len(sounding(syllables(spoken(script.text).words)))
    return Form(
        script.text,
        seconds,
        loudness(signal),
        true_peak(signal),
        true_peak(on_a_line(sound) / 32768),
        60 * characters / (len(sound) / RATE - 2 * LEAD_S - TAIL_S),
    )


def on_a_line(sound: Samples) -> Samples:
    """What a decoder gives at the end of a line of LINE_RATE in IMA ADPCM."""
    octets, _ = adpcm_encode(resample(sound, RATE, LINE_RATE), AdpcmState())
    return adpcm_decode(octets, AdpcmState())[0]


def true_peak(signal: Signal) -> float:
    """dBTP: the highest of four times as many samples, in one Fourier transform of the whole sound."""
    size = 1 << int(np.ceil(np.log2(len(signal) + 512)))
    spectrum = np.fft.rfft(signal, size)
    finer = np.fft.irfft(np.pad(spectrum, (0, size * (OVERSAMPLED - 1) // 2)), size * OVERSAMPLED)
    return 20 * float(np.log10(max(1e-6, np.abs(finer).max() * OVERSAMPLED)))
