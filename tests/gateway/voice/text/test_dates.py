"""The rules of dates and times of day, by themselves."""

from __future__ import annotations

import pytest

from gateway.voice.text.dates import RULES


def ruled(text: str) -> str:
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    return text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026年7月", "二零二六年七月"),
        ("2026-07-28", "二零二六年七月二十八日"),
        ("2024、2025年", "二零二四、二零二五年"),
        ("2024-2026年", "二零二四到二零二六年"),
        ("8:00-18:30", "八点整到十八点三十分"),
        ("20:00至次日08:00", "二十点整至次日八点整"),
        ("2时05分", "两时零五分"),
        ("14时00分", "十四时整"),
        ("28-30日", "二十八到三十日"),
        ("2日2点", "二日两点"),
        ("7·20", "七二零"),
    ],
)
def test_dates_and_times_are_put_in_words(text: str, words: str) -> None:
    assert ruled(text) == words


@pytest.mark.parametrize("text", ["1000年一遇", "2000年来", "3:2", "25:00", "2026个", "1.5米", "20分之一"])
def test_numbers_that_are_no_dates_are_left_to_other_rules(text: str) -> None:
    assert ruled(text) == text
