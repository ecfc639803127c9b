"""What is measured of a recording, against what was put into it."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray

from gateway.voice.sound.quality import Quality, measured
from gateway.voice.sound.recording import opened
from tests.support.spoken_files import RATE, file_of, speech


def of(sound: NDArray[np.float64], kind: str = "WAV") -> Quality:
    return measured(asyncio.run(opened(file_of(sound, kind))))


@pytest.mark.parametrize(("lead", "tail"), [(0.4, 0.4), (1.2, 0.3), (0.2, 2.0)])
def test_silence_at_the_ends_is_measured_to_a_frame(lead: float, tail: float) -> None:
    quality = of(speech(9, lead_s=lead, tail_s=tail))
    assert quality.lead_s == pytest.approx(lead, abs=0.05)
    assert quality.tail_s == pytest.approx(tail, abs=0.08)
    assert quality.speech_s == pytest.approx(2.4, abs=0.1)


def test_a_click_of_the_key_is_no_speech() -> None:
    sound = speech(9, lead_s=1.0)
    sound[1000:1200] += 0.3
    assert of(sound).lead_s == pytest.approx(1.0, abs=0.05)


def test_loudness_and_noise_follow_the_microphone() -> None:
    near, far = of(speech(9)), of(speech(9, level_db=-40, noise_db=-65))
    assert near.lufs - far.lufs == pytest.approx(20, abs=1)
    assert near.noise_db == pytest.approx(-65, abs=2)
    assert near.clean_db - far.clean_db == pytest.approx(20, abs=2)


def test_digital_silence_counts_as_the_cleanest() -> None:
    assert of(speech(9, noise_db=-200)).noise_db == pytest.approx(-96, abs=0.1)


@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG", "FLAC"])
def test_a_sound_that_ran_into_full_scale_is_told_in_every_format(kind: str) -> None:
    assert of(speech(9, level_db=0), kind).cut > 20
    assert of(speech(9, level_db=-20), kind).cut == 0


def test_a_cut_wave_that_was_made_quieter_is_told_too() -> None:
    loud = np.clip(speech(9, level_db=0), -1, 1)
    assert of(loud * 0.5).cut > 20


def test_a_wave_that_only_touches_full_scale_is_whole() -> None:
    sound = speech(9)
    assert of(sound / np.abs(sound).max()).cut < 4


def test_the_hum_of_the_mains_is_told_from_a_hiss() -> None:
    assert of(speech(9, noise_db=-70, hum_db=-45)).hums
    assert not of(speech(9, noise_db=-45)).hums


def test_nothing_but_silence_has_no_speech() -> None:
    quality = of(np.zeros(2 * RATE))
    assert quality.speech_s == 0
    assert quality.lufs == float("-inf")
    assert quality.cut == 0
