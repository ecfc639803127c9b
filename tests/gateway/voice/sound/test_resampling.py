"""Speech at our rate: the same tone, as many samples as its length asks, and the curve of its loudspeaker."""

from __future__ import annotations

import math

import numpy as np
import pytest

from drivers.sound import Samples, resample
from gateway.model.speaker import Curve
from gateway.voice import RATE
from gateway.voice.sound.resampling import Resampling, resampled, takes
from gateway.voice.sound.slices import at_once


def sine(hertz: float, seconds: float, rate: int) -> Samples:
    return (16000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def decibels(hertz: float, curve: Curve) -> float:
    """How much louder the curve makes a tone."""
    flat, bent = (at_once(resampled(sine(hertz, 2, 22050), 22050, each)) for each in (Curve.FLAT, curve))
    return float(20 * np.log10(bent[RATE // 2 : -RATE // 2].std() / flat[RATE // 2 : -RATE // 2].std()))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_a_tone_keeps_its_pitch_its_level_and_its_length(rate: int) -> None:
    signal = at_once(resampled(sine(1000, 1.7, rate), rate))
    assert len(signal) == math.ceil(int(1.7 * rate) * RATE / rate)
    inner = signal[2000:-2000]
    assert np.argmax(np.abs(np.fft.rfft(inner))) * RATE / len(inner) == pytest.approx(1000, abs=2)
    assert inner.std() == pytest.approx(16000 / 32768 / math.sqrt(2), rel=0.01)


def test_a_sound_in_blocks_is_the_sound_in_one_go() -> None:
    sound = sine(700, 3, 22050)
    whole = at_once(resampled(sound, 22050))
    change = Resampling(22050)
    parts = [change.feed(sound[start : start + 1234]) for start in range(0, len(sound), 1234)]
    assert np.allclose(np.concatenate([*parts, change.flush()]), whole, atol=1e-6)


@pytest.mark.parametrize(("hertz", "change"), [(150, -30), (700, 0), (2000, 4), (4000, 5)])
def test_the_horn_has_its_curve(hertz: float, change: float) -> None:
    assert decibels(hertz, Curve.HORN) == pytest.approx(change, abs=0.5)


@pytest.mark.parametrize(("rate", "taken"), [(8000, True), (44100, True), (7999, False), (16001, False)])
def test_a_rate_of_speech_that_shares_a_divisor_with_ours_is_taken(rate: int, taken: bool) -> None:
    assert takes(rate) is taken


@pytest.mark.parametrize("samples_", [1, 100, 22050, 56448, 56449, 22050 * 9])
def test_a_sentence_changes_its_rate_in_slices_as_it_would_in_one_go(samples_: int) -> None:
    moments = np.arange(samples_) / 22050
    sweep = (8000 * np.sin(2 * np.pi * (200 + 3000 * moments / (moments[-1] + 1)) * moments)).astype(np.int16)
    sliced = np.rint(at_once(resampled(sweep, 22050)) * 32768).astype(np.int16)
    reference = resample(sweep, 22050, RATE)
    assert len(sliced) == len(reference)
    inner = slice(50, max(51, len(sliced) - 50))
    assert np.abs(sliced[inner].astype(int) - reference[inner]).max(initial=0) <= 8
