"""Toned syllables become espeak-ng's phonemes."""

from __future__ import annotations

import pytest

from gateway.voice.mandarin.phonemes import NotASyllable, phonemes


@pytest.mark.parametrize(
    ("syllable", "mnemonic"),
    [
        ("xiong1", "S;j'ong55"),
        ("zhong4", "ts.'ong51"),
        ("yi1", "j'i55"),
        ("shi2", "s.'i.35"),
        ("si4", "s'i[51"),
        ("ju3", "tS;'y214"),
        ("lve4", "l'yE51"),
        ("nue4", "n'yE51"),
        ("de5", "t'@11"),
        ("er2", "'@r35"),
        ("shui3", "s.w'ei214"),
    ],
)
def test_a_syllable_has_its_phonemes_and_its_tone(syllable: str, mnemonic: str) -> None:
    assert phonemes(syllable) == mnemonic


@pytest.mark.parametrize("text", ["", "zhong", "zhong6", "Zhong4", "zhon4", "bx1", "六", "lü4"])
def test_anything_else_is_no_syllable(text: str) -> None:
    with pytest.raises(NotASyllable):
        phonemes(text)
