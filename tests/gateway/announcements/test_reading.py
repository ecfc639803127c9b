"""Readings of real-manner texts (tests/data/readings/table.toml), and what holds of every reading."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.announcements.draft import Local
from gateway.announcements.script import exercise, no_drill, update, warning
from gateway.model.alert import Alert, Info, MsgType, Pair, Scope, Status
from gateway.model.hazard import Level
from gateway.model.plan import LeftFor, Script
from gateway.runtime.clock import CHINA
from gateway.voice.text.spoken import spoken

FOLDER = Path(__file__).parents[2] / "data" / "readings"
READINGS: list[dict[str, Any]] = tomllib.loads((FOLDER / "table.toml").read_text("utf-8"))["reading"]
AT = datetime(2026, 7, 28, 9, 5, tzinfo=CHINA)
ALERT = Alert("A", "county", AT, Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
OURS = Local(("青石镇", "曾家湾", "石桥村"), ("云岭县", "安平市"))
LEVELS = {
    "red": Level.RED,
    "orange": Level.ORANGE,
    "yellow": Level.YELLOW,
    "blue": Level.BLUE,
    "": Level.UNKNOWN,
}
COLOURS = {"红": "red", "橙": "orange", "黄": "yellow", "蓝": "blue"}


def read(
    text: str, guide: str = "", headline: str = "云岭县气象台发布暴雨橙色预警信号", **more: Any
) -> Script:
    """The script of a text."""
    colour = more.get("colour")
    found = re.search("[红橙黄蓝](?=色)", headline + text)
    level = LEVELS[colour if colour is not None else COLOURS[found.group()] if found else ""]
    info = Info(
        language="zh-CN",
        event="暴雨",
        sender_name=more.get("issuer", "云岭县气象台"),
        headline=headline,
        description=text,
        instruction=guide,
        parameters=(Pair("ColorCode", colour),) if colour else (),
    )
    how: Callable[..., Script] = more.get("how", warning)
    return how(ALERT, info, level, local=more.get("local", OURS))


def wrong(case: dict[str, Any]) -> list[str]:
    """What a reading lacks, says too much, or is too long by."""
    more = {key: case[key] for key in ("issuer", "colour") if key in case}
    script = read(case["text"], case.get("guide", ""), case["headline"], **more)
    faults = [f"not said: {words}" for words in case["say"] if words not in script.text]
    faults += [f"said: {words}" for words in case["not"] if words in script.text]
    faults += [f"said twice: {words}" for words in case.get("once", ()) if script.text.count(words) != 1]
    faults += [
        f"short lacks {words}" for words in case.get("short", ()) if words not in "".join(script.short)
    ]
    if len(script.text) > case["longest"]:
        faults.append(f"{len(script.text)} characters")
    return faults


@pytest.mark.parametrize("case", READINGS, ids=lambda case: str(case["name"]))
def test_a_text_is_read_as_the_table_says(case: dict[str, Any]) -> None:
    assert wrong(case) == case.get("known", [])


def test_the_known_disagreements_are_counted() -> None:
    assert len(READINGS) >= 45
    assert sum(bool(case.get("known")) for case in READINGS) == 0


MODEL_A = (
    "云岭县气象台2026年7月28日9时5分发布暴雨红色预警信号：受低涡影响，过去3小时青石镇曾家湾、晓天镇岩口等地降水量已达96.4毫米，"
    "目前降雨仍在持续，预计未来3小时强降雨范围还将扩大，青石、晓天等乡镇仍有40～60毫米降雨，发生内涝、山洪和地质灾害的风险很高。"
    "请停止户外活动，危险地带的人员立即转移。（预警信息来源：云岭县预警信息发布中心）"
)
SAID_A = (
    "云岭县气象台7月28日9时5分发布暴雨红色预警信号。过去3小时青石镇曾家湾等地降水量已达96.4毫米。预计未来3小时强降雨范围还将扩大，"
    "青石等乡镇仍有40～60毫米降雨，发生内涝、山洪和地质灾害的风险很高。请停止户外活动，危险地带的人员立即转移。以上是云岭县气象台预警。"
    "青石镇应急办提醒：沟口、陡坡下的住户，听从村干部安排，不要过河。"
)
MODEL_B = (
    "更新暴雨橙色预警信号为暴雨红色预警信号：过去2小时白云乡、青石镇、晓天镇已出现50～75毫米降雨，受切变线影响，预计未来3小时上述乡镇"
    "仍有60～90毫米降雨，局地可达110毫米以上，打雷时阵风可达9级，沟谷山洪和山体滑坡风险极高，请注意防范。防御指南：1.政府及相关部门"
    "按照职责做好防暴雨应急和抢险工作；2.停止集会、停课、停业（除特殊行业外）；3.做好山洪、滑坡、泥石流等灾害的防御和抢险工作；"
    "4.危险地带人员撤到安全地方，不要涉水过河。"
)
SAID_B = (
    "云岭县气象台7月28日9时5分更新暴雨橙色预警信号为暴雨红色预警信号。过去2小时，青石镇等地已出现50～75毫米降雨。预计未来3小时，"
    "青石镇等地仍有60～90毫米降雨，局地可达110毫米以上，打雷时阵风可达9级，沟谷山洪和山体滑坡风险极高，请注意防范。"
    "停止集会、停课、停业，特殊行业除外。危险地带人员撤到安全地方，不要涉水过河。"
)
RED = "云岭县气象台发布暴雨红色预警信号"
REMINDER = "青石镇应急办提醒：沟口、陡坡下的住户，听从村干部安排，不要过河。"


def body(script: Script) -> str:
    return "".join(script.sentences[1:])


def test_a_county_s_red_of_a_july_night_is_read_as_the_model_says() -> None:
    assert body(read(MODEL_A, headline=RED, local=OURS._replace(sentence=REMINDER))) == SAID_A


def test_a_change_with_a_guide_is_read_as_the_model_says_but_for_two_signs_and_a_turned_exception() -> None:
    """The model turns （除特殊行业外） about and pauses behind the hours. Ours are the station's words."""
    said = body(read(MODEL_B, headline=RED))
    for model, ours in (("，特殊行业除外", "（除特殊行业外）"), ("小时，青石镇", "小时青石镇")):
        assert model in SAID_B
        assert model not in said
        said = said.replace(ours, model)
    assert said == SAID_B


