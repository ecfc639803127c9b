"""Every number as people say it. The right-hand side was written first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.numerals import cardinal
from gateway.voice import Spoken
from gateway.voice.text.spoken import spoken
from tests.support.golden_texts import GOLDEN


@pytest.mark.parametrize(("text", "words"), GOLDEN.items())
def test_it_is_said_like_this(text: str, words: str) -> None:
    assert spoken(text).words == words


def test_what_no_rule_knows_is_spelt_out_and_noted() -> None:
    said = spoken("甲+乙±丙")
    assert said.words == "甲加乙正负丙"
    assert said.notes == ("+", "±")


def test_a_script_that_no_voice_knows_is_noted_and_not_said() -> None:
    said = spoken("བོད་注意")
    assert said.words == "注意"
    assert said.notes


def test_a_text_of_thousands_of_digits_is_said() -> None:
    assert len(spoken("1" * 5000).words) == 5000


@given(st.text(max_size=80))
def test_whatever_comes_is_said_without_an_error(text: str) -> None:
    words = spoken(text).words
    assert not any(character.isdigit() and not "\u3400" <= character <= "\u9fff" for character in words)
    assert not re.search(r"[<>%℃°~\[\]{}]", words)


@given(
    st.integers(-60, 60),
    st.integers(-60, 60),
    st.sampled_from(["~", "～", "-", "—", "至", "到", " - ", "－"]),
)
def test_cold_is_cold_on_both_sides_of_a_range(low: int, high: int, dash: str) -> None:
    said = spoken(f"气温{low}{dash}{high}℃").words
    assert said.count("零下") == (low < 0) + (high < 0)
    assert re.search("[至到].", said)


@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,:-~～%℃°/级米毫时分月日年第个 ABkm³Ⅲ+≥<>（）暴雨"), max_size=40
    )
)
def test_no_digit_or_sign_is_left_whatever_comes(text: str) -> None:
    assert not re.search(r"[0-9%℃°~～≥≤<>+/Ⅲ]", spoken(text).words)


_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")}


def value(words: str) -> int:
    """A reader of our own: Chinese numerals back to a number."""
    total = section = digit = 0
    for character in words:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            total = (total + section + digit) * {"万": 10**4, "亿": 10**8}[character]
            section = digit = 0
    return total + section + digit


@given(st.integers(0, 10**8 - 1))
def test_every_number_reads_back_to_itself(number: int) -> None:
    assert value(cardinal(number)) == number


@given(st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(1, 59))
def test_every_date_and_time_reads_back_to_itself(month: int, day: int, hour: int, minute: int) -> None:
    said = spoken(f"{month}月{day}日{hour}时{minute}分").words
    found = re.fullmatch("(.+)月(.+)日(.+)时(.+)分", said)
    assert found
    assert [value(word.replace("两", "二")) for word in found.groups()] == [month, day, hour, minute]


def test_a_newsreader_would_say_it_so() -> None:
    lines = Path(__file__).with_name("newsreader.txt").read_text("utf-8").splitlines()
    wrong, known = dict[str, Spoken](), list[str]()
    for line in lines:
        if line.startswith("#"):
            continue
        text, words = line.removeprefix("! ").rsplit(" → ", 1)
        if line.startswith("! "):
            known.append(text)
        if spoken(text) != Spoken(words):
            wrong[text] = spoken(text)
    assert len(lines) > 2100
    assert list(wrong) == known, wrong
