"""Words carry the syllables of `pinyin`, their marks, and whether their reading was taught."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.mandarin.phonemes import phonemes
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.mandarin.words import words
from gateway.voice.piece import Word

SITE = Lexicon({"枫长岗": ("feng1", "zhang3", "gang3"), "石桥": ("shi2", "qiao2")})


def test_words_have_syllables_and_marks() -> None:
    assert words("预警，立即转移！") == [
        Word("预警", ("yu4", "jing3"), "，"),
        Word("立即", ("li4", "ji2")),
        Word("转移", ("zhuan3", "yi2"), "！"),
    ]


def test_latin_words_have_no_syllables() -> None:
    assert words("AED设备") == [Word("AED"), Word("设备", ("she4", "bei4"))]
    assert words("forty-five")[1] == Word("five")


def test_of_several_marks_the_longest_pause_stays() -> None:
    assert words("，。注意。，、快跑——，")[0] == Word("注意", ("zhu4", "yi4"), "。")
    assert words("注意，。快跑")[0].mark == "。"
    assert words("，。") == []


def test_a_reading_is_taught_where_the_dictionary_reads_the_word_otherwise() -> None:
    lexicon = SITE.over(OURS)
    assert words("枫长岗", lexicon) == [Word("枫长岗", ("feng1", "zhang3", "gang3"), taught=True)]
    assert words("石桥", lexicon) == [Word("石桥", ("shi2", "qiao2"))]
    assert words("曾家湾村")[0].taught
    assert words("不二村一定转移", Lexicon({"不二村": ("bu2", "er4", "cun1")}))[0].taught is False
    assert not any(word.taught for word in words("受降水影响，不要下河，一定转移"))


def test_a_character_that_nobody_reads_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert words("㐂石桥") == [Word("石桥", ("shi2", "qiao2"))]
    assert "no known pronunciation" in caplog.text


def test_the_syllables_are_those_of_pinyin_and_each_can_be_said() -> None:
    folder = Path(__file__).parent
    for name in ("polyphones.txt", "borders.txt"):
        for line in (folder / name).read_text("utf-8").splitlines():
            text = "".join(sign for sign in line if "\u3400" <= sign <= "\u9fff")
            found = words(text)
            assert [one for word in found for one in word.syllables] == syllables(text)
            assert all(len(word.written) == len(word.syllables) for word in found)
            assert all(phonemes(one) for word in found for one in word.syllables)


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=30))
def test_no_run_of_characters_loses_one(text: str) -> None:
    said = [one for one in syllables(text) if not "\u3400" <= one[0] <= "\u9fff"]
    assert [one for word in words(text) for one in word.syllables] == said
