"""Numbers of every kind as warnings write them. The words were written before any output was seen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.voice.text.spoken import spoken
from tests.support.spoken import ROWS


@pytest.mark.parametrize(("text", "words"), [(row[0], row[1] if len(row) > 1 else "") for row in ROWS])
def test_it_is_said_like_this(text: str, words: str) -> None:
    assert spoken(text).words == words


@pytest.mark.parametrize(
    ("text", "digit"),
    [("甲\u0664乙", "四"), ("甲\u096b乙", "五"), ("甲\U0001d7db乙", "三")],
)
def test_digits_of_other_scripts_are_spelt_out_and_noted(text: str, digit: str) -> None:
    said = spoken(text)
    assert said.words == f"甲{digit}乙"


VALUES = {character: str(value) for value, character in enumerate("零一二三四五六七八九")} | {
    "幺": "1",
    "两": "2",
}


def read(words: str) -> str:
    """A reader of our own: words said digit by digit, back to digits."""
    return "".join(VALUES[word] for word in words if word in VALUES)


@given(st.integers(3, 9), st.integers(0, 10**9 - 1))
def test_every_mobile_number_reads_back_to_itself(second: int, rest: int) -> None:
    number = f"1{second}{rest:09}"
    said = spoken(f"请联系{number}。").words
    assert read(said) == number
    assert "一" not in said


@given(st.integers(0, 9999), st.text("0123456789", min_size=1, max_size=4))
def test_every_decimal_keeps_its_point_and_its_digits(whole: int, fraction: str) -> None:
    said = spoken(f"水位{whole}.{fraction}，上涨").words
    found = re.fullmatch("水位(.+)点(.+)，上涨", said)
    assert found
    assert read(found[2]) == fraction


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(1, 28))
def test_every_written_form_of_a_day_is_said_alike(year: int, month: int, day: int) -> None:
    forms = (
        f"{year}年{month}月{day}日",
        f"{year}-{month:02}-{day:02}",
        f"{year}/{month}/{day}",
        f"{year}.{month}.{day}",
    )
    said = {spoken(form).words for form in forms}
    assert len(said) == 1
    assert read(said.pop().partition("年")[0]) == str(year)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_is_said_alike_with_either_colon(hour: int, minute: int) -> None:
    assert spoken(f"{hour}:{minute:02}").words == spoken(f"{hour:02}：{minute:02}").words
