"""A limiter: sound is turned down around its peaks, those between its samples among them.

The peaks are kept for grains of half a millisecond. So the gain for a sound can be tried many times at the
cost of one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.voice import RATE
from gateway.voice.sound.loudness import Signal
from gateway.voice.sound.slices import Slices

CEILING = 10 ** (-4.7 / 20)
"""The highest peak, between samples too, as far as INTERPOLATION finds it.

A speaker that gets the sound at 8 kHz, coded as ADPCM, hears peaks up to 2.7 dB higher (measured over 200
messages of espeak-ng and of Kokoro, for both curves): the true peak stays under -1.5 dBTP there too.
"""
GRAIN = 8
"""Samples for which one peak is kept: half a millisecond. Our choice."""
REACH = 6
"""Grains by which turning down begins before a peak and ends after it: 3 ms. A longer reach costs loudness:
speech peaks at every period of its voice. Our choice."""
INTERPOLATION = (0.62382, -0.16919, 0.06409, -0.01872)
"""Weights of the neighbours of the middle between two samples, from the nearest on: a sinc under a Kaiser
window of beta 3."""
SLICE = 4 * RATE
"""Samples in one slice: some milliseconds of work. Our choice."""
AROUND = GRAIN * 2
"""Samples on either side of a slice that its peaks depend on, at least. A whole number of grains."""


class Grains(NamedTuple):
    """The grains of a sound."""

    peaks: NDArray[np.float32]
    """The highest level in each grain."""
    energies: NDArray[np.float32]
    """The sum of the squares of its samples."""


def grains(signal: Signal) -> Slices[Grains]:
    """The grains of a signal, with silence behind it up to whole grains."""
    peaks: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
    energies: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
    padded = np.zeros(2 * AROUND + len(signal) + -len(signal) % GRAIN, np.float32)
    padded[AROUND : AROUND + len(signal)] = signal
    for first in range(0, len(padded) - 2 * AROUND, SLICE):
        part = padded[first : first + SLICE + 2 * AROUND]
        level = np.maximum(np.abs(part), _between(part))[AROUND:-AROUND].reshape(-1, GRAIN)
        # Column by column: numpy is twenty times slower along rows as short as a grain.
        peaks.append(np.maximum.reduce(list(level.T)))
        inner = part[AROUND:-AROUND].reshape(-1, GRAIN)
        energies.append(np.einsum("ij,ij->i", inner, inner))
        yield
    return Grains(np.concatenate(peaks), np.concatenate(energies))


def _between(part: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each sample the level in the middle between it and the next."""
    last, reach = len(part) - 2 * len(INTERPOLATION) + 1, len(INTERPOLATION) - 1
    made = np.zeros(len(part), np.float32)
    inner = made[reach : reach + last]
    for number, weight in enumerate(INTERPOLATION):
        before, after = reach - number, reach + 1 + number
        inner += np.float32(weight) * (part[before : before + last] + part[after : after + last])
    return np.abs(made)


def gains(peaks: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """The gain for each grain by which a signal that is `factor` times as loud stays under CEILING."""
    over = peaks * np.float32(factor / CEILING)
    if not len(over) or over.max() <= 1:
        return np.ones_like(over)
    wanted = 1 / np.maximum(1, _highest_near(over, REACH + 1))
    edged = np.concatenate([np.full(REACH, wanted[0]), wanted, np.full(REACH, wanted[-1])])
    smooth = _mean(_mean(edged, REACH + 1), REACH + 1)
    return np.asarray(smooth, np.float32)


def turned(signal: Signal, by: NDArray[np.float32]) -> Slices[Signal]:
    """A signal at the gain of each of its grains. Between the middles of grains the gain runs straight."""
    made: list[Signal] = [np.zeros(0, np.float32)]
    edged = np.concatenate([by[:1], by, by[-1:]])
    for first in range(0, len(signal), SLICE):
        part = signal[first : first + SLICE]
        whole = np.zeros((-(-len(part) // GRAIN), GRAIN), np.float32)
        whole.reshape(-1)[: len(part)] = part
        start = first // GRAIN
        before, here, after = (edged[start + place :][: len(whole)] for place in range(3))
        for column in range(GRAIN):
            away = np.float32((column + 0.5) / GRAIN - 0.5)
            whole[:, column] *= here + abs(away) * ((before if away < 0 else after) - here)
        made.append(whole.reshape(-1)[: len(part)])
        yield
    return np.concatenate(made)


def _mean(values: NDArray[np.floating[Any]], width: int) -> NDArray[np.float64]:
    """The mean of each `width` neighbours; the result is shorter by width - 1.

    Applied twice, its weights are a triangle, at the cost of two sums.
    """
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray((sums[width:] - sums[:-width]) / width)


def _highest_near(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """The largest value within `reach` on either side of each value.

    The windows are doubled at each step, so a minute of sound costs milliseconds.
    """
    highest = np.zeros(len(values) + 2 * reach, values.dtype)
    highest[reach:-reach] = values
    width = 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        highest = np.maximum(highest[:-step], highest[step:])
        width += step
    return highest
