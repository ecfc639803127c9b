"""One loudness for whatever comes, alone and in company, in slices that do not hold the loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gateway.voice import RATE, CannotSay
from gateway.voice.sound.levelling import level, levelling
from gateway.voice.sound.limiting import CEILING
from gateway.voice.sound.loudness import TARGET_LUFS
from gateway.voice.sound.resampling import resampled
from gateway.voice.sound.slices import Slices, at_once
from tests.support.standard_loudness import standard_loudness

Signal = NDArray[np.floating[Any]]


def voice(gain: float, seconds: float, hertz: float = 300.0) -> Signal:
    """A buzz that swells as syllables do."""
    moments = np.arange(int(seconds * RATE)) / RATE
    swell = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 2 * moments))
    return np.asarray(gain * np.sin(2 * np.pi * hertz * moments) * swell)


@pytest.mark.parametrize("gain", [0.01, 0.05, 1.0, 8.0])
@pytest.mark.parametrize("seconds", [1, 20])
def test_whatever_comes_is_levelled(gain: float, seconds: int) -> None:
    levelled = level(voice(gain, seconds))
    pause = np.zeros(RATE // 2)
    assert abs(standard_loudness(np.concatenate([pause, levelled, pause])) - TARGET_LUFS) < 0.5
    assert np.abs(levelled).max() <= CEILING + 1e-5


@pytest.mark.parametrize("pauses", [(0.06, 0.06), (0.26, 0.26), (0.24, 0.6), (0.6, 0.6)])
def test_pieces_of_any_loudness_are_one_message_of_our_loudness(pauses: tuple[float, float]) -> None:
    """Pieces of one second and of six, each levelled alone: together with pauses they have the loudness."""
    pieces = [
        level(voice(gain, seconds, hertz))
        for gain, seconds, hertz in ((0.05, 1.0, 200), (0.9, 6.0, 900), (0.2, 0.7, 400), (0.5, 2.2, 300))
    ]
    parts = [
        part
        for number, piece in enumerate(pieces)
        for part in (piece, np.zeros(int(pauses[number % 2] * RATE)))
    ]
    assert abs(standard_loudness(np.concatenate(parts)) - TARGET_LUFS) < 0.5


def test_clicks_are_kept_under_the_ceiling() -> None:
    noise = 0.05 * np.random.default_rng(1).standard_normal(5 * RATE)
    noise[RATE::RATE] = 3.0
    levelled = level(noise)
    assert np.abs(levelled).max() <= CEILING + 1e-5
    assert abs(standard_loudness(levelled) - TARGET_LUFS) < 0.5


def test_silence_and_almost_nothing_stay_as_they_are() -> None:
    for length in (0, 1, 100, RATE):
        assert not level(np.zeros(length)).any()
        assert len(level(np.zeros(length))) == length
        with pytest.raises(CannotSay):
            at_once(levelling(np.zeros(length)))


@settings(max_examples=40, deadline=None)
@given(length=st.integers(0, 4000), gain=st.floats(1e-6, 10), seed=st.integers(0, 99), lone=st.booleans())
def test_nothing_short_or_faint_is_made_infinite(length: int, gain: float, seed: int, lone: bool) -> None:
    sound = gain * np.random.default_rng(seed).standard_normal(length)
    if lone:
        sound[1:] = 0
    levelled = level(sound)
    assert np.isfinite(levelled).all()
    assert len(levelled) == length
    if levelled is not sound:
        assert np.abs(levelled).max() <= CEILING + 1e-5


def test_no_slice_of_a_minute_of_speech_holds_the_loop_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    """A slice is a small share of the whole. The median of three runs counts."""
    moments = np.arange(60 * 22050) / 22050
    spoken = (9000 * np.sin(2 * np.pi * 300 * moments) * np.abs(np.sin(2 * np.pi * 2 * moments))).astype(
        np.int16
    )

    def shares(work: Slices[Any]) -> tuple[float, float]:
        times: list[float] = []
        done = False
        while not done:
            started = time.thread_time()
            done = next(work, "over") == "over"
            times.append(time.thread_time() - started)
        return max(times), max(times) / sum(times)

    makers: tuple[tuple[str, Callable[[], Slices[Any]]], ...] = (
        ("rate", lambda: resampled(spoken, 22050)),
        ("level", lambda: levelling(spoken[: 60 * RATE] / 32768)),
    )
    for name, make in makers:
        longest, share = sorted((shares(make()) for _ in range(3)), key=lambda figures: figures[1])[1]
        with capsys.disabled():
            print(f" [{name}: longest slice {longest * 1000:.1f} ms, {share:.0%} of the work]", end="")
        assert share < 0.25
