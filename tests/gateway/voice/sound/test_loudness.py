"""Loudness as ITU-R BS.1770 has it, beside another computation of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gateway.voice import RATE
from gateway.voice.sound import loudness as loudness_module
from gateway.voice.sound.loudness import audible, energies, loudness
from gateway.voice.sound.slices import at_once
from tests.support.standard_loudness import standard_loudness

Signal = NDArray[np.floating[Any]]


def syllables(seconds: float, seed: int = 1) -> Signal:
    """A noisy buzz that swells as syllables do, with pauses."""
    moments = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).standard_normal(len(moments))
    swell = np.maximum(0, np.sin(2 * np.pi * 2 * moments)) * (np.sin(2 * np.pi * 0.31 * moments) > -0.6)
    return np.asarray((0.2 * np.sin(2 * np.pi * 300 * moments) + 0.05 * noise) * swell)


@pytest.mark.parametrize("seconds", [0.9, 2.0, 5.0, 30.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_that_of_the_standard(seconds: float, seed: int) -> None:
    sound = syllables(seconds, seed)
    assert loudness(sound) == pytest.approx(standard_loudness(sound), abs=0.25 if seconds < 2 else 0.15)


@pytest.mark.parametrize("hertz", [60.0, 300.0, 997.0, 3000.0, 6000.0])
def test_a_tone_is_as_loud_as_the_standard_says(hertz: float) -> None:
    tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(10 * RATE) / RATE)
    assert loudness(tone) == pytest.approx(standard_loudness(tone), abs=0.03)
    if hertz == 997.0:
        assert loudness(tone) == pytest.approx(-3.01 + 20 * math.log10(0.3), abs=0.1), "BS.1770-4, annex 1"


@pytest.mark.parametrize("seconds", [0.3, 3.9, 4.0, 4.05, 9.3])
def test_slices_change_nothing(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    noise = np.random.default_rng(1).standard_normal(int(seconds * RATE)) * 0.3
    sliced = at_once(energies(noise))
    monkeypatch.setattr(loudness_module, "SLICE", 100)
    assert np.allclose(sliced, at_once(energies(noise)), rtol=1e-5)


def test_what_is_silent_or_shorter_than_a_block_has_no_loudness() -> None:
    for length in (0, 1, 100, RATE // 4):
        assert loudness(np.zeros(length)) == -math.inf
    assert loudness(np.zeros(10 * RATE)) == -math.inf
    assert loudness(np.ones(RATE // 4)) == -math.inf


@pytest.mark.parametrize(
    ("level_db", "hertz", "seconds", "heard"),
    [
        (-42.0, 500.0, 2.0, True),
        (-55.0, 500.0, 2.0, False),
        (0.0, 5.0, 2.0, False),
        (-10.0, 500.0, 0.05, False),
        (-10.0, 500.0, 0.9, True),
    ],
)
def test_what_a_person_would_hear_is_audible(
    level_db: float, hertz: float, seconds: float, heard: bool
) -> None:
    sound = np.zeros(2 * RATE)
    moments = np.arange(int(seconds * RATE)) / RATE
    sound[: len(moments)] = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * moments)
    assert audible(at_once(energies(sound))[:, 1]) is heard
