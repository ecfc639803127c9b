"""Roads, posts of kilometres, addresses of machines and codes: the rules by themselves."""

from __future__ import annotations

import pytest

from gateway.voice.text.roads import TABLE
from gateway.voice.text.rules import rules

RULES = rules(TABLE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("G316国道", "G三幺六国道"),
        ("K45+600", "K四十五加六百"),
        ("K45+050", "K四十五加零五零"),
        ("K45+600一带", "K四十五加六零零一带"),
        ("192.168.1.10", "一九二点一六八点一点一零"),
        ("91340123MA2NABCD5X", "九一三四零一二三MA二NABCD五X"),
        ("M6.8级", "6.8级"),
        ("1.2.3", "1.2.3"),
        ("12345678901234567X8", "12345678901234567X8"),
    ],
)
def test_names_with_numbers_are_put_in_words(text: str, words: str) -> None:
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    assert text == words
