"""Our dictionary says what pypinyin says, from a tenth of its memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.dictionary import FILE, FIRST, LAST, NoDictionary, spelt
from hatch_build import rows
from hatch_build import spelt as read


def test_the_file_is_what_pypinyin_holds() -> None:
    """Otherwise: make install"""
    with closing(sqlite3.connect(str(resources.files("gateway.voice.mandarin") / FILE))) as book:
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


@pytest.fixture
def package() -> Iterator[None]:
    """What is known of the real file is forgotten before and after."""
    for known in (dictionary._book, dictionary._row):
        known.cache_clear()
    yield
    for known in (dictionary._book, dictionary._row):
        known.cache_clear()


@pytest.mark.parametrize("spoil", [None, lambda raw: raw[:4096] + b"\xaa" * 400_000, lambda raw: b"nothing"])
@pytest.mark.usefixtures("package")
def test_a_package_that_is_not_whole_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes] | None
) -> None:
    file = tmp_path / FILE
    if spoil:
        file.write_bytes(spoil((resources.files("gateway.voice.mandarin") / FILE).read_bytes()))
    monkeypatch.setattr(dictionary, "FILE", str(file))
    with pytest.raises(NoDictionary, match="install it again"):
        spelt("立即转移")
