"""Slower and faster speech: the same pitch, the right length, no click, and silence stays silence."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.sound import Samples
from gateway.voice.sound.slices import at_once
from gateway.voice.sound.stretching import FASTEST, SLOWEST, stretched

RATES = [8000, 16000, 22050, 24000, 48000]
SPEEDS = st.floats(SLOWEST, FASTEST)


def voiced(seconds: float, rate: int, hertz: float = 120.0) -> Samples:
    """A buzz with the overtones of a voice, which swells as syllables do."""
    moments = np.arange(int(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hertz * number * moments) / number for number in range(1, 12))
    return np.asarray(np.rint(6000 * tones * (0.3 + np.abs(np.sin(7 * moments)))), np.int16)


def pitch(sound: np.ndarray[tuple[int], np.dtype[np.float32]], rate: int) -> float:
    """The frequency of the strongest tone in Hz, in steps of a third."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 3 * rate))
    return float(spectrum.argmax()) / 3


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("speed", [0.5, 0.65, 0.9, 1.2])
@pytest.mark.parametrize("hertz", [85.0, 290.0])
def test_it_lasts_as_long_as_asked_at_the_same_pitch(rate: int, speed: float, hertz: float) -> None:
    made = at_once(stretched(voiced(2, rate, hertz), rate, speed))
    assert len(made) == round(2 * rate / speed)
    assert pitch(made, rate) == pytest.approx(hertz, rel=0.01)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [200.0, 1500.0])
def test_no_click_is_added_where_frames_meet(rate: int, hertz: float) -> None:
    """A jump between two samples is no greater than the sound's own, and a tone stays as loud as it was."""
    moments = np.arange(3 * rate) / rate
    tone = np.rint(12000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)
    for speed in (0.55, 0.7, 0.9, 1.15):
        made = at_once(stretched(tone, rate, speed)) * 32768
        own = np.abs(np.diff(tone.astype(int))).max()
        assert np.abs(np.diff(made)).max() <= 1.2 * own
        inner = made[rate // 10 : -rate // 10].reshape(-1)
        swells = [part.std() for part in np.array_split(inner, 60)]
        assert min(swells) > 0.93 * tone.std()
        assert max(swells) < 1.03 * tone.std()


@pytest.mark.parametrize("speed", [0.55, 0.65, 0.8, 0.95, 1.1])
def test_everything_is_heard_at_its_time(speed: float) -> None:
    """Syllables come when the speed says: none is early, late, or lost."""
    rate = 24000
    sound = np.concatenate([np.concatenate([voiced(0.12, rate), np.zeros(rate // 10, np.int16)])] * 12)
    made = at_once(stretched(sound, rate, speed))
    for heard in (sound / 32768, made):
        assert np.abs(heard).max() > 0.3
    first, then = (beginnings(heard, rate) for heard in (sound / 32768, made))
    assert len(then) == len(first) == 12
    assert np.abs(then - first / speed).max() < 0.04


def beginnings(heard: np.ndarray[Any, np.dtype[Any]], rate: int) -> np.ndarray[Any, np.dtype[Any]]:
    """The seconds at which sound begins after 50 ms of silence."""
    loud = np.flatnonzero(np.abs(heard) > 0.02) / rate
    return np.concatenate([loud[:1], loud[1:][np.diff(loud) > 0.05]])


def test_its_own_speed_changes_nothing() -> None:
    sound = voiced(1, 24000)
    assert np.array_equal(at_once(stretched(sound, 24000, 1.0)) * 32768, sound)


@settings(max_examples=60, deadline=None)
@given(
    seconds=st.floats(0, 0.3),
    speed=SPEEDS,
    rate=st.sampled_from(RATES),
    seed=st.integers(0, 1000),
)
def test_any_short_sound_keeps_its_length_and_its_bounds(
    seconds: float, speed: float, rate: int, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(-32768, 32768, int(seconds * rate)).astype(np.int16)
    made = at_once(stretched(noise, rate, speed))
    assert len(made) == round(len(noise) / speed)
    assert np.abs(made).max(initial=0) <= 1
    same = min(50, len(made), len(noise))
    assert np.array_equal(made[:same], (noise / np.float32(32768))[:same])


@settings(max_examples=20, deadline=None)
@given(speed=SPEEDS, rate=st.sampled_from(RATES))
def test_silence_stays_silence(speed: float, rate: int) -> None:
    assert not at_once(stretched(np.zeros(rate, np.int16), rate, speed)).any()


def test_a_silence_between_two_words_stays_silent_and_grows_with_them() -> None:
    rate = 24000
    word = voiced(0.5, rate)
    made = at_once(stretched(np.concatenate([word, np.zeros(rate // 2, np.int16), word]), rate, 0.6))
    loud = np.flatnonzero(np.abs(made) > 0.01)
    assert np.diff(loud).max() / rate == pytest.approx(0.5 / 0.6, abs=0.05)


@pytest.mark.parametrize("speed", [0.0, -1.0, 0.49, 1.3, float("nan")])
def test_a_speed_that_nobody_would_understand_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        at_once(stretched(voiced(0.1, 8000), 8000, speed))


def test_it_works_in_slices_and_at_little_cost(capsys: pytest.CaptureFixture[str]) -> None:
    sound = voiced(5, 24000)
    slices = stretched(sound, 24000, 0.65)
    began, longest, count = time.process_time(), 0.0, 0
    while True:
        started = time.process_time()
        over = next(slices, "over") == "over"
        longest, count = max(longest, time.process_time() - started), count + 1
        if over:
            break
    cost = time.process_time() - began
    with capsys.disabled():
        print(f" [5 s of speech: {cost * 1000:.1f} ms, longest slice {longest * 1000:.1f} ms]", end="")
    assert count > 3
