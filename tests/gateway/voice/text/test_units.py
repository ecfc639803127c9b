"""The rules of measured and counted things, by themselves."""

from __future__ import annotations

import pytest

from gateway.voice.text.units import RULES, amount, plain


def ruled(text: str) -> str:
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    return text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2个", "两个"),
        ("2组", "二组"),
        ("50mm/h", "五十毫米每小时"),
        ("50-80毫米", "五十到八十毫米"),
        ("50至80毫米", "五十至八十毫米"),
        ("2-3级", "二到三级"),
        ("2-3小时", "两到三小时"),
        ("转移120人至3个安置点", "转移一百二十人至三个安置点"),
        ("近3小时-50毫米", "近三小时，五十毫米"),
        ("-5℃", "零下五摄氏度"),
        ("下降8℃至-2℃", "下降八摄氏度至零下二摄氏度"),
        ("30%-50%", "百分之三十到百分之五十"),
        ("1/3", "三分之一"),
        ("7/28", "七月二十八日"),
        ("Ⅲ级", "三级"),
        ("G316国道", "G三幺六国道"),
        ("水位-0.5米", "水位负零点五米"),
        ("第1、2组", "第一、二组"),
        ("≥100", "大于等于一百"),
    ],
)
def test_quantities_are_put_in_words(text: str, words: str) -> None:
    assert ruled(text) == words


def test_the_words_of_single_numbers() -> None:
    assert (amount("2"), amount("2.5"), amount("2,000")) == ("两", "二点五", "两千")
    assert (plain("2"), plain("2000"), plain("1234567890")) == ("二", "两千", "一二三四五六七八九零")
