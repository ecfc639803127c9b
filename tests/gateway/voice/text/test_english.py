"""Numbers of an English text are said in English words. The right-hand side was written first."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.voice.text import english
from gateway.voice.text.spoken import spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Heavy rain: 105 mm expected.", "Heavy rain：one hundred and five millimetres expected。"),
        ("5-10 km from here", "five to ten kilometres from here"),
        ("Move 1,200 people by 14:05", "Move one thousand two hundred people by fourteen oh five"),
        ("From 08:00-18:30", "From eight hundred hours to eighteen thirty"),
        ("Issued 2026-07-28", "Issued twenty-eight July two thousand and twenty-six"),
        ("Temperature -5.5℃", "Temperature minus five point five degrees Celsius"),
        ("Wind 25m/s, gusts 90 km/h", "Wind twenty-five metres per second，gusts ninety kilometres per hour"),
        ("Flow 3500m³/s", "Flow three thousand five hundred cubic metres per second"),
        ("99.5% of 100001 homes", "ninety-nine point five percent of one hundred thousand and one homes"),
        (
            "Call 119 or 13812345678.",
            "Call one one nine or one three eight one two three four five six seven eight。",
        ),
        ("Call +86 138-1234-5678", "Call one three eight one two three four five six seven eight"),
        ("Office 0564-8621234", "Office zero five six four，eight six two one two three four"),
        ("Magnitude 6.8 at 31.5°N", "Magnitude six point eight at thirty-one point five degrees north"),
        ("Road G316", "Road G three hundred and sixteen"),
        ("on the 3rd of July", "on the three of July"),
        ("12 people", "twelve people"),
        ("1000000 people", "one million people"),
        ("Move now.", "Move now。"),
        ("Room 7", "Room seven"),
    ],
)
def test_it_is_said_like_this(text: str, words: str) -> None:
    assert spoken(text).words == words
    assert not spoken(text).notes


def test_a_text_with_chinese_in_it_is_said_in_chinese() -> None:
    assert spoken("GPS 105户").words.endswith("一百零五户")
    assert spoken("105").words == "一百零五"
    assert spoken("50mm").words == "五十毫米", "a unit is no English"


def test_what_cannot_be_read_back_is_spelt_out_and_noted() -> None:
    said = spoken("levels 1005 20 3")
    assert said.words == "levels one zero zero five two zero three"
    assert said.notes == ("1005", "20", "3")


@given(
    st.integers(0, 10**9 - 1),
    st.integers(0, 99999),
    st.integers(0, 999),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_whatever_the_numbers_are_they_are_the_same(
    people: int, whole: int, part: int, hour: int, minute: int
) -> None:
    text = f"{people} people in {whole}.{part} mm of rain at {hour}:{minute:02}"
    said = spoken(text)
    assert not said.notes
    assert english.held(text, said.words)
    assert not re.search(r"\d", said.words)
    assert not english.held(text.replace(f"{people} ", f"{people + 1} "), said.words)


@given(st.text("abc 0123456789.,:-/%℃m", min_size=1, max_size=40))
def test_whatever_comes_no_figure_is_left_and_nothing_fails(text: str) -> None:
    words = spoken("rain " + text).words
    assert not re.search(r"[0-9]", words)
    assert not re.search(r"[零一二三四五六七八九]", words) or not re.search(r"\d", text)
