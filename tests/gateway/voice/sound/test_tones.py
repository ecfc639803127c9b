"""Attention tones: heard, without clicks, and told apart."""

from __future__ import annotations

import numpy as np
import pytest

from gateway.model.plan import ToneName
from gateway.voice import RATE
from gateway.voice.sound.tones import TONES, tone


@pytest.mark.parametrize("name", [name for name in TONES if TONES[name]])
def test_tones_are_heard_and_end_without_a_click(name: ToneName) -> None:
    signal = tone(name)
    assert 0.45 < np.abs(signal).max() <= 0.5
    assert abs(signal[0]) < 0.01
    assert abs(signal[-1]) < 0.05


def test_every_tone_has_its_notes_and_none_has_no_sound() -> None:
    assert set(TONES) == set(ToneName)
    assert len(tone(ToneName.NONE)) == 0


@pytest.mark.parametrize("name", [name for name in TONES if TONES[name]])
def test_a_tone_lasts_as_long_as_its_notes_and_their_rests(name: ToneName) -> None:
    seconds = sum(sweep.seconds + sweep.rest for sweep in TONES[name])
    assert len(tone(name)) == pytest.approx(seconds * RATE, abs=len(TONES[name]))


def test_all_notes_lie_where_danger_signals_are_heard() -> None:
    assert all(
        500 <= hertz <= 2500
        for notes in TONES.values()
        for sweep in notes
        for hertz in (sweep.first, sweep.last)
    )
