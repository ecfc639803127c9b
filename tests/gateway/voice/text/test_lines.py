"""Where the end of a line is heard, and where a machine broke what belongs together."""

from __future__ import annotations

import pytest

from gateway.voice.text.lines import joined
from gateway.voice.text.spoken import spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("水位23.\n45米", "水位二十三点四五米"),
        ("气温-\n5℃", "气温零下五摄氏度"),
        ("5-\r\n10毫米", "五到十毫米"),
        ("请第\n2组撤离", "请第二组撤离"),
        ("转移120\n人", "转移一百二十人"),
        ("拨打13812\n345678", "拨打，幺三八，幺二三四，五六七八"),
    ],
)
def test_a_number_broken_by_a_line_is_one(text: str, words: str) -> None:
    assert spoken(text).words == words


def test_words_broken_at_one_width_are_whole() -> None:
    text = "受强降雨影响，石桥村一带河水迅\n速上涨，请沿河低洼处群众立即转\n移到安置点"
    assert joined(text) == text.replace("\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "暴雨红色预警\n预计未来3小时有暴雨",
        "1.立即转移\n2.切断电源",
        "石桥村120户\n山背村85户",
        "舒城县气象台发布暴雨红色预警信号\n一、停止户外活动防范山洪灾害发生",
        "青石镇人民政府\n2026年7月28日",
        "119\n120",
    ],
)
def test_titles_entries_and_signatures_are_set_apart(text: str) -> None:
    assert joined(text) == text.replace("\n", "，")


def test_nothing_is_nothing() -> None:
    assert joined(" \n\n ") == ""
