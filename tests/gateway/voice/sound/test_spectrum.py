"""A spectrum becomes the sound of which it was made."""

from __future__ import annotations

import numpy as np
import pytest

from gateway.voice.sound.slices import at_once
from gateway.voice.sound.spectrum import Frames, Signal, inverse


def transformed(sound: Signal, frames: Frames) -> tuple[Signal, Signal, Signal]:
    """The spectrum of a sound, cut in the plainest way."""
    window = np.zeros(frames.size)
    start = (frames.size - frames.window) // 2
    window[start : start + frames.window] = np.hanning(frames.window + 1)[:-1]
    whole = np.pad(sound, frames.size // 2, "reflect") if frames.centred else sound
    cut = [
        np.fft.rfft(whole[at : at + frames.size] * window)
        for at in range(0, len(whole) - frames.size + 1, frames.hop)
    ]
    spectrum = np.array(cut).T / (np.sqrt(frames.size) if frames.normalised else 1)
    phase = np.angle(spectrum)
    return np.abs(spectrum), np.cos(phase), np.sin(phase)


@pytest.mark.parametrize(
    "frames",
    [
        Frames(),
        Frames(512, 128, 512),
        Frames(1024, 256, 800, normalised=True),
        Frames(256, 64, 256, centred=False),
    ],
)
def test_the_sound_comes_back(frames: Frames) -> None:
    random = np.random.default_rng(frames.size)
    sound = random.standard_normal(40 * frames.hop).astype(np.float32)
    back = at_once(inverse(*transformed(sound, frames), frames))
    edge = 0 if frames.centred else frames.window  # where windows do not overlap, nothing is known
    assert len(back) == len(sound)
    assert np.allclose(back[edge : len(back) - edge], sound[edge : len(sound) - edge], atol=1e-4)


def test_long_spectra_give_way_and_odd_ones_are_refused() -> None:
    frames = Frames()
    magnitude = np.zeros((513, 300), np.float32)
    assert sum(1 for _ in inverse(magnitude, magnitude, magnitude, frames)) == 5
    assert len(at_once(inverse(magnitude[:, :0], magnitude[:, :0], magnitude[:, :0], frames))) == 0
    with pytest.raises(ValueError, match="a spectrum of"):
        at_once(inverse(magnitude[:512], magnitude[:512], magnitude[:512], frames))
    assert frames.sound
    assert not Frames(1024, 0, 1024).sound
    assert not Frames(0, 256, 1024).sound
