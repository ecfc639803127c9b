"""Dates and times of day in Chinese words."""

from __future__ import annotations

import pytest

from gateway.quantities.dates import clock, date, day, timed


def test_a_year_is_said_digit_by_digit_and_a_day_as_a_number() -> None:
    assert date("2026", "07", "28") == "二零二六年七月二十八日"
    assert day("2", "2") == "二月二日"


@pytest.mark.parametrize(
    ("hour", "minute", "second", "words"),
    [
        ("15", "30", None, "十五点三十分"),
        ("2", "05", None, "两点零五分"),
        ("08", "00", None, "八点整"),
        ("00", "00", "00", "零点整"),
        ("23", "59", "59", "二十三点五十九分五十九秒"),
        ("8", "00", "07", "八点零分七秒"),
    ],
)
def test_a_time_of_day(hour: str, minute: str, second: str | None, words: str) -> None:
    assert clock(hour, minute, second) == words


@pytest.mark.parametrize(("part", "word"), [("点", "两"), ("分", "两"), ("月", "二"), ("号", "二")])
def test_two_is_liang_for_hours_and_not_for_months(part: str, word: str) -> None:
    assert timed("2", part) == word
