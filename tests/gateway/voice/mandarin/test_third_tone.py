"""Third tones as they are spoken. The answers were written down by hand before the first run."""

from __future__ import annotations

import pytest

from gateway.voice.mandarin.third_tone import changed
from gateway.voice.piece import Word


def words(text: str) -> list[Word]:
    """Words between spaces, their syllables joined by hyphens; a comma is a mark."""
    said = ((tuple(one.strip(",").split("-")), one.endswith(",")) for one in text.split())
    return [Word("字", syllables, "，" if marked else "") for syllables, marked in said]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("shui3-guo3", "shui2-guo3"),  # 水果
        ("zhan3-lan3-guan3", "zhan2-lan2-guan3"),  # 展览馆
        ("ka3-er3-pu3", "ka2-er2-pu3"),  # 卡尔普, as Biaobei has it
        ("wu3 dian3", "wu2 dian3"),  # 五 点
        ("mai3 shui3-guo3", "mai3 shui2-guo3"),  # 买 水果
        ("ye3 hen3 hao3", "ye3 hen2 hao3"),  # 也 很 好
        ("ling3-dao3 lai2", "ling2-dao3 lai2"),  # 领导 来
        ("yu3-shui3 hen3 da4", "yu2-shui3 hen3 da4"),  # 雨水 很 大: longer words are parted
        ("zou3, ni3 zou3", "zou3 ni2 zou3"),  # a mark parts
        ("da4-yu3 san1 dian3", "da4-yu3 san1 dian3"),
        ("hao3-de5", "hao3-de5"),
    ],
)
def test_third_tones_change_before_third_tones(written: str, spoken: str) -> None:
    assert " ".join("-".join(word) for word in changed(words(written))) == spoken


def test_a_word_without_syllables_parts_and_stays() -> None:
    assert changed([Word("走", ("zou3",)), Word("AED"), Word("好", ("hao3",))]) == [("zou3",), (), ("hao3",)]
    assert changed([]) == []
