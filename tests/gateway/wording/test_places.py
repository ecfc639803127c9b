"""The places that a text names: a table of texts (tests/data/places/texts.toml), and what holds for all
lists."""

from __future__ import annotations

import time
import tomllib
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.gazetteer import Gazetteer
from gateway.model.region import Region
from gateway.wording.places import named

DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "data" / "places" / "texts.toml").read_text("utf-8")
)
TABLE: list[dict[str, Any]] = DATA["row"]
HEAD = "桐岭县气象台发布暴雨橙色预警信号："
PLACES = {
    "城北街道": ("001", []),
    "清溪镇": ("101", ["槐树村", "石桥村", "双井村"]),
    "桐岭镇": ("102", ["上桐村", "新华村"]),
    "石鼓镇": ("103", ["古井村"]),
    "大同镇": ("104", []),
    "高桥镇": ("105", []),
    "和平乡": ("201", ["新华村", "云脚村"]),
    "白云乡": ("202", ["云台村"]),
    "柳沟乡": ("203", ["柳沟村"]),
    "青龙山回族乡": ("204", []),
    "红旗林场": ("501", []),
}
CODES = {name: f"349931{digits}" for name, (digits, _) in PLACES.items()}
COUNTY = Gazetteer.of(
    (Region(f"{CODES[township]}{number:03}"), name)
    for township, (_, villages) in PLACES.items()
    for number, name in [(0, township), *enumerate(villages, 201)]
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["text"])[:40])
def test_a_text_names_what_its_reader_understands(row: dict[str, Any]) -> None:
    text = (HEAD if row.get("head", True) else "") + row["text"]
    answer = named(text, COUNTY, [row.get("issuer", "桐岭县气象台")], row.get("areas", ["桐岭县"]))
    means = row.get("means", [])
    meant = {name for name, code in CODES.items() if code in answer.townships}
    got = {
        "means": "whole" if answer.whole else meant,
        "except": {name for name, code in CODES.items() if code in answer.excluded},
        "strangers": list(answer.strangers),
    }
    wanted = {
        "means": means if means == "whole" else set(means),
        "except": set(row.get("except", [])),
        "strangers": row.get("strangers", []) if means != "whole" else list(answer.strangers),
    }
    if "fault" in row:
        pytest.xfail(row["fault"])
    assert got == wanted


@pytest.mark.parametrize(
    "frame",
    ["{}，请注意防范。", "预计未来3小时{}将出现强降水。", "请{}加强巡查。", "受其影响，{}可能出现内涝。"],
)
def test_townships_of_a_kind_are_no_names(frame: str) -> None:
    """A false name would hold a warning that means us."""
    answers = {
        phrase: named(frame.format(phrase), COUNTY, ["桐岭县气象台"], ["桐岭县"]) for phrase in DATA["plain"]
    }
    assert {phrase for phrase, answer in answers.items() if answer.mentions} == set()


NAMES = sorted(set(PLACES) - {"红旗林场"})
STEMS = {name: name.removesuffix("街道").rstrip("镇乡").removesuffix("回族") for name in NAMES}
COUNTS = "零一两三四五六七八九十"


def listed(names: list[str], style: str) -> str:
    """The names as a text lists them."""
    if style == "、":
        return "、".join(names)
    if style == "和":
        return "、".join(names[:-1]) + "和" + names[-1] if len(names) > 1 else names[0]
    if style == "bare":
        return "、".join([*(STEMS[name] for name in names[:-1]), names[-1]])
    number = COUNTS[len(names)]
    rank = "乡镇" if len({name[-1] for name in names}) > 1 else names[0][-1].replace("道", "街道")
    return "、".join(STEMS[name] for name in names) + f"{number}{rank}"


NAMED = st.lists(st.sampled_from(NAMES), min_size=1, max_size=9, unique=True)
STYLE = st.sampled_from(["、", "和", "bare", "count"])
FRAME = st.sampled_from(
    [
        "预计未来3小时{}将出现60毫米以上降雨，请注意防范。",
        "预计未来6小时我县{}有大风。",
        "{}：预计未来2小时有冰雹",
        "目前强降雨云团已影响我县{}，强度维持，预计未来6小时将出现80毫米左右的降雨。",
        "过去1小时{}已出现50毫米降雨，预计未来3小时仍有60毫米以上降雨。",
    ]
)
EXCEPT = st.sampled_from(
    [
        "预计未来3小时除{}外，我县其余乡镇将出现60毫米以上降雨。",
        "预计未来3小时全县（{}除外）将出现60毫米以上降雨。",
        "预计未来3小时{}以外的乡镇将出现大风。",
        "预计未来3小时我县（不含{}）将出现大风。",
    ]
)


