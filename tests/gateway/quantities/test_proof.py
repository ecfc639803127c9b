"""The proof by numbers: the words of a text hold its numbers with their signs, and no others."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.quantities.proof import compared, same
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
    ("最高气温-5℃", "最高气温零下五摄氏度"),
    ("最低气温-3℃到2℃", "最低气温零下三到零上二摄氏度"),
    ("零下5-8℃", "零下五到八摄氏度"),
    ("水位-0.5~0.3米", "水位负零点五到正零点三米"),
    ("±5℃", "正负五摄氏度"),
    ("石桥村-5组", "石桥村，五组"),
    ("增长-3%", "增长负百分之三"),
    ("7/28", "七月二十八日"),
    ("1/16", "十六分之一"),
    ("866 559", "八十六万六千五百五十九"),
    ("1.2×10⁴立方米", "一点二乘十的四次方立方米"),
    ("10.5千米", "十点五千米"),
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
    ("最高气温-5℃", "最高气温，五摄氏度"),
    ("最高气温5℃", "最高气温零下五摄氏度"),
    ("最低气温-3℃到2℃", "最低气温零下三到二摄氏度"),
    ("最低气温-5~-3℃", "最低气温零下五到零上三摄氏度"),
    ("水位-0.35米", "水位零点三五米"),
    ("增长-3%", "增长百分之三"),
    ("气温—5℃", "气温，五摄氏度"),
    ("1/16", "一月十六日"),
    ("1/2的村民", "零点五的村民"),
    ("水位0.25米", "水位四分之一米"),
    ("1/16的耕地", "一，十六的耕地"),
    ("866 559", "八百六十六 五百五十九"),
    ("1 050毫米", "一 五十毫米"),
    ("10.5千米", "一万零五百米"),
    ("1.2×10⁴", "一点二乘十"),
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


def test_a_number_that_a_rule_says_wrong_is_spelt_out_and_its_neighbours_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = rules(((r"105", lambda m: "一百五十"), *[(p.pattern, s) for p, s in module.RULES]))
    monkeypatch.setattr(module, "RULES", bad)
    said = spoken("共105户20人，水位-1.5米，30%")
    assert said.words == "共一零五户二十人，水位负一点五米，百分之三十"
    assert said.notes == ("105",)


def test_a_minus_that_a_rule_loses_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = rules(((r"(?<=温)-", lambda m: "，"), *[(p.pattern, s) for p, s in module.RULES]))
    monkeypatch.setattr(module, "RULES", bad)
    said = spoken("28日8时最高气温-5℃，转移12人")
    assert said.words == "二十八日八时最高气温零下五摄氏度，转移十二人"
    assert said.notes == ("-5",)


def test_a_date_is_never_spelt(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = rules(((r"28(?=日)", lambda m: "十八"), *[(p.pattern, s) for p, s in module.RULES]))
    monkeypatch.setattr(module, "RULES", bad)
    assert spoken("7月28日转移105户").words == "七月二十八日转移一百零五户"


def test_what_is_lost_and_what_stands_instead_are_told() -> None:
    lost, added = compared("105户20人", "一百五十户二十人")
    assert [figure.digits for figure in lost] == ["105"]
    assert [figure.digits for figure in added] == ["150"]


def test_nothing_is_spelt_out_where_the_rules_are_right() -> None:
    chance = random.Random(1)
    for _ in range(200):
        text = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日，转移{chance.randint(1, 99999)}人"
        assert spoken(text).notes == ()