FORECASTS = st.builds(
    "预计未来{}小时{}将有{}毫米降雨".format,
    st.integers(1, 48),
    st.sampled_from(["青石镇", "我县", ""]),
    st.integers(5, 300),
)
KEPT = st.sampled_from(
    [
        "山洪风险极高",
        "可能引发滑坡",
        "请注意防范",
        "沿河群众立即转移",
        "不要返回",
        "请减少外出",
        "停止户外作业",
    ]
)
LOOSE = st.sampled_from(
    [
        "受低槽东移影响",
        "过去3小时柳河乡已出现41.5毫米降雨",
        "目前回波维持",
        "晓天镇、柳河乡等地雨势较大",
        "咨询电话12345",
    ]
)


@given(FORECASTS, st.lists(KEPT, max_size=6), st.lists(LOOSE, max_size=8), st.lists(KEPT, max_size=3))
def test_forecast_danger_advice_and_order_are_said_whatever_stands_around_them(
    forecast: str, kept: list[str], loose: list[str], guide: list[str]
) -> None:
    text = "，".join([*loose, forecast, *kept]) + "。"
    script = read(text, "；".join(guide))
    assert {words for words in (forecast, *kept, *guide) if words not in script.text} == set()
    if len(script.text) > 180:
        assert "咨询电话" not in script.text
        assert "受低槽" not in script.text


@given(st.lists(LOOSE | KEPT | FORECASTS, max_size=12), st.sampled_from("，。；\n"))
def test_every_word_said_is_the_station_s_own_or_stands_in_our_table(clauses: list[str], mark: str) -> None:
    text = mark.join(clauses)
    script = read(text)
    for sentence in script.sentences[2:]:
        for clause in re.split("[，。；：]", sentence):
            ours = "请相互转告，做好防范。"
            assert clause in text or clause in ours or clause.removesuffix("等地") in text


