"""Amounts: the number with its sign, its unit under one name, and both ends of a span."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.amounts import amounts
from gateway.quantities.numerals import cardinal
from gateway.voice.text.spoken import spoken


def read(text: str) -> list[str]:
    """The amounts as short texts: `-5摄氏度`, `50..80毫米`."""
    return [
        f"{amount.value:f}" + (f"..{amount.until:f}" if amount.until != amount.value else "") + amount.unit
        for amount in amounts(text)
    ]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("最高气温-5℃", "-5摄氏度"),
        ("水温−3℃", "-3摄氏度"),
        ("露点—5℃", "-5摄氏度"),
        ("气温零下三度", "-3摄氏度"),
        ("最低气温-3℃到2℃", "-3..2摄氏度"),
        ("零下3到零上2度", "-3..2摄氏度"),
        ("零下5到10度", "-5..-10摄氏度"),
        ("-5~-3℃", "-5..-3摄氏度"),
        ("气温5--2℃", "5..-2摄氏度"),
        ("降温8～10℃", "8..10摄氏度"),
        ("气温下降8℃至-2℃", "8摄氏度 -2摄氏度"),
        ("水位较昨日-0.35米", "-0.35米"),
        ("近3小时-50毫米", "3小时 50毫米"),
        ("上涨2米至23.5米", "2米 23.5米"),
        ("增长-3%", "-3%"),
        ("50mm-80mm", "50..80毫米"),
        ("三十到五十毫米", "30..50毫米"),
        ("五六级大风", "5..6级"),
        ("6一7级", "6..7级"),
        ("百分之三十到百分之五十", "30..50%"),
        ("20-30毫米/小时，雨强≥30mm/h", "20..30毫米每小时 30毫米每小时"),
        ("50mm/24h", "50毫米 24小时"),
        ("流量75 000 m³/s", "75000立方米每秒"),
        ("面积866\u2009559 km²", "866559平方公里"),
        ("雨量1\u00a0050毫米", "1050毫米"),
        ("10.5千米", "10.5公里"),
        ("3千人，两千米", "3000人 2000米"),
        ("1.2×10⁴立方米", "12000.0立方米"),
        ("50,100,150毫米", "150毫米"),
        ("98，120立方米每秒", "120立方米每秒"),
        ("3万5000人，2万5千人，20W元", "35000人 25000人 200000元"),
        ("由四级提升至三级，风力4级，3.5级地震", "4级 3.5级"),
        ("死亡2—七人失踪", "7人"),
        ("1.24小时内", "24小时"),
        ("3/5户，8/9级", "9级"),
        ("气温-3～+2℃，12/-3℃", "-3..2摄氏度 -3摄氏度"),
        ("位移-3mm，-0.5米，潮高-1.2米，水位-1.25～0.30米", "-3毫米 -0.5米 -1.2米 -1.25..0.30米"),
        ("负零点五到正零点三米", "-0.5..0.3米"),
        ("增加20%至50%，偏多20%至50%", "20..50% 20..50%"),
        ("0.2米/小时，2人/户", "0.2米每小时 2人"),
        ("蓄水率 - 85%", "85%"),
        ("气压九百八十五百帕", "985百帕"),
        ("转移1.2万人、二百余户", "12000.0人 200户"),
        ("３５．５℃", "35.5摄氏度"),
        ("3个半小时，半小时，2个小时", "3.5小时 0.5小时 2小时"),
        ("50年一遇", "50年一遇"),
        ("-5人", "5人"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, right: str) -> None:
    assert read(text) == right.split()


@pytest.mark.parametrize(
    "text",
    [
        "2026年7月28日10时30分",
        "三级响应，Ⅲ级应急响应，四级预警",
        "第3次会议",
        "东经102.5度，北纬三十点五二度",
        "G316国道12号",
        "数百人，万元，几十户",
        "电话0564-8621234",
        "",
    ],
)
def test_what_is_no_amount_is_not_among_them(text: str) -> None:
    assert read(text) == []


def test_the_places_are_those_of_the_text() -> None:
    text = "气温－５℃，雨量５０毫米。"
    assert [text[amount.start : amount.end] for amount in amounts(text)] == ["－５℃", "５０毫米"]


def test_the_ends_of_a_span_are_its_least_and_its_most() -> None:
    (amount,) = amounts("气温5到-2℃")
    assert (amount.least, amount.most) == (Decimal(-2), Decimal(5))


NOUNS = [
    "气温",
    "最高气温",
    "水温",
    "露点",
    "地温",
    "体感温度",
    "较昨日",
    "距平",
    "降至",
    "28日",
    "为",
    "：",
    "，",
]
SIGNS = ["-", "−", "–", "—", "零下", "－"]
JOINTS = ["~", "～", "-", "—", "至", "到", " - "]


@given(st.sampled_from(NOUNS), st.sampled_from(SIGNS), st.integers(1, 50))
def test_a_temperature_below_zero_is_below_zero_behind_every_noun(noun: str, sign: str, number: int) -> None:
    assert read(f"{noun}{sign}{number}℃") == [f"-{number}摄氏度"]


@given(st.integers(-50, 50), st.integers(-50, 50), st.sampled_from(JOINTS), st.booleans())
def test_both_ends_of_a_span_keep_their_signs(low: int, high: int, joint: str, twice: bool) -> None:
    (amount,) = amounts(f"最低气温{low}{'℃' if twice else ''}{joint}{high}℃")
    assert (amount.value, amount.until) == (Decimal(low), Decimal(high))


@given(st.integers(1, 10**8 - 1), st.sampled_from(["人", "户", "毫米", "小时", "立方米/秒"]))
def test_digits_and_words_are_one_amount(number: int, unit: str) -> None:
    (written,), (said,) = amounts(f"约{number}{unit}"), amounts(f"约{cardinal(number)}{unit}")
    assert written[:3] == said[:3]
    assert written.value == number


@given(
    st.decimals(0, 10**6, places=2), st.sampled_from(["千米", "公里", "km", "千米/小时", "千瓦", "mm", "℃"])
)
def test_a_decimal_keeps_its_value_before_every_unit(number: Decimal, unit: str) -> None:
    found = amounts(f"达{number}{unit}。")
    assert [amount.value for amount in found] == ([] if unit == "千瓦" else [number])


@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,-~～—至到零下上一二三十百千万点半℃%毫米级小时m³/s度 ×⁴"),
        max_size=30,
    )
)
def test_nothing_fails_and_the_places_are_in_order(text: str) -> None:
    last = 0
    for amount in amounts(text):
        assert last <= amount.start < amount.end <= len(text)
        last = amount.end


@given(
    st.sampled_from(["气温", "水位", "雨量达", "阵风", "较昨日", "面积", "转移", "未来", "距平", "能见度"]),
    st.sampled_from(["", "-", "零下"]),
    st.decimals(1, 99, places=1),
    st.sampled_from(["~", "至", "-", ""]),
    st.decimals(1, 99, places=1),
    st.sampled_from(["℃", "毫米", "mm/h", "级", "m³/s", "小时", "%", "km²"]),
)
def test_what_is_compared_and_what_is_heard_are_the_same_amounts(
    noun: str, sign: str, first: Decimal, joint: str, last: Decimal, unit: str
) -> None:
    sign = sign if unit == "℃" else ""
    text = f"{noun}{sign}{first}{joint}{last if joint else ''}{unit}，请注意"
    written, heard = amounts(text), amounts(spoken(text).words)
    assert [amount[:3] for amount in written] == [amount[:3] for amount in heard]
