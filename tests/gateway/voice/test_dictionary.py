"""Our dictionary says what pypinyin says, from a tenth of its memory."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import resources

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from gateway.voice.dictionary import FILE, FIRST, LAST, spelt
from hatch_build import rows
from hatch_build import spelt as read


def test_the_file_is_what_pypinyin_holds() -> None:
    """Otherwise: make install"""
    with closing(sqlite3.connect(str(resources.files("gateway.voice") / FILE))) as book:
        assert book.execute("SELECT * FROM character ORDER BY sign").fetchall() == rows()


def test_every_phrase_and_character_is_read_as_pypinyin_reads_it() -> None:
    phrases = [word for word in PHRASES_DICT if all(FIRST <= ord(character) <= LAST for character in word)]
    characters = [chr(code) for code in PINYIN_DICT if FIRST <= code <= LAST]
    assert len(phrases) > 40_000
    assert [word for word in phrases + characters if spelt(word) != read(word)] == []


def test_sentences_are_cut_into_the_longest_phrases() -> None:
    for sentence in (
        "重庆市气象台发布重要天气预报",
        "行长在银行门口长跑",
        "沿河低洼地带的群众请立即转移到安全地点",
        "水库大坝出现重大险情",
    ):
        assert spelt(sentence) == read(sentence)


def test_a_character_nobody_reads_stays_as_it_is() -> None:
    assert spelt("㐂人") == ["㐂", "ren2"]
