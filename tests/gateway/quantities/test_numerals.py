"""Numbers in Chinese words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.figures import figures
from gateway.quantities.numerals import cardinal, counted, decimal, digits


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (12, "十二"),
        (105, "一百零五"),
        (110, "一百一十"),
        (10005, "一万零五"),
        (100_0100, "一百万零一百"),
        (1_0000_0000, "一亿"),
        (1_0001_0000, "一亿零一万"),
        (10**16, "一" + "零" * 16),
    ],
)
def test_a_cardinal_has_its_places_and_its_zeros(number: int, words: str) -> None:
    assert cardinal(number) == words


@given(st.integers(100, 10**8 - 1))
def test_a_cardinal_is_read_back_as_its_number(number: int) -> None:
    assert [figure.value for figure in figures(cardinal(number))] == [number]


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "两"), (12, "十二"), (200, "二百"), (2000, "两千"), (20000, "两万"), (22, "二十二")],
)
def test_before_a_measure_word_two_is_liang(number: int, words: str) -> None:
    assert counted(number) == words


def test_digits_are_said_one_by_one() -> None:
    assert digits("2018") == "二零一八"
    assert digits("110", "幺") == "幺幺零"


@pytest.mark.parametrize(
    ("text", "words"),
    [("1.05", "一点零五"), ("1,234", "一千二百三十四"), (".5", "零点五"), ("3.0", "三点零")],
)
def test_a_decimal_keeps_the_digits_of_its_fraction(text: str, words: str) -> None:
    assert decimal(text) == words
