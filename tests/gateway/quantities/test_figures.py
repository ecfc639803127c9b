"""The numbers of a text as values, and the proof by them: the words of a text hold its numbers, no others."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.figures import figures, same
from gateway.voice.text import spoken as module
from gateway.voice.text.clean import cleaned
from gateway.voice.text.rules import rules
from gateway.voice.text.spoken import spoken
from tests.support.nasty import FOLDER

RIGHT = [
    ("105户", "一百零五户"),
    ("1500人", "一千五百人"),
    ("2026年7月28日 08:00", "二零二六年七月二十八日八点整"),
    ("拨打13812345678", "拨打，幺三八，幺二三四，五六七八"),
    ("电话0564-8621234", "电话，零五六四，八六二，幺二三四"),
    ("30%-50%", "百分之三十到百分之五十"),
    ("1/3", "三分之一"),
    ("流量50m3/s", "流量五十立方米每秒"),
    ("气压985hPa", "气压九百八十五百帕"),
    ("110千伏", "一百一十千伏"),
    ("2.3万人", "二点三万人"),
    ("一万二千人", "一万二千人"),
    ("一百零二户、102户", "一百零二户、一百零二户"),
    ("Ⅲ级", "三级"),
    ("百年一遇、千万注意", "百年一遇、千万注意"),
]
WRONG = [
    ("105户", "一百五户"),
    ("105户", "一百五十户"),
    ("1005户", "一千五户"),
    ("100 000人", "一百 零人"),
    ("1.5米", "一五米"),
    ("5-10公里", "五十公里"),
    ("1000000", "一万"),
    ("102.08°", "一百二点零八度"),
    ("拨打13812345678", "拨打，幺三八，幺二三四，五六七九"),
    ("拨打13812345678", "拨打，幺三八，幺二三四，五六七"),
    ("3个村105户", "三个村"),
    ("请转移", "请三点转移"),
    ("电话010-12340000", "电话，零幺零，幺二三四"),
]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("转移105户2.3万人", ["105", "23000"]),
        ("一百零二户、两千人", ["102", "2000"]),
        ("1,234人，1亿2000万元", ["1234", "120000000"]),
        ("50~80毫米", ["50", "80"]),
        ("零下5℃", ["5"]),
        ("Ⅲ级", ["3"]),
        ("百年一遇", ["1"]),
        ("一点零五米", ["1.05"]),
        ("08:00", ["8"]),
        ("请转移", []),
    ],
)
def test_the_numbers_of_a_text_are_given_as_values(text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text)] == [Decimal(value) for value in values]


def test_a_number_keeps_its_digits_where_it_has_any() -> None:
    assert [figure.digits for figure in figures("电话0564-8621234，零五六四，三百人，2.3万")] == [
        "0564",
        "8621234",
        "0564",
        "300",
        "23000",
    ]


@pytest.mark.parametrize(("written", "said"), RIGHT)
def test_the_same_numbers_in_other_words_are_the_same(written: str, said: str) -> None:
    assert same(written, said)


@pytest.mark.parametrize(("written", "said"), WRONG)
def test_a_wrong_a_lost_and_an_invented_number_are_found(written: str, said: str) -> None:
    assert not same(written, said)


@given(st.integers(0, 10**15), st.sampled_from(["人", "户", "毫米", "米", "元", "立方米/秒", "km", ""]))
def test_a_number_of_any_size_is_read_back(number: int, unit: str) -> None:
    assert same(f"约{number}{unit}", spoken(f"约{number}{unit}").words)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=1))
def test_so_are_decimals_and_ranges(low: object, high: object) -> None:
    text = f"水位{low}-{high}米"
    assert same(text, spoken(text).words)


def test_in_all_the_warnings_of_the_nasty_set_the_numbers_are_said() -> None:
    texts = [
        text
        for path in sorted(FOLDER.iterdir())
        if path.suffix in (".xml", ".json")
        for text in re.findall(r'[^<>"{}\n]*[\u4e00-\u9fff][^<>"{}\n]*', path.read_text("utf-8", "replace"))
    ]
    assert len(texts) > 300
    assert [text for text in texts if not same(cleaned(text), spoken(text).words)] == []


def test_a_rule_that_says_a_number_wrong_is_caught_and_its_clause_spelt_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = rules(((r"105", lambda m: "一百五十"), *[(p.pattern, s) for p, s in module.RULES]))
    monkeypatch.setattr(module, "RULES", bad)
    said = spoken("共105户20人，水位-1.5米，30%")
    assert said.words == "共一零五户二零人，水位负一点五米，百分之三十"
    assert said.notes == ("105", "20")


def test_nothing_is_spelt_out_where_the_rules_are_right() -> None:
    chance = random.Random(1)
    for _ in range(200):
        text = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日，转移{chance.randint(1, 99999)}人"
        assert spoken(text).notes == ()
