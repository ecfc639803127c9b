"""A minus before a temperature is never lost, whatever noun stands before it and whatever sign is typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.amounts import amounts
from gateway.voice.text.rules import rules
from gateway.voice.text.spoken import spoken
from gateway.voice.text.temperatures import TABLE, degrees

WEATHER = (
    *("气温", "最低气温", "最高气温", "日最高气温", "日最低气温", "平均气温", "高温", "低温", "水温", "海温"),
    *("地温", "地面温度", "路面温度", "草温", "降温", "升温", "增温", "体温", "体感温度", "露点", "露点温度"),
    *(
        "湿球温度",
        "冰点",
        "变温",
        "24小时变温",
        "距平",
        "气温距平",
        "温差",
        "温度",
        "室温",
        "棚温",
        "最低",
        "最高",
    ),
    *("山区", "城区", "28日", "8时", "今晨", "夜间", "降至", "低于", "约", "达", "为", "：", "（", "，"),
)
LEVELS = (
    *(
        "水位",
        "库水位",
        "潮位",
        "高潮位",
        "潮高",
        "水位较昨日",
        "较昨日8时",
        "较前日",
        "超警",
        "超汛限",
        "距警戒",
    ),
    *("距保证水位", "汛限水位", "变幅", "涨幅", "落差", "高程", "海拔", "埋深", "水位差", "堤顶", "增水"),
    *("水位变化", "较去年同期", "为", "：", "（"),
)
MINUSES = ["-", "−", "–", "－", "﹣"]
JOINTS = ["~", "～", "-", "—", "至", "到", " - "]


@given(st.sampled_from(WEATHER), st.sampled_from([*MINUSES, "—"]), st.integers(1, 60))
def test_below_zero_is_below_zero_behind_every_noun(noun: str, sign: str, number: int) -> None:
    said = spoken(f"{noun}{sign}{number}℃，风力3级")
    assert not said.notes
    assert amounts(said.words.split("，风")[0])[-1].value == -number
    assert "零下" in said.words


@given(
    st.sampled_from([noun for noun in WEATHER if not noun[0].isdecimal()]),
    st.integers(-60, 60),
    st.integers(-60, 60),
    st.sampled_from(JOINTS),
    st.booleans(),
)
def test_both_ends_of_a_span_keep_their_signs_behind_every_noun(
    noun: str, low: int, high: int, joint: str, twice: bool
) -> None:
    said = spoken(f"{noun}{low}{'℃' if twice else ''}{joint}{high}℃")
    assert not said.notes
    heard = amounts(said.words)
    ends = [
        end
        for amount in heard
        for end in ((amount.value, amount.until) if len(heard) == 1 else (amount.value,))
    ]
    assert ends == [low, high]
    if low < 0 < high:
        assert "零上" in said.words


@given(
    st.sampled_from(LEVELS),
    st.sampled_from(MINUSES[:4]),
    st.decimals("0.01", "9.99", places=2),
    st.sampled_from(["米", "m"]),
)
def test_a_level_below_zero_is_said_so(noun: str, sign: str, number: Decimal, unit: str) -> None:
    said = spoken(f"{noun}{sign}{number}{unit}")
    assert not said.notes
    assert amounts(said.words)[-1].value == -number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("预计-5日", "预计，五日"),
        ("气温5-8℃", "气温五到八摄氏度"),
        ("降温8~10℃", "降温八到十摄氏度"),
        ("石桥村-5组", "石桥村，五组"),
        ("气温下降8℃至-2℃", "气温下降八摄氏度至零下二摄氏度"),
        ("最低气温-3到2", "最低气温零下三到零上二"),
        ("气温-4°F", "气温零下四华氏度"),
    ],
)
def test_a_dash_stays_a_dash_and_a_span_a_span(text: str, words: str) -> None:
    assert spoken(text).words == words


def test_the_rules_by_themselves() -> None:
    text = "气温—5~3℃"
    for pattern, say in rules(TABLE):
        text = pattern.sub(say, text)
    assert text == "气温零下五到零上三摄氏度"
    assert (degrees("-5"), degrees("5")) == ("零下五", "五")
