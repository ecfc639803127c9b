"""Our own level in a text for many places, the area of a twin, and what comes from above."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.codes import meaning
from gateway.judge import area
from gateway.judge.here import here
from gateway.model.alert import CPEAS, Alert, Area, Info, Pair
from gateway.model.hazard import Level
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from tests.support.judge_cases import alert

ROSTER = Roster(
    1,
    (Village(Region("341523104000"), "青石镇"), Village(Region("341523105000"), "白云乡")),
    (Speaker("square", "广场", Region("341523104201"), "line", 1),),
)
TITLE = "省水利厅发布山洪灾害气象预警"


def block(text: str, title: str = TITLE, place: str = "平川县", code: str = "341523000000") -> Info:
    return Info(
        language="zh-CN",
        headline=title,
        description=text,
        areas=(Area(place, geocodes=(Pair(CPEAS, code),)),),
    )


def level(info: Info, roster: Roster = ROSTER) -> Level:
    (read,) = here(alert(info), roster).infos
    return meaning.level(read)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (
            "长丰县、石门县可能发生山洪灾害（蓝色预警），平川县发生山洪灾害可能性大（橙色预警）。",
            Level.ORANGE,
        ),
        ("平川县可能发生山洪灾害（蓝色预警），长丰县发生山洪灾害可能性大（橙色预警）。", Level.BLUE),
        ("橙色预警区域：长丰县、石门县；黄色预警区域：平川县、广济县。", Level.YELLOW),
        ("长丰县为橙色预警区域，平川县、石门县为黄色预警区域。", Level.YELLOW),
        ("平川县（橙色预警）、长丰县（红色预警）等地注意防范。", Level.ORANGE),
        ("长丰县（橙色预警）、石门县（黄色预警）注意防范。", Level.ORANGE),
    ],
)
def test_the_level_beside_our_name_is_ours(text: str, ours: Level) -> None:
    assert level(block(text)) is ours


@pytest.mark.parametrize(
    "text",
    [
        "平川县气象台10时将台风黄色预警信号升级为台风橙色预警信号：预计今天夜里全县有暴雨。",
        "平川县10时更新高温黄色预警信号为高温橙色预警信号，请注意防范。",
        "平川县水利局将黄色预警变更为橙色预警，请注意防范。",
    ],
)
def test_a_signal_that_becomes_another_in_the_text_leaves_the_title_its_level(text: str) -> None:
    info = block(text, title="平川县气象台发布台风橙色预警信号")
    assert level(replace(info, sender_name="平川县气象台")) is Level.ORANGE


def test_brackets_may_stand_between_a_level_and_its_places() -> None:
    text = (
        "橙色预警区域（山洪灾害可能性较大）：六安市（平川县）。黄色预警区域（可能发生）：六安市（长丰县）。"
    )
    assert level(block(text, title="省水利厅发布橙色山洪灾害气象预警")) is Level.ORANGE


def test_the_narrower_place_counts() -> None:
    text = "六安市发生山洪灾害可能性较大（黄色预警），其中平川县发生山洪灾害可能性大（橙色预警）。"
    info = block(text, place="六安市、平川县", code="341500000000,341523000000")
    assert level(info) is Level.ORANGE


def test_all_our_townships_named_count_before_the_county() -> None:
    text = "平川县青石镇（红色预警）、白云乡（黄色预警）。"
    assert level(block(text)) is Level.RED


def test_a_county_of_the_roster_is_known_without_an_area_of_that_name() -> None:
    county = replace(ROSTER, villages=(*ROSTER.villages, Village(Region("341523000000"), "平川县")))
    text = "平川县可能发生山洪灾害（蓝色预警），长丰县发生山洪灾害可能性大（橙色预警）。"
    province = block(text, place="安徽省", code="340000000000")
    assert level(province) is Level.ORANGE
    assert level(province, county) is Level.BLUE


def test_a_title_is_lowered_only_where_the_text_gives_its_level_to_others() -> None:
    text = "平川县（黄色预警）、长丰县（橙色预警）注意防范。"
    assert level(block(text, title="省水利厅发布橙色山洪灾害气象预警")) is Level.YELLOW
    station = "平川县石桥站雨量达40毫米（橙色级别），石门站31毫米（黄色级别）。"
    assert level(block(station, title="平川县气象台发布暴雨红色预警信号")) is Level.RED


@pytest.mark.parametrize(
    "text",
    [
        "平川县气象台7月28日14时解除大风蓝色预警信号，发布暴雨红色预警信号：我县有大暴雨。",
        "平川县气象台7月28日14时解除暴雨橙色预警信号，发布暴雨红色预警信号。",
        "平川县气象台将暴雨橙色预警信号升级为红色预警信号：",
        "平川县气象台7月28日11时发布暴雨橙色预警信号，预计我县大部分乡镇雨势加强，现升级为红色预警信号。",
        "平川县已连续发布暴雨黄色预警、暴雨橙色预警，现升级至暴雨红色预警。",
        "青石镇、白云乡处于暴雨橙色预警中，现发布暴雨红色预警信号。",
        "平川县雷电黄色预警、暴雨红色预警同时生效。",
        "平川县的暴雨黄色预警信号已失效，城乡积涝和山区山洪风险高，暴雨红色预警信号生效。",
    ],
)
def test_a_level_that_the_text_gives_to_nobody_else_is_ours(text: str) -> None:
    assert level(block(text, title="平川县气象台发布暴雨红色预警信号")) is Level.RED


def test_one_level_for_all_is_left_alone() -> None:
    plain = alert(block("平川县发布橙色预警。"))
    assert here(plain, ROSTER) is plain


def pair(**changes: object) -> Alert:
    chinese = Info(
        language="zh-CN", event="暴雨", headline="平川县气象台发布暴雨红色预警信号", description="暴雨。"
    )
    english = Info(
        language="en-US",
        event="Rainstorm",
        headline="Red warning of rainstorm",
        areas=(Area("county", geocodes=(Pair(CPEAS, "341523000000"),)),),
    )
    return replace(alert(chinese), infos=(chinese, replace(english, **changes)))  # type: ignore[arg-type]


def test_a_chinese_block_without_an_area_has_its_twins() -> None:
    chinese, english = here(pair(), ROSTER).infos
    assert chinese.areas == english.areas
    assert area.targets(chinese, ROSTER) == ("square",)


@pytest.mark.parametrize("other", [{"event_codes": (Pair("eventCode", "11B06"),)}, {"language": "zh-CN"}])
def test_another_event_is_no_twin(other: dict[str, object]) -> None:
    chinese, _ = here(pair(**other), ROSTER).infos
    assert chinese.areas == ()


@pytest.mark.parametrize("place", ["全国", "中国", "安徽省", "安徽"])
def test_the_country_or_the_province_in_words_is_for_us(place: str) -> None:
    assert area.targets(Info(areas=(Area(place),)), ROSTER) == ("square",)


@pytest.mark.parametrize("place", ["江西省", "我省", "全省部分地区", "安徽省北部", ""])
def test_other_words_are_no_area(place: str) -> None:
    assert area.targets(Info(areas=(Area(place),)), ROSTER) == ()


def test_a_shape_beside_the_words_counts_alone() -> None:
    assert area.targets(Info(areas=(Area("全国", ("30,110 31,110 31,111 30,110",)),)), ROSTER) == ()


@pytest.mark.parametrize(
    ("title", "severity", "became"),
    [
        ("平川县气象台将暴雨红色预警信号降级为暴雨橙色预警信号", "Red", Level.ORANGE),
        ("平川县气象台解除暴雨红色预警信号，发布暴雨黄色预警信号", "Yellow", Level.YELLOW),
        ("平川县气象台将大风黄色预警信号升级为大风橙色预警信号", "Yellow", Level.ORANGE),
        ("平川县气象台将大风橙色预警信号降级为大风黄色预警信号", "Red", Level.RED),
        ("平川县气象台发布暴雨红色预警信号，将大风橙色预警信号降级为大风黄色预警信号", "Red", Level.RED),
        ("平川县气象台解除大风黄色预警信号，发布暴雨红色预警信号", "Red", Level.RED),
    ],
)
def test_a_title_that_changes_a_signal_has_the_new_level(title: str, severity: str, became: Level) -> None:
    info = replace(block("", title=title), parameters=(Pair("nationalSeverity", severity),))
    assert level(info) is became
