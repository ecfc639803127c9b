"""A text taken apart: nothing is lost, and each clause is of its kind."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.parts import Kind, parts

T, C, N, P, F, D, A, M, G = (
    Kind.OPENING,
    Kind.CAUSE,
    Kind.NOW,
    Kind.PAST,
    Kind.FORECAST,
    Kind.DANGER,
    Kind.ADVICE,
    Kind.ORDER,
    Kind.OFFICE,
)
TEXTS: list[tuple[str, list[Kind]]] = [
    ("云岭县气象台28日9时发布暴雨橙色预警信号：预计未来6小时，我县A镇、B镇有100毫米雨，局地150毫米，伴有雷电。",
     [T, F, F, F, F]),
    ("云岭县气象台发布雷电黄色预警,预计今天夜间至29日08时，全县有雷电活动，请注意防范。", [T, F, F, A]),
    ("过去2小时，青石镇已出现50毫米降雨，目前回波东移，强度维持，预计未来3小时仍有降雨。", [P, P, N, N, F]),
    ("目前，我县青石镇已出现雷电天气，预计今天夜间将出现雷电。", [P, P, F]),
    ("受副热带高压控制，预计明天最高气温38℃以上。", [C, F]),
    ("山洪风险极高，极易引发滑坡，请沿河群众立即转移，不要收拾东西。", [D, D, M, M]),
    ("可能对交通有不利影响，请减速慢行。", [D, A]),
    ("9点5分，云岭县气象台将大风蓝色预警信号升级为大风黄色预警信号。", [T, T]),
    ("28日8时至9时青石站累计雨量已达37.9毫米，未来1小时降雨仍有15毫米。", [P, F]),
    ("28日11时至12时，下泄流量控制在50立方米/秒；28日12时起，下泄流量控制在90立方米/秒。", [F, F, F, F]),
    ("各镇做好巡查工作，严禁下河捕鱼；沿途各村，要提前做好转移准备。", [G, M, M, M]),
    ("请密切关注雨情变化，加强分析研判，督促落实责任，必要时组织群众转移。", [A, G, G, M]),
    ("预计29日最低气温下降8℃;山区道路有结冰;阵风可达7级。", [F, F, F]),
    ("预计今天有暴雨。局地雨量可达80毫米以上。", [F, F]),
]  # fmt: skip
GUIDE = (
    "请注意防范。防御指南：1.政府及相关部门按照职责做好防暴雨工作；2.停止集会、停课、停业（除特殊行业外）；"
    "3、驾驶人员避开积水路段，减速慢行；（4）检查排水沟。（预警信息来源：云岭县预警信息发布中心）"
)


@pytest.mark.parametrize(("text", "kinds"), TEXTS)
def test_each_clause_is_of_its_kind(text: str, kinds: list[Kind]) -> None:
    assert [part.kind for part in parts(text)] == kinds


def test_a_guide_is_told_by_items_and_by_whom_they_address() -> None:
    taken = parts(GUIDE)
    assert [(part.kind, part.item) for part in taken] == [
        (A, 0),
        (Kind.LABEL, 0),
        (G, 1),
        (M, 2),
        (A, 3),
        (A, 3),
        (A, 4),
        (Kind.SIGNED, 0),
    ]
    assert taken[4].said == "驾驶人员避开积水路段"


@pytest.mark.parametrize(
    "text",
    [
        "（预警信息来源：国家预警信息发布中心）",
        "信息来源：云岭县气象局。",
        "云岭县气象台2026年7月28日9时5分发布",
        "【云岭县应急管理局】",
    ],
)
def test_a_signature_is_known(text: str) -> None:
    assert {part.kind for part in parts("请注意防范。" + text)} == {A, Kind.SIGNED}


def test_the_criterion_goes_on_to_the_end_of_its_sentence() -> None:
    taken = parts("请注意防范。标准：3小时内降雨量将达100毫米以上，或者已达100毫米以上。请转告。")
    assert [part.kind for part in taken] == [A, *[Kind.CRITERION] * 3, A]


@pytest.mark.parametrize(
    "whole",
    ["12.4毫米", "10:30前", "3,200立方米每秒", "7、8级", "-6～-3℃", "1.5米", "2026.7.28", "8：00", "K12+300"],
)
def test_no_number_is_taken_apart(whole: str) -> None:
    text = f"预计明天{whole}，请注意防范。"
    assert any(whole in part.words for part in parts(text))
    assert [part.item for part in parts(text)] == [0, 0]


WORDS = """
预计未来3小时 青石镇将有50毫米降雨 请注意防范 1. 2、 （ ） ， 。 ； ： , . 防御指南 立即转移 受冷空气影响
过去1小时 12.4毫米 10:30 标准 目前 信息来源 各级政府 其中
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", " "])


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_nothing_is_lost_or_invented(text: str) -> None:
    assert "".join(part.words + part.mark for part in parts(text)) == text


BETWEEN = st.sampled_from(
    ["并伴有雷电", "局地小时雨强30毫米", "我县青石镇、白云乡", "其中石桥村较大", "山区更强"]
)


@given(st.lists(BETWEEN, max_size=5), st.integers(1, 48), st.integers(5, 400))
def test_a_forecast_goes_on_over_commas_to_its_amount(between: list[str], hours: int, amount: int) -> None:
    text = "，".join(["受低槽影响", f"预计未来{hours}小时", *between, f"雨量{amount}毫米", "请注意防范"])
    kinds = [part.kind for part in parts(text)]
    assert kinds[0] is C
    assert set(kinds[1:-1]) == {F}
    assert kinds[-1] is A


@pytest.mark.parametrize("piece", ["（", "1,2", " ", "过去3小时，", "1.政府；"])
def test_a_text_of_100_kilobytes_takes_a_moment(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    parts(text)
    assert time.process_time() - began < 5
