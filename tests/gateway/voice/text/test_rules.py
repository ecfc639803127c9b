"""A rule of speech: a pattern and the words for it."""

from __future__ import annotations

import re

from gateway.voice.text.rules import HAN, rules, to


def test_rules_run_in_the_order_of_their_table() -> None:
    text = "2个"
    for pattern, say in rules(((r"2(?=个)", lambda match: "两"), (r"2|两个", lambda match: "一对"))):
        text = pattern.sub(say, text)
    assert text == "一对"


def test_between_two_ends_a_dash_is_to_and_the_official_word_stays() -> None:
    assert [to(match) for text in ("8-10", "8至10", "8到10") if (match := re.search(r"8.10", text))] == [
        "到",
        "至",
        "到",
    ]


def test_a_chinese_character() -> None:
    assert [bool(re.fullmatch(HAN, sign)) for sign in "中㐀a，1"] == [True, True, False, False, False]
