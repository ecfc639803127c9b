"""Speech for the open air: at its pace, soft syllables nearer to loud ones, at one loudness, under one
ceiling."""

from __future__ import annotations

import math

import numpy as np

from drivers.sound import Samples, pcm, quantised
from gateway.model.speaker import Curve
from gateway.voice import RATE
from gateway.voice.sound.levelling import levelling
from gateway.voice.sound.loudness import Signal
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import Slices
from gateway.voice.sound.stretching import stretched

FINISHED = 2
"""The version of the sound that this module makes.

Raise it if the sound changes: recordings on disks are made ready again then.
"""
HOP = RATE // 100
"""Samples over which a level is measured: 10 ms."""
KNEE_DB, RATIO = -32.0, 2.0
"""Above this level two decibels become one.

More compression is heard farther in wind, and is tiring near by. Our choice.
"""
RISE_S, FALL_S = 0.01, 0.15
"""Time constants of turning down and of turning up again: within a syllable, speech stays as it is. Our
choice."""
TOGETHER = 4 * RATE
"""Samples that are compressed in one slice: some milliseconds of work. Our choice."""


def finished(sound: Samples, rate: int, speed: float, curve: Curve) -> Slices[bytes]:
    """A whole sound of unknown loudness, at this speed, as signed 16-bit mono PCM at RATE.

    A speed of 0.7 makes it last 1 / 0.7 of its time, at the same pitch. Raises CannotSay if it is silent,
    and ValueError for a speed that `stretched` refuses.
    """
    wave = yield from stretched(sound, rate, speed)
    signal = yield from resampled(wave, rate, curve)
    compressed = yield from _compressed(signal)
    levelled = yield from levelling(compressed)
    made = bytearray()
    for start in range(0, len(levelled), TOGETHER):
        made += octets(levelled[start : start + TOGETHER])
        yield
    return bytes(made)


def octets(signal: Signal) -> bytes:
    """Signed 16-bit PCM of a signal whose full scale is 1."""
    return pcm(quantised(signal))


def _compressed(signal: Signal) -> Slices[Signal]:
    """The signal with its loud parts turned down."""
    reduced_db, factor = 0.0, 1.0
    parts: list[Signal] = [signal[:0]]
    for start in range(0, len(signal), TOGETHER):
        part = signal[start : start + TOGETHER]
        hops = np.pad(part, (0, -len(part) % HOP)).reshape(-1, HOP)
        levels = 10 * np.log10(np.einsum("ij,ij->i", hops, hops) / HOP + 1e-12)
        over = np.maximum(0, levels - KNEE_DB) * (1 - 1 / RATIO)
        factors = [factor]
        for wanted in over.tolist():
            kept = _KEPT_RISING if wanted > reduced_db else _KEPT_FALLING
            reduced_db = kept * reduced_db + (1 - kept) * wanted
            factors.append(10 ** (-reduced_db / 20))
        factor = factors[-1]
        before, after = (np.array(ends, np.float32)[:, None] for ends in (factors[:-1], factors[1:]))
        parts.append((hops * (before + (after - before) * _GLIDE)).reshape(-1)[: len(part)])
        yield
    return np.concatenate(parts)


_GLIDE = (np.arange(HOP, dtype=np.float32) + 1) / HOP
"""The share of the new factor at each sample of a hop."""
_KEPT_RISING = math.exp(-HOP / RATE / RISE_S)
_KEPT_FALLING = math.exp(-HOP / RATE / FALL_S)
