"""Speech as the open air needs it: what is said softly nearer to what is said loudly, at one loudness, under one ceiling; as it comes.

Our own voice's gain is known beforehand, so that the first sentence needs no knowledge of the next; of a voice that was never measured each
sentence is (`finished`).
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

FINISHED = 1
"""What is kept on disks was finished by this number of this file: count it up where its sound changes."""
HOP = RATE // 100
"""Samples over which loudness is taken: 10 ms."""
KNEE_DB, RATIO = -32.0, 2.0
"""Above this level two decibels become one: gentle. More of it is heard farther in wind and is tiring near by. Our choice."""
RISE_S, FALL_S = 0.01, 0.15
"""How soon it turns down, how slowly up again: within a syllable it leaves speech alone. Our choice."""


TOGETHER = 4 * RATE
"""Samples of an unknown voice that are compressed in one go: some milliseconds. Our choice."""
BLOCK = int(BLOCK_S * RATE)
GLIDE = (np.arange(BLOCK) + 1) / BLOCK
AIM_LUFS = TARGET_LUFS + 0.75
"""The limiter takes the rest (measured over the templates)."""
MOST_LU, DOUBT = 1.5, 1.0
"""A sentence is turned up or down by no more than this, and by the half of what one block alone would ask. Our choice."""


class Compressor:
    """Turns down what is loud, as it comes, and everything up by a gain."""

    def __init__(self, gain_db: float) -> None:
        self._gain_db = gain_db
        self._reduced_db = 0.0
        self._factor = 10 ** (gain_db / 20)

    def feed(self, signal: Signal) -> Signal:
        """The same hops, each as it should be; their number is whole."""
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
    """What was said of a sentence so far tells how much louder the rest of it is said: its vowels are louder than others' or softer."""

    def __init__(self) -> None:
        self._powers: list[float] = []
        self._factor = 0.0

    def feed(self, signal: Signal) -> Signal:
        """The same blocks, each as it should be; their number is whole."""
        blocks = signal.reshape(-1, BLOCK)
        return np.concatenate([self._levelled(block) for block in blocks]) if len(blocks) else signal

    def rest(self, signal: Signal) -> Signal:
        """Less than a block: as loud as what came before."""
        return signal * self._factor if self._factor else signal

    def _levelled(self, block: Signal) -> Signal:
        self._powers.append(weighted_power(block))
        said = integrated(np.array(self._powers))
        wanted = AIM_LUFS - said if math.isfinite(said) else 0.0
        sure = len(self._powers) / (len(self._powers) + DOUBT)
        after = 10 ** (min(max(wanted * sure, -MOST_LU), MOST_LU) / 20)
        before, self._factor = self._factor or after, after
        return block * (before + (after - before) * GLIDE)


class Finish:
    """One sentence, arriving in blocks; `flush` gives what is left. As many samples come out as went in."""

    def __init__(self, gain_db: float) -> None:
        self._compressor = Compressor(gain_db)
        self._leveller = Leveller()
        self._part: Signal = np.zeros(0)
        self._louder: Signal = np.zeros(0)
        self._said = 0

    def feed(self, block: Signal) -> Signal:
        """What can be said now."""
        part = np.concatenate([self._part, block])
        whole = len(part) // BLOCK * BLOCK
        self._part = part[whole:]
        return self._limited(self._leveller.feed(self._compressor.feed(part[:whole])), SIGHT)

    def flush(self) -> Signal:
        """The rest."""
        rest, self._part = self._part, self._part[:0]
        return self._limited(self._leveller.rest(self._compressor.feed(_whole(rest))[: len(rest)]), 0)

    def _limited(self, signal: Signal, held: int) -> Signal:
        """Everything but the last `held` samples, limited in the sight of its neighbours."""
        heard = np.concatenate([self._louder, signal])
        ready = max(self._said, len(heard) - held)
        said = limit(heard)[self._said : ready]
        kept = max(0, ready - SIGHT)
        self._louder, self._said = heard[kept:], ready - kept
        return said


def finished(sound: Samples, rate: int, curve: Curve) -> Slices[bytes]:
    """A whole sound of unknown loudness as signed 16-bit mono PCM at RATE. Raises CannotSay where nothing is heard in it."""
    signal = yield from resampled(sound, rate, curve)
    if not (yield from audible(signal)):
        raise CannotSay("it is silent")
    whole, compressor = _whole(signal), Compressor(0.0)
    parts: list[Signal] = []
    for start in range(0, len(whole), TOGETHER):
        parts.append(compressor.feed(whole[start : start + TOGETHER]))
        yield
    compressed = np.concatenate(parts)[: len(signal)]
    levelled = yield from levelling(compressed)
    said = bytearray()
    for start in range(0, len(levelled), TOGETHER):
        said += octets(levelled[start : start + TOGETHER])
        yield
    return bytes(said)


def octets(signal: Signal) -> bytes:
    """Signed 16-bit PCM of a signal whose full scale is 1."""
    return pcm(quantised(signal))


def _whole(signal: Signal) -> Signal:
    """Filled up to whole hops."""
    return np.pad(signal, (0, -len(signal) % HOP))


_KEPT_RISING = math.exp(-HOP / RATE / RISE_S)
_KEPT_FALLING = math.exp(-HOP / RATE / FALL_S)
