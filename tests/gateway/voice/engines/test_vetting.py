"""The sound of a chosen voice is checked: its rate, its length against its words, its loudness."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from drivers.sound import Samples
from gateway.model.speaker import Curve
from gateway.voice import RATE, CannotSay
from gateway.voice.engines.vetting import LONGEST_S, SHORTEST_S, vetted

WORDS = "请立即转移。"
CHARACTERS = 5


def hum(seconds: float, rate: int = RATE, peak: int = 7000) -> Samples:
    return (peak * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 500 / rate)).astype(np.int16)


@pytest.mark.parametrize("rate", [RATE, 22050, 48000])
def test_a_whole_sentence_comes_back_at_our_rate(rate: int) -> None:
    pcm = asyncio.run(vetted(WORDS, hum(1.5, rate), rate, Curve.FLAT))
    assert len(pcm) / 2 / RATE == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize(
    ("sound", "rate", "why"),
    [
        (hum(0.9 * SHORTEST_S * CHARACTERS), RATE, "not the whole of it"),
        (hum(1.1 * LONGEST_S * (CHARACTERS + 2)), RATE, "not the whole of it"),
        (hum(1.5, 4000), 4000, "no rate of speech"),
        (hum(1.5, peak=0), RATE, "silent"),
    ],
)
def test_a_cut_off_an_endless_and_a_silent_sound_are_refused(sound: Samples, rate: int, why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        asyncio.run(vetted(WORDS, sound, rate, Curve.FLAT))
