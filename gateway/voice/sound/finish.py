"""Speech for the open air: soft syllables nearer to loud ones, at one loudness, under one ceiling.

`Finish` works on a sentence as it comes: the gain of the offline voice was measured beforehand. `finished`
works on a whole sentence of a voice of unknown loudness.
"""

from __future__ import annotations

import math

import numpy as np

from drivers.sound import Samples, pcm, quantised
from gateway.model.speaker import Curve
from gateway.voice import RATE, CannotSay
from gateway.voice.sound.loudness import (
    BLOCK_S,
    SIGHT,
    TARGET_LUFS,
    Signal,
    audible,
    integrated,
    levelling,
    limit,
    weighted_power,
)
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import Slices
from gateway.voice.sound.stretching import stretched

FINISHED = 2
"""The version of the sound that this module makes.

Raise it if the sound changes: sound on disks is made again then.
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
"""Samples of an unknown voice that are compressed in one slice: some milliseconds of work. Our choice."""
BLOCK = int(BLOCK_S * RATE)
"""Samples of a block of the leveller."""
GLIDE = (np.arange(BLOCK) + 1) / BLOCK
"""The share of the new gain at each sample of a block."""
AIM_LUFS = TARGET_LUFS + 0.75
"""The loudness before the limiter, which takes the difference (measured over the templates)."""
MOST_LU, DOUBT = 1.5, 1.0
"""A sentence is turned up or down by MOST_LU at most.

After its first block it is turned by half of what that block asks. Our choice.
"""


class Compressor:
    """Turns loud speech down, block by block, and all speech up by a gain."""

    def __init__(self, gain_db: float) -> None:
        self._gain_db = gain_db
        self._reduced_db = 0.0
        self._factor = 10 ** (gain_db / 20)

    def feed(self, signal: Signal) -> Signal:
        """The same samples, compressed. They must be whole hops."""
        hops = signal.reshape(-1, HOP)
        if not len(hops):
            return signal
        levels = 10 * np.log10(np.einsum("ij,ij->i", hops, hops) / HOP + 1e-12)
        over = np.maximum(0, levels - KNEE_DB) * (1 - 1 / RATIO)
        factors = [self._factor]
        for wanted in over.tolist():
            kept = _KEPT_RISING if wanted > self._reduced_db else _KEPT_FALLING
            self._reduced_db = kept * self._reduced_db + (1 - kept) * wanted
            factors.append(10 ** ((self._gain_db - self._reduced_db) / 20))
        self._factor = factors[-1]
        glide = (np.arange(HOP) + 1) / HOP
        before, after = np.array(factors[:-1])[:, None], np.array(factors[1:])[:, None]
        return np.asarray(hops * (before + (after - before) * glide)).reshape(-1)


class Leveller:
    """Brings one sentence to the aim, block by block.

    The gain follows the loudness of the sentence so far: the vowels of one sentence are louder than those of
    another.
    """

    def __init__(self) -> None:
        self._powers: list[float] = []
        self._factor = 0.0

    def feed(self, signal: Signal) -> Signal:
        """The same samples at the gain so far. They must be whole blocks."""
        blocks = signal.reshape(-1, BLOCK)
        return np.concatenate([self._levelled(block) for block in blocks]) if len(blocks) else signal

    def rest(self, signal: Signal) -> Signal:
        """The last samples, less than a block, at the gain of the block before."""
        return signal * self._factor if self._factor else signal

    def _levelled(self, block: Signal) -> Signal:
        self._powers.append(weighted_power(block))
        loudness = integrated(np.array(self._powers))
        wanted = AIM_LUFS - loudness if math.isfinite(loudness) else 0.0
        sure = len(self._powers) / (len(self._powers) + DOUBT)
        after = 10 ** (min(max(wanted * sure, -MOST_LU), MOST_LU) / 20)
        before, self._factor = self._factor or after, after
        return block * (before + (after - before) * GLIDE)


class Finish:
    """Finishes one sentence that arrives in blocks of any length. As many samples come out as went in."""

    def __init__(self, gain_db: float) -> None:
        self._compressor = Compressor(gain_db)
        self._leveller = Leveller()
        self._part: Signal = np.zeros(0)
        self._louder: Signal = np.zeros(0)
        self._given = 0

    def feed(self, block: Signal) -> Signal:
        """The samples that are finished now."""
        part = np.concatenate([self._part, block])
        whole = len(part) // BLOCK * BLOCK
        self._part = part[whole:]
        return self._limited(self._leveller.feed(self._compressor.feed(part[:whole])), SIGHT)

    def flush(self) -> Signal:
        """The rest of the sentence, after its last block."""
        rest, self._part = self._part, self._part[:0]
        return self._limited(self._leveller.rest(self._compressor.feed(_whole(rest))[: len(rest)]), 0)

    def _limited(self, signal: Signal, held: int) -> Signal:
        """All samples except the last `held`, limited with regard to their neighbours."""
        heard = np.concatenate([self._louder, signal])
        ready = max(self._given, len(heard) - held)
        limited = limit(heard)[self._given : ready]
        kept = max(0, ready - SIGHT)
        self._louder, self._given = heard[kept:], ready - kept
        return limited


def finished(sound: Samples, rate: int, speed: float, curve: Curve) -> Slices[bytes]:
    """A whole sound of unknown loudness, at this speed, as signed 16-bit mono PCM at RATE.

    A speed of 0.7 makes it last 1 / 0.7 of its time, at the same pitch. Raises CannotSay if it is silent,
    and ValueError for a speed that `stretched` refuses.
    """
    wave = yield from stretched(sound, rate, speed)
    signal = yield from resampled(wave, rate, curve)
    if not (yield from audible(signal)):
        raise CannotSay("it is silent")
    whole, compressor = _whole(signal), Compressor(0.0)
    parts: list[Signal] = []
    for start in range(0, len(whole), TOGETHER):
        parts.append(compressor.feed(whole[start : start + TOGETHER]))
        yield
    compressed = np.concatenate(parts)[: len(signal)]
    levelled = yield from levelling(compressed)
    made = bytearray()
    for start in range(0, len(levelled), TOGETHER):
        made += octets(levelled[start : start + TOGETHER])
        yield
    return bytes(made)


def octets(signal: Signal) -> bytes:
    """Signed 16-bit PCM of a signal whose full scale is 1."""
    return pcm(quantised(signal))


def _whole(signal: Signal) -> Signal:
    """The signal with silence behind it, up to whole hops."""
    return np.pad(signal, (0, -len(signal) % HOP))


_KEPT_RISING = math.exp(-HOP / RATE / RISE_S)
_KEPT_FALLING = math.exp(-HOP / RATE / FALL_S)
