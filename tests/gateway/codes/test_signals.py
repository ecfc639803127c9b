"""Levels and hazards in the wording of real titles and texts, with invented places.

The wordings are those of meteorological, water, land and emergency offices; docs/formats/national.md.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codes import NAMES, meaning, signals
from gateway.model.alert import Info, Pair, Severity
from gateway.model.hazard import Level

COLOURS = {"红": Level.RED, "橙": Level.ORANGE, "黄": Level.YELLOW, "蓝": Level.BLUE}
ORDERS = (
    "平川县{issuer}发布{name}{colour}色{kind}",
    "平川县{issuer}7月28日10时发布{colour}色{name}{kind}",
    "{issuer}联合发布{name}{kind}【{colour}色】",
    "{issuer}发布{name}{kind}（{colour}色预警）",
    "平川县{name}{kind}[{roman}级/{word}]",
    "平川县{name}{kind}/{roman}/{word}",
    "平川县发布{name}{colour}色{kind}[{roman}级/{word}]",
    "平川县发布{name}{roman}级{kind}",
    "平川县将{name}蓝色{kind}变更为{colour}色{kind}",
)
GRADES = dict(zip("红橙黄蓝", ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"), strict=True))
WORDS = dict(zip("红橙黄蓝", ("特别严重", "严重", "较重", "一般"), strict=True))


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(sorted(COLOURS)),
    st.sampled_from(ORDERS),
    st.sampled_from(["预警", "预警信号", "警报", "气象风险预警", "气象预警"]),
    st.sampled_from(["气象台", "水利局和气象局", "应急管理局"]),
)
def test_every_hazard_and_level_is_read_in_every_order(
    name: str, colour: str, order: str, kind: str, issuer: str
) -> None:
    parts = {"roman": GRADES[colour], "word": WORDS[colour]}
    headline = order.format(name=name, colour=colour, kind=kind, issuer=issuer, **parts)
    info = Info(headline=headline)
    assert meaning.level(info) is COLOURS[colour], headline
    assert meaning.hazard(info) == NAMES[name], headline


@pytest.mark.parametrize(
    ("headline", "level"),
    [
        ("平川县防指发布红色山洪灾害气象预警", Level.RED),
        ("发布橙色暴雨预警", Level.ORANGE),
        ("平川县气象台发布红色强降雨、雷暴大风预警", Level.RED),
        ("暴雨预警【橙色】", Level.ORANGE),
        ("暴雨预警(黄)", Level.YELLOW),
        ("平川县发布暴雨二级预警", Level.ORANGE),
        ("平川县发布暴雨预警，预警级别：二级", Level.ORANGE),
        ("平川县发布暴雨II级预警", Level.ORANGE),
        ("平川县发布暴雨预警(Ⅰ级)", Level.RED),
        ("平川县发布3级预警：城市内涝", Level.YELLOW),
        ("发布红色垮塌预警", Level.RED),
        ("平川县发布地质灾害黄色(三级)预警", Level.YELLOW),
        ("平川县地质灾害气象风险预警（3级，黄色）", Level.YELLOW),
        ("平川县森林火险四级预警", Level.ORANGE),
        ("平川县高森林火险橙色预警[Ⅱ级/严重]", Level.ORANGE),
        ("平川县防指启动防汛Ⅲ级应急响应", Level.UNKNOWN),
        ("平川县启动自然灾害救助应急响应（Ⅱ级）", Level.UNKNOWN),
        ("平川县水利局将水旱灾害防御应急响应提升至Ⅱ级", Level.UNKNOWN),
        ("蓝田县、黄山区（黄山）发布暴雨预警", Level.UNKNOWN),
        ("红旗水库、黄河滩区提醒", Level.UNKNOWN),
        ("平川县4级地震预警", Level.UNKNOWN),
        ("平川县发布7级大风预警", Level.UNKNOWN),
        ("6月影响到黄山市的暴雨预警", Level.UNKNOWN),
    ],
)
def test_a_level_is_beside_the_word_warning(headline: str, level: Level) -> None:
    assert meaning.level(Info(headline=headline)) is level


@pytest.mark.parametrize(
    ("headline", "name"),
    [
        ("平川县气象台发布台风大风蓝色预警", "台风"),
        ("今年第9号台风“海燕”带来大风", "台风"),
        ("受台风影响，平川县气象台发布大风橙色预警信号", "大风"),
        ("平川县解除雷电黄色预警，发布暴雨橙色预警信号", "暴雨"),
        ("平川县解除雷电黄色预警信号", "雷电"),
        ("平川县重污染天气橙色预警", "重污染"),
        ("平川县霾橙色预警", "霾"),
        ("受暴雨影响，青石水库开闸泄洪", "水库泄洪"),
        ("青石水库10时泄洪", "水库泄洪"),
        ("关于青石水库提闸放水的紧急通知", "水库泄洪"),
        ("青石水库出现重大险情", "水库重大险情"),
        ("平川县发布中小河流洪水气象风险橙色预警", "中小河流洪水"),
        ("平川县城区内涝", "内涝"),
        ("平川县发布城市内涝风险橙色预警", "城市内涝"),
        ("平川县发布短时强降水红色预警", "短时强降水"),
        ("平川县发布山洪地质灾害气象风险预警", "山洪灾害"),
        ("平川县热带气旋预警", "台风"),
        ("清水河水位超警戒的紧急通知", "洪水"),
        ("平川县发布森林草原高火险橙色预警", "森林草原火险"),
        ("平川县城关镇天然气泄漏紧急通知", "燃气泄漏"),
    ],
)
def test_the_signal_names_the_hazard(headline: str, name: str) -> None:
    assert meaning.hazard(Info(headline=headline)).zh == name


def test_a_code_that_is_a_word_is_read_as_one() -> None:
    assert meaning.hazard(Info(event_codes=(Pair("eventType", "水库泄洪"),))).zh == "水库泄洪"


def test_a_silent_title_leaves_the_level_to_the_text() -> None:
    text = "预计7月28日20时至29日20时，平川县发生山洪灾害可能性大（橙色预警）。"
    info = Info(headline="省水利厅发布山洪灾害预警", description=text)
    assert meaning.level(info) is Level.ORANGE
    assert meaning.written(info) == {"text": Level.ORANGE}


def test_a_title_that_speaks_hides_the_levels_of_its_text() -> None:
    text = "平川县将继续维持大风蓝色预警信号，请注意红色预警。"
    info = Info(headline="平川县发布大风蓝色预警信号", description=text)
    assert meaning.level(info) is Level.BLUE
    assert not meaning.unclear(info)


def test_of_several_levels_in_a_text_the_worst_counts_and_it_is_said_to_be_unclear() -> None:
    text = "长丰县可能发生山洪灾害（蓝色预警），平川县发生山洪灾害可能性大（橙色预警）。"
    info = Info(headline="省水利厅发布山洪灾害预警", description=text)
    assert meaning.level(info) is Level.ORANGE
    assert meaning.unclear(info)
    assert (
        meaning.level(Info(headline=info.headline, description=text, severity=Severity.EXTREME)) is Level.RED
    )


def test_a_single_level_in_the_text_counts_before_the_severity() -> None:
    info = Info(headline="平川县山洪灾害预警", description="发布黄色预警。", severity=Severity.EXTREME)
    assert meaning.level(info) is Level.YELLOW


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("未来24小时青石镇地质灾害气象风险很高。", Level.RED),
        ("未来24小时青石镇地质灾害气象风险高。", Level.ORANGE),
        ("青石镇发生地质灾害的风险等级为较高。", Level.YELLOW),
        ("青石镇有一定风险发生山洪灾害。", Level.BLUE),
        ("青石镇发生山洪灾害可能性很大。", Level.RED),
    ],
)
def test_words_of_risk_are_levels_where_nothing_else_is_written(text: str, level: Level) -> None:
    assert meaning.level(Info(headline="平川县地质灾害气象风险预警", description=text)) is level
    assert meaning.level(Info(headline="平川县大风提醒", description=text)) is Level.UNKNOWN
    blue = Info(headline="平川县地质灾害蓝色预警", description=text)
    assert meaning.level(blue) is Level.BLUE


@pytest.mark.parametrize("title", ["平川县教育局停课通知", "平川县客运站停运公告"])
def test_a_title_of_something_else_only_quotes_a_warning(title: str) -> None:
    info = Info(headline=title, description="受暴雨红色预警影响，明日停课。")
    assert (meaning.hazard(info).zh, meaning.level(info)) == ("", Level.UNKNOWN)
    assert meaning.speaks_gravely(info)


def test_a_change_in_a_text_is_its_new_level() -> None:
    assert signals.levels("高温黄色预警信号更新为高温橙色预警信号。") == {Level.ORANGE}


@pytest.mark.parametrize("words", ["红色", "Ⅱ级", "特别重大", "重大险情", "[严重"])
def test_grave_words_are_seen_in_any_text(words: str) -> None:
    assert meaning.speaks_gravely(Info(description=f"青石水库{words}")) is (words != "[严重")


def test_a_fire_class_counts_upwards() -> None:
    assert signals.title("平川县森林火险等级五级预警") is Level.RED
    assert signals.title("森林火险气象等级为三级，发布预警") is Level.YELLOW
