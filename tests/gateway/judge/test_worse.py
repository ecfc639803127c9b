"""What is worse in a text than in the one before: numbers, orders, places, danger; nothing else."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.judge.worse import news, places
from tests.support.judge_cases import DAY, area, info

NOW = "梅岭县气象台2026年07月28日14时20分发布暴雨红色预警信号"
BEFORE = f"{NOW}：过去1小时青石镇已出现65毫米降雨，预计未来3小时青石镇将有100毫米以上强降雨，请注意防范。"


def worse(now: str, before: str = BEFORE) -> tuple[str, ...]:
    found = news(info(description=now, instruction=""), [info(description=before, instruction="")])
    return (*found.worse, *found.wider)


def other(now: str, before: str = BEFORE) -> tuple[str, ...]:
    return news(info(description=now, instruction=""), [info(description=before, instruction="")]).other


WORSE = {
    "more rain": BEFORE.replace("100毫米", "200毫米"),
    "more rain in Chinese numerals": BEFORE.replace("100毫米", "一百二十毫米"),
    "more rain in full-width figures": BEFORE.replace("100毫米", "１２０毫米"),
    "a span whose end is higher": BEFORE.replace("100毫米", "80～120毫米"),
    "for longer": BEFORE.replace("未来3小时", "未来6小时"),
    "for days": BEFORE.replace("未来3小时", "未来两天"),
    "another measure": BEFORE.replace("强降雨，", "强降雨，阵风9级，"),
    "an order": BEFORE.replace("请注意防范", "请沿河群众立即转移"),
    "another place": BEFORE.replace("3小时青石镇", "3小时青石镇、沙河镇"),
    "a graver danger": BEFORE.replace("请注意", "山洪风险极高，请注意"),
    "a dam": BEFORE.replace("请注意", "石门水库有溃坝可能，请注意"),
    "more has fallen than was forecast": BEFORE.replace("65毫米", "130毫米"),
}
NO_WORSE = {
    "less rain": BEFORE.replace("100毫米", "80毫米"),
    "less has fallen": BEFORE.replace("65毫米", "40毫米"),
    "a shorter time": BEFORE.replace("未来3小时", "未来2小时"),
    "an hour later": BEFORE.replace("14时20分", "15时20分"),
    "another day": BEFORE.replace("07月28日", "07月29日"),
    "other words": BEFORE.replace("将有", "仍将有").replace("强降雨", "降水"),
    "numerals": BEFORE.replace("100毫米", "一百毫米"),
    "other order": "预计未来3小时将有100毫米以上强降雨，过去1小时青石镇出现65毫米降雨，请注意防范。",
    "advice": BEFORE.replace("请注意防范", "请注意防范山洪、泥石流等灾害，警惕溃坝"),
    "nothing of it happened": BEFORE.replace("请注意", "未出现重大险情，请注意"),
    "a response": BEFORE.replace("请注意", "启动防汛三级应急响应，请注意"),
    "a smaller area": BEFORE.replace("青石镇将有", "将有"),
    "common words": BEFORE.replace("请注意", "城镇、农村和各乡镇请注意"),
}


@pytest.mark.parametrize("case", WORSE)
def test_this_is_worse(case: str) -> None:
    assert worse(WORSE[case]), case


@pytest.mark.parametrize("case", NO_WORSE)
def test_this_is_no_worse(case: str) -> None:
    assert not worse(NO_WORSE[case]), case


def test_more_has_fallen_and_no_more_is_forecast_is_new_and_not_worse() -> None:
    more = BEFORE.replace("65毫米", "80毫米")
    assert (worse(more), bool(other(more))) == ((), True)


def test_that_more_has_fallen_than_was_forecast_is_worse_once() -> None:
    before = "过去1小时雨量{}毫米，预计未来2小时仍有50毫米降雨。"
    assert worse(before.format(60), before.format(40))
    assert not worse(before.format(80), before.format(60))
    assert other(before.format(80), before.format(60))


def test_a_river_that_has_risen_is_worse() -> None:
    before = "目前清水河青石站水位105.3米，超警戒水位0.5米，流量1 200m³/s。"
    for now in ("105.8米", "超警戒水位1.2米", "1 450m³/s"):
        former = {"105.8米": "105.3米", "超警戒水位1.2米": "超警戒水位0.5米"}.get(now, "1 200m³/s")
        assert worse(before.replace(former, now), before), now
    assert not worse(before.replace("105.3米", "104.9米"), before)


@pytest.mark.parametrize(
    ("before", "graver", "milder"),
    [
        ("预计今天夜间能见度小于500米。", "200米", "800米"),
        ("预计明天早晨最低气温-6℃。", "-9℃", "-3℃"),
        ("预计明晨最低气温零下6度。", "零下9度", "零下3度"),
        ("预计明天最高气温38℃。", "41℃", "36℃"),
        ("预计未来24小时降温8℃。", "12℃", "6℃"),
        ("预计阵风7～8级。", "9～10级", "6～7级"),
        ("预计山洪沟流量300立方米/秒。", "500立方米/秒", "200立方米/秒"),
        ("预计小时雨强40毫米/小时。", "60毫米/小时", "30毫米/小时"),
        ("预计台风距我县300公里。", "150公里", "400公里"),
    ],
)
def test_for_some_amounts_the_smaller_is_worse(before: str, graver: str, milder: str) -> None:
    number = re.findall(r"(?:零下|-)?\d+(?:～\d+)?[^\d]+$", before.rstrip("。"))[-1]
    assert worse(before.replace(number, graver), before)
    assert not worse(before.replace(number, milder), before)


@pytest.mark.parametrize("unit", ["毫米", "mm", "级", "米", "度", "℃", "m³/s", "毫米/小时", "小时", "公里"])
@given(
    low=st.integers(5, 900), more=st.integers(1, 900), past=st.sampled_from(("", "过去1小时出现了20毫米，"))
)
def test_a_higher_amount_is_always_worse_and_a_lower_one_never(
    unit: str, low: int, more: int, past: str
) -> None:
    text = f"{past}预计未来将达{{}}{unit}以上，请注意防范。"
    assert worse(text.format(low + more), text.format(low))
    assert not worse(text.format(low), text.format(low + more))


CLAUSES = (
    "过去1小时青石镇已出现65毫米降雨",
    "预计未来3小时青石镇、沙河镇将有100毫米以上强降雨",
    "预计阵风8级",
    "请立即转移",
)


@given(st.permutations(CLAUSES), st.randoms())
def test_the_same_clauses_in_another_order_are_no_news(order: list[str], chance: random.Random) -> None:
    before = "。".join(CLAUSES)
    swapped = "。".join(order).replace("青石镇、沙河镇", chance.choice(("青石镇、沙河镇", "沙河镇、青石镇")))
    assert not worse(swapped, before)
    assert not other(swapped, before)


def test_level_onset_and_codes() -> None:
    orange = info("舒城县气象台发布暴雨橙色预警信号", onset=DAY + timedelta(hours=4))
    assert news(info(), [orange]).worse
    assert news(replace(orange, onset=DAY), [orange]).worse
    assert not news(replace(orange, onset=DAY + timedelta(hours=5)), [orange]).worse
    assert news(replace(orange, areas=area("341523000000")), [orange]).wider
    assert not news(replace(orange, areas=area("341523104201")), [orange]).wider


def test_an_order_is_found_in_every_field_and_is_no_news_twice() -> None:
    plain, ordered = info(instruction=""), "请沿河群众立即转移。"
    for field in ("headline", "description", "instruction"):
        said = replace(plain, **{field: getattr(plain, field) + ordered})
        assert any(one.startswith("order") for one in news(said, [plain]).worse), field
        assert not news(said, [said, plain]).worse


def test_an_instruction_that_is_not_chinese_is_news_when_it_changes() -> None:
    english = info(instruction="Stay indoors.")
    assert news(replace(english, instruction="Move to higher ground now."), [english]).worse
    chinese = info(instruction="请注意防范。")
    changed = news(replace(chinese, instruction="请留意最新预报。"), [chinese])
    assert (changed.worse, bool(changed.other)) == ((), True)


def test_places_are_names_with_a_rank() -> None:
    assert [name[-3:] for name in places("我县青石镇、沙河镇，柳林乡")] == ["青石镇", "沙河镇", "柳林乡"]
    assert not places("城镇、乡镇、各村、全镇、本乡、农村、部分乡镇")
