"""Units and measure words."""

from __future__ import annotations

import re

import pytest

from gateway.quantities.units import COUNTED, UNIT, UNITS


@pytest.mark.parametrize(("text", "unit"), [("mm/h", "mm/h"), ("mm", "mm"), ("m3/s", "m3/s"), ("m/s", "m/s")])
def test_the_longest_unit_that_fits_is_taken(text: str, unit: str) -> None:
    match = re.match(UNIT, text + "，")
    assert match is not None
    assert match[0] == unit


def test_every_unit_has_chinese_words() -> None:
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", words) for words in UNITS.values())


@pytest.mark.parametrize("word", ["个", "公里", "次", "层楼"])
def test_measure_words(word: str) -> None:
    assert re.match(COUNTED, word)


@pytest.mark.parametrize("word", ["组", "级", "号", "度", "单元", "次生灾害", "层以上"])
def test_words_that_count_nothing(word: str) -> None:
    assert not re.match(COUNTED, word)
