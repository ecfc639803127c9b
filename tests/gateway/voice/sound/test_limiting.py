"""The limiter: no peak above the ceiling, no jump, and nothing turned down where nothing is too loud."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gateway.voice import RATE
from gateway.voice.sound import limiting
from gateway.voice.sound.limiting import CEILING, GRAIN, REACH, gains, grains, turned
from gateway.voice.sound.slices import at_once
from tests.support.standard_loudness import true_peak

Signal = NDArray[np.floating[Any]]


def limited(signal: Signal, factor: float = 1.0) -> Signal:
    return at_once(turned(signal * factor, gains(at_once(grains(signal)).peaks, factor)))


@settings(max_examples=25, deadline=None)
@given(
    length=st.integers(0, 3000),
    seed=st.integers(0, 1000),
    factor=st.floats(0.01, 30),
    clicks=st.lists(st.integers(0, 2999), max_size=8),
)
def test_no_peak_is_above_the_ceiling(length: int, seed: int, factor: float, clicks: list[int]) -> None:
    signal = np.random.default_rng(seed).standard_normal(length) * 0.1
    for place in clicks:
        signal[place : place + 1] = 3.0
    made = limited(signal, factor)
    assert len(made) == length
    assert np.abs(made).max(initial=0) <= CEILING * (1 + 1e-5)


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 2900.0, 3999.0, 5100.0])
def test_peaks_between_samples_are_found(hertz: float) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE + 0.7)
    assert true_peak(limited(tone)) <= 20 * np.log10(CEILING) + 0.6


def test_what_is_soft_stays_as_it_is_and_what_is_near_a_peak_is_turned_down_without_a_jump() -> None:
    soft = 0.5 * CEILING * np.sin(np.arange(RATE) * 0.3)
    assert np.allclose(limited(soft), soft, atol=1e-6)
    soft[RATE // 2] = 4.0
    made = limited(soft)
    reach = (2 * REACH + 3) * GRAIN
    assert np.allclose(made[: RATE // 2 - reach], soft[: RATE // 2 - reach], atol=1e-6)
    quiet = np.full(RATE, 0.01)
    quiet[RATE // 2] = 4.0
    by = np.delete(limited(quiet), RATE // 2) / 0.01
    assert np.abs(np.diff(by)).max() < 2.5 / (REACH * GRAIN)


@pytest.mark.parametrize("length", [1, 7, 1000, 8001])
def test_slices_change_nothing(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    noise = np.random.default_rng(1).standard_normal(length)
    whole = limited(noise)
    monkeypatch.setattr(limiting, "SLICE", 160)
    assert np.allclose(whole, limited(noise), atol=1e-6)
