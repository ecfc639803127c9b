"""The sound of a voice is checked: its rate, its length against its syllables, its silence."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sound import Samples, quantised
from gateway.voice import RATE, CannotSay
from gateway.voice.engines import Bounds, Heard
from gateway.voice.engines.kokoro import BOUNDS as BOUNDS_OF_KOKORO
from gateway.voice.engines.kokoro import ONSET_S, KokoroVoice
from gateway.voice.engines.vetting import vetted
from gateway.voice.mandarin.lexicon import OURS
from gateway.voice.phrasing import phrased
from gateway.voice.piece import Piece, Word
from tests.support import tiny_models
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


STRICT = BOUNDS_OF_KOKORO._replace(onset_s=ONSET_S)
"""The bounds of a voice whose sound is known well."""
SAID = "请山洪沟口的村民立即转移。"


def neural(text: str = SAID) -> Piece:
    return only(phrased(text, OURS, KokoroVoice.lengths))


def only(several: list[Piece]) -> Piece:
    assert len(several) == 1
    return several[0]


def speech(syllables: int, a_syllable_s: float = 0.2, pauses: Collection[int] = ()) -> Samples:
    """Something like speech: a hiss and a hum for every syllable, with a voice's silence around it."""
    random, rate = np.random.default_rng(7), tiny_models.RATE
    time = np.arange(int(0.55 * a_syllable_s * rate)) / rate
    hum = sum(np.sin(2 * np.pi * 120 * number * time + number) for number in range(1, 9))
    voiced = (0.15 * hum / np.sqrt(np.mean(hum**2))).clip(-0.9, 0.9)
    hiss = 0.01 * random.standard_normal(int(0.45 * a_syllable_s * rate))
    sound = [np.zeros(int(0.4 * rate))]
    for number in range(syllables):
        sound += [np.zeros(int(0.2 * rate) * (number in pauses)), hiss, voiced]
    return quantised(np.concatenate([*sound, np.zeros(int(0.9 * rate))]))


def heard(sound: Samples) -> Heard:
    return Heard(sound, tiny_models.RATE)


def inner(sound: Samples) -> slice:
    """Where the speech is."""
    loud = np.flatnonzero(sound)
    return slice(int(loud[0]), int(loud[-1]) + 1)


def changed(sound: Samples, speech: Samples) -> Samples:
    """The sound with other speech between its silences."""
    place = inner(sound)
    return np.concatenate([sound[: place.start], speech, sound[place.stop :]])


def test_whole_speech_is_let_through() -> None:
    sound = speech(12, pauses=[4])
    kept = vetted(neural(), heard(sound), STRICT)
    assert len(kept) / tiny_models.RATE == pytest.approx(12 * 0.2 + 0.2 + 0.06, abs=0.02)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda sound: changed(sound, sound[inner(sound)][: int(0.66 * 2.4 * 24000)]), "not the whole of it"),
        (lambda sound: changed(sound, np.tile(sound[inner(sound)], 2)), "or too much"),
        (lambda sound: sound[: inner(sound).stop], "cut off"),
        (lambda sound: sound[inner(sound).start :], "cut off"),
        (lambda sound: sound * 0, "silent"),
        (lambda sound: changed(sound, tone(2.4, 24000, 5000)), "its level changes by"),
        (lambda sound: quantised(sound / 32768 * 4), "peak"),
        (lambda sound: (sound / 20).astype(np.int16), "peak"),
        (lambda sound: changed(sound, np.clip(sound[inner(sound)], -4000, 4000) * 7), "level"),
        (lambda sound: speech(12, pauses=[2, 4, 6]), "3 pauses and 1 marks"),
        (
            lambda sound: changed(sound, np.insert(sound[inner(sound)], 20000, quiet(0.9, 24000))),
            "in its middle",
        ),
        (lambda sound: speech(20), "or too much"),
    ],
)
def test_speech_with_a_fault_is_refused_in_a_sentence(spoil: Callable[[Samples], Samples], why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        vetted(neural(), heard(spoil(speech(12))), STRICT)


def test_a_voice_before_a_first_consonant_without_voice_is_refused() -> None:
    """What Kokoro does when it speaks slowly: 也请 in place of 请."""
    sound = speech(12)
    vowel = inner(sound).start + int(0.09 * 24000)
    false = changed(sound, np.concatenate([sound[vowel : vowel + int(0.12 * 24000)], sound[inner(sound)]]))
    with pytest.raises(CannotSay, match="before its first consonant"):
        vetted(neural(), heard(false), STRICT)
    assert len(vetted(neural("预计山洪沟口的村民立即转移。"), heard(false), STRICT))


@given(st.integers(5, 25), st.floats(0.155, 0.29), st.floats(0.0, 0.45), st.floats(0.0, 1.0))
def test_whatever_of_a_piece_is_lost_it_is_refused_once_half_of_it_is(
    many: int, a_syllable_s: float, kept: float, start: float
) -> None:
    """However fast the voice: the least share that can be lost unheard is given by the two bounds."""
    said = Piece((Word("雨" * many, ("yu3",) * many),))
    sound = speech(many, a_syllable_s)
    whole = sound[inner(sound)]
    first = int(start * (1 - kept) * len(whole))
    assert len(vetted(said, heard(sound), STRICT)) >= len(whole)
    with pytest.raises(CannotSay):
        vetted(said, heard(changed(sound, whole[first : first + int(kept * len(whole))])), STRICT)
