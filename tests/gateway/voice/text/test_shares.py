"""Shares, fractions, ratios and powers of ten: the rules by themselves."""

from __future__ import annotations

import pytest

from gateway.voice.text.rules import rules
from gateway.voice.text.shares import TABLE, signed

RULES = rules(TABLE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/16", "十六分之一"),
        ("约11/30的堤段", "约三十分之十一的堤段"),
        ("7/28", "七月二十八"),
        ("7/28日", "七月二十八日"),
        ("截至1/16", "截至一月十六日"),
        ("8/9级", "8，9级"),
        ("30%-50%", "百分之三十到百分之五十"),
        ("-3‰", "负千分之三"),
        ("3:2", "三比二"),
        ("1.2×10⁴立方米", "一点二乘十的四次方立方米"),
        ("10⁸m3", "十的八次方立方米"),
    ],
)
def test_shares_are_put_in_words(text: str, words: str) -> None:
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    assert text.removesuffix("日") == words.removesuffix("日")


def test_the_minus_stands_before_the_share() -> None:
    assert (signed("-3", "百分之"), signed("3")) == ("负百分之三", "三")
