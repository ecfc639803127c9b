"""Toned syllables become Kokoro's tokens. The golden ones were written by hand from the table of sounds."""

from __future__ import annotations

from string import ascii_uppercase

import pytest
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

from gateway.voice.mandarin.kokoro_tokens import IDS, LONGEST, CannotToken, phonemes, tokens
from gateway.voice.piece import MARKS, Piece, Word

GOLDEN = {
    # initials, and i after each kind of them
    "ba1": "pa→", "pi2": "pʰi↗", "mu3": "mu↓", "fei4": "fei↘", "de5": "tɤ", "ti2": "tʰi↗", "nan2": "na↗n",
    "lang4": "la↘ŋ", "ge4": "kɤ↘", "kou3": "kʰou↓", "hong2": "xʊ↗ŋ", "ji2": "ʨi↗", "qi4": "ʨʰi↘",
    "xi1": "ɕi→", "zhi3": "ꭧɨ↓", "chi2": "ꭧʰɨ↗", "shi2": "ʂɨ↗", "ri4": "ɻɨ↘", "zi5": "ʦɨ", "ci4": "ʦʰɨ↘",
    "si4": "sɨ↘",
    # finals with i
    "jia1": "ʨja→", "jie4": "ʨje↘", "xiao3": "ɕjau↓", "liu2": "ljou↗", "dian4": "tjɛ↘n", "lin2": "li↗n",
    "xiang1": "ɕja→ŋ", "jing3": "ʨi↓ŋ", "xiong1": "ɕjʊ→ŋ", "dia3": "tja↓",
    # finals with u
    "zhu4": "ꭧu↘", "hua2": "xwa↗", "guo2": "kwo↗", "kuai4": "kʰwai↘", "shui3": "ʂwei↓", "duan4": "twa↘n",
    "cun1": "ʦʰwə→n", "chuang2": "ꭧʰwa↗ŋ", "zhong4": "ꭧʊ↘ŋ", "bo1": "pwo→", "mo4": "mwo↘", "lo5": "lwo",
    # finals with ü
    "ju3": "ʨy↓", "qu4": "ʨʰy↘", "xue3": "ɕɥe↓", "quan2": "ʨʰɥɛ↗n", "xun4": "ɕy↘n", "nv3": "ny↓",
    "lv4": "ly↘", "lve4": "lɥe↘", "nve4": "nɥe↘", "lue4": "lɥe↘", "nue4": "nɥe↘",
    "lvan2": "lɥɛ↗n", "lvn2": "ly↗n",
    # no initial
    "yi1": "i→", "ya2": "ja↗", "ye3": "je↓", "yao4": "jau↘", "you3": "jou↓", "yan1": "jɛ→n", "yin3": "i↓n",
    "yang2": "ja↗ŋ", "ying4": "i↘ŋ", "yong4": "jʊ↘ŋ", "yo1": "jɔ→", "yai2": "jai↗",
    "yu3": "y↓", "yue4": "ɥe↘", "yuan2": "ɥɛ↗n", "yun2": "y↗n",
    "wu3": "u↓", "wa1": "wa→", "wo3": "wo↓", "wai4": "wai↘", "wei1": "wei→", "wan4": "wa↘n", "wen2": "wə↗n",
    "wang4": "wa↘ŋ", "weng1": "wə→ŋ",
    "a5": "a", "ai4": "ai↘", "an1": "a→n", "ang2": "a↗ŋ", "ao4": "au↘", "e2": "ɤ↗", "ei4": "ei↘",
    "en1": "ə→n", "eng1": "ə→ŋ", "o4": "ɔ↘", "ou1": "ou→", "er2": "ɚ↗", "er5": "ɚ",
    "ê4": "ɛ↘", "m2": "m↗", "n3": "n↓", "ng4": "ŋ↘", "hm5": "hm", "hng5": "hŋ",
}  # fmt: skip
"""Syllables and their sounds."""

