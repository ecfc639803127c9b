"""Who issued a warning, as its title or the opening of its text says it. All names and texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.issuing import Opened, apart, issuer, platform, speaker

TITLES = [
    ("皖中省江北市云溪县气象台发布暴雨橙色预警[Ⅱ级/严重]", "皖中省江北市云溪县气象台"),
    (
        "云溪县气象局 云溪县自然资源和规划局联合发布地质灾害气象风险橙色预警",
        "云溪县气象局、云溪县自然资源和规划局",
    ),
    ("云溪县自然资源局与县气象局联合发布地质灾害气象风险红色预警", "云溪县自然资源局与县气象局"),
    ("云溪县林业局、县气象局、县应急局联合发布森林火险红色预警", "云溪县林业局、县气象局、县应急局"),
    ("云溪县水利局和云溪县气象局7月28日14时联合发布山洪灾害红色预警", "云溪县水利局和云溪县气象局"),
    ("云溪县应急管理局发布山洪灾害红色预警", "云溪县应急管理局"),
    ("云溪县防汛抗旱指挥部发布洪水红色预警", "云溪县防汛抗旱指挥部"),
    ("云溪县人民政府防汛抗旱指挥部办公室发布通知", "云溪县人民政府防汛抗旱指挥部办公室"),
    ("江北市水文局发布洪水橙色预警", "江北市水文局"),
    ("江北市水文水资源中心升级洪水蓝色预警为黄色", "江北市水文水资源中心"),
    ("龙河口水库管理处发布泄洪预警", "龙河口水库管理处"),
    ("云溪湖景区管委会发布雷电预警", "云溪湖景区管委会"),
    ("自然资源部与中国气象局联合发布地质灾害气象风险红色预警", "自然资源部与中国气象局"),
    ("云溪县突发事件预警信息发布中心发布暴雨橙色预警", "云溪县突发事件预警信息发布中心"),
    ("云溪县气象台2026年7月28日14时30分发布暴雨红色预警信号", "云溪县气象台"),
    ("云溪县气象台于7月28日14时30分继续发布暴雨红色预警信号", "云溪县气象台"),
    ("云溪县气象台今日14时发布暴雨红色预警", "云溪县气象台"),
    ("云溪县气象台2026-07-28 14:30:00发布暴雨红色预警", "云溪县气象台"),
    ("2026年07月28日14时30分云溪县气象台发布暴雨红色预警", "云溪县气象台"),
    ("云溪县气象台更新暴雨橙色预警为红色", "云溪县气象台"),
    ("云溪县气象台变更暴雨橙色预警为红色", "云溪县气象台"),
    ("云溪县气象台将暴雨橙色预警升级为红色", "云溪县气象台"),
    ("云溪县气象台升级暴雨橙色预警为红色", "云溪县气象台"),
    ("云溪县气象台降级暴雨红色预警为橙色", "云溪县气象台"),
    ("云溪县气象台解除暴雨橙色预警信号", "云溪县气象台"),
    ("云溪县气象台撤销暴雨红色预警", "云溪县气象台"),
    (
        "云溪县自然资源和规划局、云溪县气象局：发布地质灾害气象风险预警",
        "云溪县自然资源和规划局、云溪县气象局",
    ),
    ("受强降雨影响，云溪县气象台发布暴雨红色预警", "云溪县气象台"),
    ("云溪县（江北新区）气象台发布暴雨橙色预警", "云溪县（江北新区）气象台"),
    ("【暴雨】云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("江南省将乐县气象台将暴雨黄色预警升级为橙色", "江南省将乐县气象台"),
    ("中央气象台7月28日18时继续发布暴雨橙色预警", "中央气象台"),
    # Platforms pass warnings on.
    ("国家预警信息发布中心：云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("中国天气网讯 云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("【中国天气网】云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("12379提示：云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("来源：中央气象台 云溪县气象台发布暴雨橙色预警", "云溪县气象台"),
    ("国家预警信息发布中心发布暴雨橙色预警", ""),
    ("和风天气发布暴雨橙色预警", ""),
    ("彩云天气发布暴雨橙色预警", ""),
    ("彩云镇人民政府发布转移通知", "彩云镇人民政府"),
    # Nobody is named.
    ("暴雨橙色预警信号", ""),
    ("发布暴雨橙色预警", ""),
    ("关于发布暴雨橙色预警的通知", ""),
    ("", ""),
    ("各有关单位发布后请转告", ""),
    ("我台发布暴雨橙色预警", ""),
]


@pytest.mark.parametrize(("title", "office"), TITLES)
def test_the_office_that_a_title_names_before_its_act(title: str, office: str) -> None:
    assert issuer(title) == office


@pytest.mark.parametrize(
    ("title", "text", "office"),
    [
        (
            "暴雨橙色预警信号",
            "云溪县气象台7月28日14时30分发布暴雨橙色预警：预计未来三小时有暴雨。",
            "云溪县气象台",
        ),
        ("暴雨橙色预警", "【暴雨橙色预警】云溪县气象台继续发布暴雨橙色预警信号。", "云溪县气象台"),
        (
            "国家预警信息发布中心发布山洪预警",
            "7月28日，云溪县气象局与县水利局联合发布山洪预警。",
            "云溪县气象局与县水利局",
        ),
        ("云溪县发布暴雨橙色预警", "云溪县气象台发布暴雨橙色预警。", "云溪县气象台"),
        ("云溪县发布暴雨橙色预警", "预计未来三小时有暴雨。", "云溪县"),
        ("暴雨橙色预警", "预计未来三小时有暴雨。请云溪县气象台发布预警。", ""),
        ("暴雨橙色预警", "未来三小时有暴雨，请各单位发布预警。", ""),
        ("云溪县气象台解除暴雨预警", "江北市气象台发布暴雨预警。", "云溪县气象台"),
    ],
)
def test_the_text_is_asked_where_the_title_names_no_office(title: str, text: str, office: str) -> None:
    assert issuer(title, text) == office


def test_a_field_of_the_document_counts_before_the_text_but_never_a_platform() -> None:
    text = "江北市气象台发布暴雨预警。"
    assert issuer("暴雨橙色预警", text, "云溪县气象台") == "云溪县气象台"
    assert issuer("暴雨橙色预警", text, "国家预警信息发布中心") == "江北市气象台"
    assert issuer("江北市气象台发布暴雨预警", "", "云溪县气象台") == "江北市气象台"
    assert issuer("暴雨橙色预警", "", "国家预警信息发布中心") == ""


@pytest.mark.parametrize(
    "platform",
    [
        "国家预警信息发布中心",
        "国家突发事件预警信息发布网",
        "中国天气网",
        "彩云天气",
        "和风天气",
        "12379",
        "QWeather",
    ],
)
def test_a_platform_is_no_issuer(platform: str) -> None:
    assert speaker(platform) == ""
    assert speaker(f"{platform} 云溪县气象台") == "云溪县气象台"
    assert apart(f"{platform}发布暴雨橙色预警") in (None, Opened("", "", "发布暴雨橙色预警"))


@pytest.mark.parametrize("words", ["中国天气网", "【中国天气网】", "（国家预警信息发布中心）", "12379"])
def test_words_that_are_a_platform_and_no_more(words: str) -> None:
    assert platform(words)
    assert not platform(f"{words}云溪县气象台")
    assert not platform("【】")


def test_a_verb_in_a_name_is_no_act() -> None:
    assert apart("将乐县气象台发布暴雨预警") == Opened("将乐县气象台", "", "发布暴雨预警")
    assert apart("云溪县预警信息发布中心发布预警") == Opened("云溪县预警信息发布中心", "", "发布预警")
    assert apart("联合镇人民政府发布通知") == Opened("联合镇人民政府", "", "发布通知")


@given(st.text(alphabet="云溪县气象台发布解除将联合暴雨橙色预警：，。【】 0123年月日时-", max_size=60))
def test_an_issuer_is_a_part_of_its_text_and_never_a_platform(text: str) -> None:
    found = issuer(text)
    assert found.replace("、", "") in text.replace("、", "").replace(" ", "")
    assert speaker(found) == found
