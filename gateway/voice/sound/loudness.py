"""How loud a sound is: ITU-R BS.1770 integrated loudness.

The energy of a sound is measured in frames of 100 ms, each under a window and half over the next one. A
gating block is the sum of frames, so that its edges are soft.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.voice import RATE
from gateway.voice.sound.slices import Slices, at_once

Signal = NDArray[np.floating[Any]]
"""Sound at RATE whose full scale is 1."""
Energies = NDArray[np.floating[Any]]
"""The energy of each frame, K-weighted: frame n lies around the time n x STEP_S."""

TARGET_LUFS = -16.0
"""Loud enough for horns, with room for peaks. Our choice."""
BLOCK_S, STEP_S = 0.4, 0.05
"""Gating blocks of 400 ms, and the step from a frame to the next. Blocks begin at every frame: those of the
standard, 100 ms apart, give the same (ITU-R BS.1770-4, annex 1)."""
ABSOLUTE_LUFS, RELATIVE_LU = -70.0, -10.0
"""Gates (ITU-R BS.1770-4, annex 1)."""
OFFSET_LU = -0.691
"""The loudness of a power of 1 (ITU-R BS.1770-4, annex 1)."""
AUDIBLE_LUFS, AUDIBLE_STEPS = -50.0, 10
"""A step above AUDIBLE_LUFS is heard: a recording at -45 is raised, one at -50 is noise.

Ten steps, half a second, must be heard, or half of a shorter recording: a click is no speech. Our choice.
"""
CUTS = 3
"""High-passes before the question whether anything is heard: one high-pass lets a loud hum of 5 Hz
through. Our choice."""
STEP = int(STEP_S * RATE)
"""Samples from frame to frame."""
SLICE = 80
"""Frames in one slice: four seconds of sound, a millisecond of work. Our choice."""
_WINDOW = np.sin(np.pi * (np.arange(2 * STEP) + 0.5) / (2 * STEP)).astype(np.float32)
"""The squares of neighbouring windows add up to 1."""


@cache
def _weights() -> NDArray[np.float32]:
    """The weight of each frequency of a frame in its energy: K-weighted, and as something heard.

    The K-weighting is a high shelf of +4 dB above 1.7 kHz and a high-pass at 38 Hz, from their analogue
    forms (BS.1770-4, annex 1). BS.1770 applies the high-pass once; what is heard is asked with CUTS of it.
    """
    frequencies = np.fft.rfftfreq(2 * STEP, 1 / RATE)
    s = 1j * np.maximum(frequencies, 1e-9)
    centre, gain, quality = 1681.974450955533, 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = gain**0.4996667741545416
    shelf: Any = (gain * s**2 + middle * centre / quality * s + centre**2) / (
        s**2 + centre / quality * s + centre**2
    )
    low, low_quality = 38.13547087602444, 0.5003270373238773
    high_pass: Any = s**2 / (s**2 + low / low_quality * s + low**2)
    responses = np.stack([np.abs(shelf * high_pass), np.abs(shelf * high_pass**CUTS)], axis=1)
    return np.asarray(np.square(responses) / STEP, np.float32)


def energies(signal: Signal) -> Slices[Energies]:
    """The K-weighted energies of the frames of a signal, and the energies of what is heard: two columns.

    A signal of n steps, the last perhaps in part, has n + 1 frames. The first and the last lie half outside.
    """
    steps = -(-len(signal) // STEP)
    padded = np.zeros((steps + 2) * STEP, np.float32)
    padded[STEP : STEP + len(signal)] = signal
    made = np.zeros((steps + 1, 2), np.float32)
    for first in range(0, steps + 1, SLICE):
        last = min(first + SLICE, steps + 1)
        here = padded[first * STEP : (last + 1) * STEP]
        frames = np.lib.stride_tricks.sliding_window_view(here, 2 * STEP)[::STEP]
        spectra = np.fft.rfft(frames * _WINDOW, axis=1)
        made[first:last] = (np.square(spectra.real) + np.square(spectra.imag)) @ _weights()
        yield
    return made


def audible(heard: Energies) -> bool:
    """Whether anything is heard, by the second column of `energies`."""
    steps = len(heard) - 1
    loud = int((heard > 10 ** ((AUDIBLE_LUFS - OFFSET_LU) / 10) * STEP).sum())
    return loud >= max(1, min(AUDIBLE_STEPS, steps // 2))


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS of a mono signal at RATE; -inf for silence or less than one block."""
    return integrated(at_once(energies(signal))[:, 0])


def integrated(frames: Energies) -> float:
    """LUFS of consecutive frames; -inf for silence or less than one block (BS.1770-4, annex 1)."""
    steps = round(BLOCK_S / STEP_S)
    if len(frames) <= steps:
        return float("-inf")
    together = np.concatenate([[0.0], np.cumsum((frames[1:] + frames[:-1]) / 2, dtype=np.float64)])
    powers = (together[steps:] - together[:-steps]) / (BLOCK_S * RATE)
    levels = OFFSET_LU + 10 * np.log10(np.maximum(powers, 1e-20))
    loud = powers[levels > ABSOLUTE_LUFS]
    if not len(loud):
        return float("-inf")
    threshold = OFFSET_LU + 10 * np.log10(loud.mean()) + RELATIVE_LU
    kept = powers[(levels > ABSOLUTE_LUFS) & (levels > threshold)]
    return float(OFFSET_LU + 10 * np.log10(kept.mean()))
