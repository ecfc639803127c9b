"""Attention tones as data. None of them is a pattern of civil defence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.model.plan import ToneName
from gateway.voice import RATE


@dataclass(frozen=True)
class Sweep:
    """A note that glides from one frequency to another, with a silence after it."""

    first: float
    """Hz at its beginning."""
    last: float
    """Hz at its end."""
    seconds: float
    """The length of the note."""
    rest: float = 0.0
    """Seconds of silence after it."""


TONES: dict[ToneName, tuple[Sweep, ...]] = {
    ToneName.RED: (Sweep(800, 1200, 1.0),) * 3 + (Sweep(800, 1200, 1.0, 0.3),),
    ToneName.ORANGE: (Sweep(960, 960, 0.5), Sweep(770, 770, 0.5)) * 3,
    ToneName.CHIME: (Sweep(784, 784, 0.4), Sweep(659, 659, 0.4), Sweep(523, 523, 0.4), Sweep(659, 659, 0.6)),
    ToneName.LIFT: (Sweep(784, 784, 0.5), Sweep(523, 523, 0.8)),
    ToneName.DRILL: (Sweep(523, 523, 0.4), Sweep(659, 659, 0.6)),
    ToneName.NONE: (),
}
"""The notes of each tone: rising sweeps for red, two notes in turn for orange, chimes for the rest.

The ear tells them apart, and all lie within the 500-2500 Hz that ISO 7731 asks of danger signals. The
patterns are our choice.
"""

EDGE_S = 0.02
"""The fade at both ends of a note, against clicks. Our choice."""


def tone(name: ToneName) -> NDArray[np.float64]:
    """The tone at RATE with peaks of 0.5. NONE has no sound."""
    notes = [_note(sweep) for sweep in TONES[name]]
    return np.concatenate(notes) if notes else np.zeros(0)


def _note(sweep: Sweep) -> NDArray[np.float64]:
    moments = np.arange(int(sweep.seconds * RATE)) / RATE
    phase = (
        2 * np.pi * (sweep.first * moments + (sweep.last - sweep.first) * moments**2 / (2 * sweep.seconds))
    )
    edge = np.minimum(1, np.minimum(moments, sweep.seconds - moments) / EDGE_S)
    return np.concatenate([0.5 * np.sin(phase) * edge, np.zeros(int(sweep.rest * RATE))])
