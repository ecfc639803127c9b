"""A spectrum becomes sound: the inverse of a short-time Fourier transform, for the vocoder Vocos.

Vocos gives for each frame the magnitude, and the cosine and the sine of the phase. Its frames overlap; each
is weighted by a Hann window, and the sum is divided by the sum of the squared windows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.voice.sound.slices import Slices

Signal = NDArray[np.float32]
AT_ONCE = 64
"""Frames that are transformed between two pauses: less than two milliseconds."""
SMALLEST = 1e-8
"""Where the windows sum to less, the sound is left as it is."""


class Frames(NamedTuple):
    """How a spectrum was cut. The defaults are those of Vocos."""

    size: int = 1024
    """Samples of a frame's transform."""
    hop: int = 256
    """Samples from one frame to the next."""
    window: int = 1024
    """Samples of the window, in the middle of the frame."""
    centred: bool = True
    """Whether the first frame lies about the first sample: then half a frame is cut from both ends."""
    normalised: bool = False
    """Whether the transform was divided by the root of its size."""

    @property
    def sound(self) -> bool:
        """Whether the numbers can be those of a spectrum."""
        return 2 <= self.window <= self.size <= 1 << 14 and 1 <= self.hop <= self.window


def inverse(magnitude: Signal, cosine: Signal, sine: Signal, frames: Frames) -> Slices[Signal]:
    """The sound of a spectrum. The arrays have size / 2 + 1 rows, and a column for each frame.

    Raises ValueError if they have another shape.
    """
    rows, count = magnitude.shape
    if rows != frames.size // 2 + 1 or not magnitude.shape == cosine.shape == sine.shape:
        raise ValueError(f"a spectrum of {magnitude.shape}, {cosine.shape}, {sine.shape}")
    window = np.zeros(frames.size)
    start = (frames.size - frames.window) // 2
    window[start : start + frames.window] = np.hanning(frames.window + 1)[:-1]
    out = np.zeros(frames.size + frames.hop * max(0, count - 1))
    weight = np.zeros_like(out)
    scale = np.sqrt(frames.size) if frames.normalised else 1.0
    for first in range(0, count, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        complex_frames = magnitude[:, part] * (cosine[:, part] + 1j * sine[:, part])
        for number, frame in enumerate(np.fft.irfft(complex_frames.T, frames.size) * window, first):
            at = number * frames.hop
            out[at : at + frames.size] += frame * scale
            weight[at : at + frames.size] += window**2
        yield
    out = np.where(weight > SMALLEST, out / np.maximum(weight, SMALLEST), out)
    edge = frames.size // 2 if frames.centred else 0
    return out[edge : len(out) - edge].astype(np.float32)
