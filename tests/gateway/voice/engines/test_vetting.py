"""The sound of a voice is checked: its rate, its length against its syllables, its silence."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.sound import Samples
from gateway.voice import RATE, CannotSay
from gateway.voice.engines import Bounds, Heard
from gateway.voice.engines.vetting import vetted
from gateway.voice.piece import Piece
from tests.support.toy_voice import Toy
from tests.support.voice_output import pieces

SYLLABLES = 5
BOUNDS = Bounds(0.09, 1.2, 0.8)


def piece() -> Piece:
    (one,) = pieces(Toy(), "请立即转移。")
    return one


def tone(seconds: float, rate: int = RATE, peak: int = 7000) -> Samples:
    return (peak * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 500 / rate)).astype(np.int16)


def quiet(seconds: float, rate: int = RATE) -> Samples:
    return np.zeros(int(seconds * rate), np.int16)


@pytest.mark.parametrize("rate", [RATE, 22050, 48000])
def test_the_silence_at_both_ends_is_cut(rate: int) -> None:
    sound = np.concatenate([quiet(0.4, rate), tone(1.5, rate), quiet(1.0, rate)])
    assert len(vetted(piece(), Heard(sound, rate), BOUNDS)) / rate == pytest.approx(1.56, abs=0.01)


@pytest.mark.parametrize(
    ("sound", "rate", "why"),
    [
        (tone(0.9 * BOUNDS.shortest_s * SYLLABLES - 0.06), RATE, "not the whole of it"),
        (tone(1.1 * BOUNDS.longest_s * (SYLLABLES + 2)), RATE, "not the whole of it"),
        (np.concatenate([tone(1.0), quiet(0.9), tone(1.0)]), RATE, "silent for 0.9 s"),
        (tone(1.5, 4000), 4000, "no rate of speech"),
        (tone(1.5, peak=0), RATE, "silent"),
    ],
)
def test_a_cut_off_an_endless_a_broken_and_a_silent_sound_are_refused(
    sound: Samples, rate: int, why: str
) -> None:
    with pytest.raises(CannotSay, match=why):
        vetted(piece(), Heard(sound, rate), BOUNDS)
