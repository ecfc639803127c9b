"""The quality of a recording as a person made it: how loud, how clean, how much silence, how many samples
that were cut.

All of it is measured before the recording is brought to our loudness. Speech is what lies well above the
quietest parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drivers.sound import Samples
from gateway.model.speaker import Curve
from gateway.voice import RATE
from gateway.voice.sound.loudness import Signal, audible, energies, loudness
from gateway.voice.sound.recording import Take
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import at_once

FRAME_S = 0.02
"""A level is measured over so long: shorter than a syllable, longer than a period of a deep voice."""
QUIETEST = 0.1
"""The noise is the level of the quietest tenth of the frames: between two clauses a person is silent so
long. Our choice."""
ABOVE_DB = 12.0
"""A frame is speech if it is so much louder than the noise. Our choice."""
BELOW_DB = 35.0
"""A frame that is so much quieter than the loudest speech is silence, also where there is no noise at all.
Our choice."""
LOUDEST = 0.95
"""The share of the frames below the level that counts as the loudest speech. Our choice."""
FLOOR_DB = -96.0
"""The level of digital silence: one step of sixteen bits."""
BURST_S = 0.04
"""A sound that is shorter is no speech: the key of a phone, a click. Our choice."""
FULL_SCALE = 32767
"""The highest sample."""
FULL = 0.999
"""Of full scale. A coder that meets a cut wave overshoots, and so reaches full scale, too. Our choice."""
RUN = 3
"""So many samples of one height in a row were cut: a whole wave has one or two there. Our choice."""
CEILING = 0.25
"""Of full scale. A wave may have been cut and made quieter afterwards; below this height equal samples are
those of a quiet sound. Our choice."""
MAINS_HZ, HARMONICS, NEAR_HZ = 50.0, 4, 4.0
"""The mains in China (GB/T 15945), how many of its harmonics are looked at, and how far from them."""
PERIODS = 8
"""A quiet part must hold so many periods of the mains, 160 ms: a shorter one tells no frequency."""
LOW_HZ = 500.0
"""A hum is compared with all noise below this frequency. Our choice."""
HUM_SHARE = 0.6
"""So much of the low noise lies at the mains and its harmonics if it hums. Our choice."""


class Quality(NamedTuple):
    """What was measured of a recording."""

    seconds: float
    """Of the whole file."""
    lead_s: float
    """Silence before the first sound of speech."""
    tail_s: float
    """Silence after the last sound of speech."""
    lufs: float
    """The integrated loudness of the speech (ITU-R BS.1770); -inf if nothing is heard."""
    noise_db: float
    """The level of the quietest parts, in dB of full scale."""
    speech_db: float
    """The level of the loudest parts, in dB of full scale."""
    hums: bool
    """Whether the noise is mostly that of the mains."""
    cut: int
    """How many times the sound ran into full scale."""
    audible: bool
    """Whether anything is heard. A recording that is not is refused (`recording.ready`)."""

    @property
    def speech_s(self) -> float:
        """Seconds from the first sound of speech to the last."""
        return max(0.0, self.seconds - self.lead_s - self.tail_s)

    @property
    def clean_db(self) -> float:
        """How far the speech stands above the noise."""
        return self.speech_db - self.noise_db


def measured(take: Take) -> Quality:
    """The quality of a recording."""
    signal = at_once(resampled(take.sound, take.rate, Curve.FLAT))
    levels = _levels(signal)
    noise = float(np.quantile(levels, QUIETEST, method="lower")) if len(levels) else FLOOR_DB
    loud = float(np.quantile(levels, LOUDEST, method="higher")) if len(levels) else FLOOR_DB
    first, last = _speech(levels, max(noise + ABOVE_DB, loud - BELOW_DB))
    frame = int(FRAME_S * RATE)
    seconds = len(take.sound) / take.rate
    return Quality(
        seconds=seconds,
        lead_s=first * FRAME_S,
        tail_s=max(0.0, seconds - last * FRAME_S),
        lufs=loudness(signal[first * frame : last * frame]),
        noise_db=noise,
        speech_db=loud,
        hums=_hums(signal, levels, noise),
        cut=_cut(take.sound),
        audible=audible(at_once(energies(signal))[:, 1]),
    )


def _levels(signal: Signal) -> Signal:
    """The level of each frame in dB of full scale."""
    frame = int(FRAME_S * RATE)
    frames = signal[: len(signal) // frame * frame].reshape(-1, frame)
    powers = np.maximum(np.einsum("ij,ij->i", frames, frames) / frame, 10 ** (FLOOR_DB / 10))
    return np.asarray(10 * np.log10(powers))


def _speech(levels: Signal, threshold: float) -> tuple[int, int]:
    """The first frame of speech and the one behind the last. A click is passed over."""
    least = round(BURST_S / FRAME_S)
    bursts = [(start, end) for start, end in _runs(levels > threshold) if end - start >= least]
    return (bursts[0][0], bursts[-1][1]) if bursts else (len(levels), len(levels))


def _hums(signal: Signal, levels: Signal, noise: float) -> bool:
    """Whether the longest quiet part sounds of the mains."""
    frame = int(FRAME_S * RATE)
    quiet = _runs(levels <= noise + ABOVE_DB / 2)
    start, end = max(quiet, key=lambda run: run[1] - run[0], default=(0, 0))
    part = signal[start * frame : end * frame]
    if len(part) < PERIODS * RATE / MAINS_HZ:
        return False
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    hertz = np.fft.rfftfreq(len(part), 1 / RATE)
    low = (hertz > MAINS_HZ / 2) & (hertz < LOW_HZ)
    near = max(NEAR_HZ, 2 * RATE / len(part))
    harmonics = MAINS_HZ * np.arange(1, HARMONICS + 1)
    mains = low & (np.abs(hertz[:, None] - harmonics).min(axis=1) <= near)
    return bool(spectrum[mains].sum() > HUM_SHARE * spectrum[low].sum() > 0)


def _cut(sound: Samples) -> int:
    """The runs of samples at full scale, or at a lower ceiling if the wave was cut there."""
    heights: NDArray[np.int32] = np.abs(sound.astype(np.int32))
    most = int(heights.max(initial=0))
    full = FULL * FULL_SCALE
    top = most if CEILING * FULL_SCALE < most < full else full
    return sum(end - start >= RUN for start, end in _runs(heights >= top))


def _runs(here: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where it is true without a gap: the first index of each run, and the one behind its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], here, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