SENTENCES = [
    # 预警 广播。
    (
        [("预警", "yu4 jing3", ""), ("广播", "guang3 bo1", "。")],
        [67, 173, 21, 51, 169, 112, 16, 53, 65, 43, 169, 112, 58, 65, 57, 171, 4],
    ),
    # 水，快 跑！
    (
        [("水", "shui3", "，"), ("快", "kuai4", ""), ("跑", "pao3", "！")],
        [130, 65, 47, 51, 169, 3, 16, 53, 162, 65, 43, 51, 173, 16, 58, 162, 43, 63, 169, 5],
    ),
    # 哪儿 有: the sound of 儿 stands for itself
    (
        [("哪儿", "na3 er5", ""), ("有", "you3", "")],
        [56, 43, 169, 85, 16, 52, 57, 63, 169],
    ),
    # 有 AED。
    (
        [("有", "you3", ""), ("AED", "", "。")],
        [52, 57, 63, 169, 16, 47, 51, 171, 16, 51, 171, 16, 62, 51, 173, 4],
    ),
]
"""Words with their syllables and marks, and the tokens of all."""


def piece(words: list[tuple[str, str, str]]) -> Piece:
    return Piece(tuple(Word(written, tuple(said.split()), mark) for written, said, mark in words))


def known() -> set[str]:
    """Every toned syllable that any character of the dictionary has."""
    marked = {one for readings in PINYIN_DICT.values() for one in readings.split(",")}
    return {to_tone3(one, neutral_tone_with_five=True, v_to_u=False) for one in marked}


@pytest.mark.parametrize(("syllable", "sounds"), GOLDEN.items())
def test_a_syllable_has_its_sounds(syllable: str, sounds: str) -> None:
    assert phonemes(syllable) == sounds


@pytest.mark.parametrize(("words", "ids"), SENTENCES)
def test_a_piece_has_its_tokens(words: list[tuple[str, str, str]], ids: list[int]) -> None:
    assert tokens(piece(words)) == ids


def test_every_toned_syllable_of_the_language_has_tokens_of_its_own() -> None:
    everything = known()
    assert len(everything) >= 1549
    spelt = {syllable: phonemes(syllable) for syllable in everything}
    assert all(IDS.keys() >= set(sounds) for sounds in spelt.values())
    tones = {syllable: sum(mark in "→↗↓↘" for mark in sounds) for syllable, sounds in spelt.items()}
    assert {syllable for syllable, many in tones.items() if many != (syllable[-1] != "5")} == set()
    together: dict[str, set[str]] = {}
    for syllable, sounds in spelt.items():
        together.setdefault(sounds, set()).add(syllable)
    alike = sorted(sorted(same) for same in together.values() if len(same) > 1)
    assert alike == [["lo5", "luo5"], ["weng4", "wong4"]], "咯 and 罗, and a character nobody uses"


@pytest.mark.parametrize(
    "text", ["", "zhong", "zhong6", "Zhong4", "zhon4", "bx1", "六", "lü4", "zhng1", "bm3"]
)
def test_anything_else_is_no_syllable(text: str) -> None:
    with pytest.raises(CannotToken):
        phonemes(text)


def test_every_mark_has_a_token() -> None:
    ends = {mark: tokens(piece([("水", "shui3", mark)]))[-1] for mark in MARKS}
    assert ends == {"、": 3, "，": 3, "；": 1, "：": 2, "。": 4, "！": 5, "？": 6}


def test_a_piece_with_nothing_to_say_and_one_that_is_too_long_are_refused() -> None:
    with pytest.raises(CannotToken, match="nothing"):
        tokens(piece([("", "", "。")]))
    long = piece([("广播", "guang3 bo1", "")] * 60)
    with pytest.raises(CannotToken, match="too long"):
        tokens(long)
    assert len(tokens(Piece(long.words[:49]))) <= LONGEST


def test_every_letter_has_a_name_of_its_own_and_a_latin_word_has_none() -> None:
    names = [tuple(tokens(piece([(letter, "", "")]))) for letter in ascii_uppercase]
    assert len(set(names)) == 26
    for written in ("Titanic", "WLAN", "Wi", "Ä", "a"):
        with pytest.raises(CannotToken, match=written):
            tokens(piece([("去", "qu4", ""), (written, "", "")]))