@given(
    st.text("雨预计毫米请撤离，。；：0123456789青石镇、1.", max_size=700), st.text("，请雨。1", max_size=300)
)
def test_a_reading_is_bounded_whatever_stands_in_the_text(text: str, guide: str) -> None:
    script = read(text, guide)
    assert len(script.text) <= 450
    assert all(sentence.strip("。") for sentence in script.sentences)


def test_the_past_goes_last_and_only_where_a_forecast_is_said() -> None:
    past = "过去6小时全县普遍出现了降雨，其中最大的站点已达到88.8毫米"
    filling = "请" + "、".join(["注意防范山洪"] * 18)
    with_forecast = read(f"{past}。预计未来3小时有雨。{filling}。")
    without = read(f"{past}。{filling}。")
    assert "88.8" not in with_forecast.text
    assert [gone.why for gone in with_forecast.left] == [LeftFor.PAST]
    assert "88.8" in without.text


def test_a_local_place_is_never_cut() -> None:
    text = "目前强降雨云团已影响我县柳河乡、青石镇、晓天镇，强度维持，预计未来6小时将出现120毫米以上的降雨，"
    script = read(text + "请" + "、".join(["注意防范山洪"] * 18) + "。")
    assert "青石镇等地" in script.text
    assert "柳河乡" not in script.text


def test_an_exercise_says_to_its_end_that_it_is_one() -> None:
    filling = "请" + "、".join(["注意防范山洪"] * 40) + "。"
    assert read(filling, how=exercise).sentences[-1] == "演练完毕，以上内容是演练。"


def test_a_short_reading_tells_as_much_of_a_drill_as_the_long_one() -> None:
    text = "预计未来3小时青石镇有100毫米降雨，" + "，".join(
        f"请到{place}号安置点领取手电和雨衣" for place in range(14)
    )
    drilled = read(text, how=exercise)
    assert drilled.short[0] == drilled.sentences[0]
    assert drilled.short[-1] == drilled.sentences[-1] == "演练完毕，以上内容是演练。"
    real = no_drill(read(text), ends=True)
    assert real.short[0] == real.sentences[0] == "演练停止，以下是真实预警。"


def test_an_update_is_read_like_the_warning() -> None:
    whole, changed = read(MODEL_B, headline=RED), read(MODEL_B, headline=RED, how=update)
    assert whole.sentences[1:] == changed.sentences[1:]
    assert whole.left == changed.left


def test_a_text_in_latin_letters_is_said_in_its_own_sentences() -> None:
    info = Info(
        headline="Flood warning",
        description="Move to higher ground. Now.",
        instruction="Go.",
        sender_name="Met",
    )
    said = warning(ALERT, info, Level.RED).sentences
    assert said[2:] == (
        "Flood warning。",
        "Move to higher ground。",
        "Now。",
        "Go。",
        "请相互转告，做好防范。",
    )


def test_every_reading_of_the_table_can_be_spoken_without_a_digit_left() -> None:
    for case in READINGS:
        words = spoken(read(case["text"], case.get("guide", ""), case["headline"]).text).words
        assert not re.search(r"\d", words), case["name"]


def test_a_reading_is_made_in_a_moment() -> None:
    read(MODEL_B, headline=RED)
    began = time.process_time()
    for _ in range(50):
        read(MODEL_B, headline=RED)
    assert (time.process_time() - began) / 50 < 0.005, "some tenths of a millisecond on an idle machine"


@pytest.mark.parametrize("piece", ["预计，", "1,2", "上述乡镇，", "青石镇、晓天镇将有100毫米，", "（"])
def test_a_hostile_text_of_50_kilobytes_twice_costs_no_more_than_its_length(piece: str) -> None:
    spent = []
    for size in (5_000, 50_000):
        text = piece * (size // len(piece))
        began = time.process_time()
        assert len(read(text, text).text) <= 450
        spent.append(time.process_time() - began)
    assert spent[1] < max(0.5, 25 * spent[0])