@given(NAMED, STYLE, FRAME, st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_closed_list_means_exactly_its_names(names: list[str], style: str, frame: str, head: bool) -> None:
    if style == "count" and len(names) == 1:
        style = "、"
    text = (HEAD if head else "") + frame.format(listed(names, style))
    answer = named(text, COUNTY, ["桐岭县气象台"], ["桐岭县"])
    assert answer.meant(CODES.values()) == {CODES[name] for name in names}
    assert answer.strangers == ()


@given(NAMED, STYLE, EXCEPT, st.booleans())
@settings(max_examples=150, deadline=None)
def test_an_exception_means_all_the_others(names: list[str], style: str, frame: str, head: bool) -> None:
    if style == "count" and len(names) == 1:
        style = "、"
    text = (HEAD if head else "") + frame.format(listed(names, style))
    answer = named(text, COUNTY, ["桐岭县气象台"], ["桐岭县"])
    assert answer.meant(CODES.values()) == set(CODES.values()) - {CODES[name] for name in names}


@given(NAMED, STYLE, FRAME)
@settings(max_examples=150, deadline=None)
def test_a_list_that_goes_on_means_the_whole(names: list[str], style: str, frame: str) -> None:
    text = frame.format("、".join(names) + "等地")
    assert named(text, COUNTY, [], ["桐岭县"]).meant(CODES.values()) == set(CODES.values())


@given(
    st.text(alphabet="清溪镇和平乡除外等地两、，。预计未来已出现我县桐岭部分白云村机场请转移到", max_size=60)
)
@settings(max_examples=150, deadline=None)
def test_any_text_has_an_answer(text: str) -> None:
    answer = named(text, COUNTY, ["桐岭县气象台"], ["桐岭县"])
    assert answer.townships.isdisjoint(answer.excluded)
    assert all(0 <= one.start < one.end <= len(text) for one in answer.mentions)


BIG = Gazetteer.of(
    (Region(f"3499{31:02}{township:03}{village:03}"), name)
    for township in range(101, 131)
    for village, name in [
        (0, f"{chr(0x5000 + township)}{chr(0x6000 + township)}镇"),
        *((number, f"{chr(0x5200 + number)}{chr(0x7000 + township)}村") for number in range(201, 214)),
    ]
)


def test_a_text_of_usual_length_takes_less_than_a_millisecond() -> None:
    text = HEAD + (
        "截至9时，我县沙河镇、青石镇1小时雨量达到38毫米，雨带正在向北推进，没有减弱，预计中午以前，"
        "我县沙河镇、柳林乡、青石镇还会下70毫米左右的雨，局地有雷暴和阵风，沟谷和陡坡容易出现险情，"
        "请留意村里的通知。"
    )
    named(text, BIG)
    took = min(_seconds(text) for _ in range(20))
    assert took < 0.001 * SLOW


@pytest.mark.parametrize(
    "text",
    [
        "清溪、",
        "一二、",
        "除清溪镇",
        "清溪镇外",
        "县",
        "清溪镇",
        "预计未来",
        "等地两个",
        "，",
        "大部",
        "甲乙丙丁镇",
        "我县的",
        "族",
        "桐岭县气象台",
    ],
)
def test_a_long_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    many = text * (33_000 // len(text))  # 100 kB
    assert _seconds(many, COUNTY) < 1.0 * SLOW


def test_a_text_that_is_no_warning_any_more_means_the_whole() -> None:
    answer = named("预计未来3小时清溪镇有雨。" * 4000, COUNTY)
    assert answer.whole
    assert answer.meant(CODES.values()) == set(CODES.values())


COUNTER = count()
SLOW = 3
"""A busy machine may take so many times as long."""


def _seconds(text: str, gazetteer: Gazetteer = BIG) -> float:
    """The processor's time for one reading. A text that was read before is kept, so each has an end of its
    own."""
    text += f"，{next(COUNTER)}"
    started = time.process_time()
    named(text, gazetteer, ["桐岭县气象台"], ["桐岭县"])
    return time.process_time() - started
