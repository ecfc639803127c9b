"""Which clauses order people to do something now."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wording.clauses import clauses
from gateway.wording.orders import orders

ORDERS = [
    ("山洪风险极高，请沿河群众立即转移。", ["请沿河群众立即转移"]),
    ("山边河边住户立即撤到安全地带。", ["山边河边住户立即撤到安全地带"]),
    ("危险区群众立即撤离，预警解除前不要返回。", ["危险区群众立即撤离", "预警解除前不要返回"]),
    ("请立即避险！", ["请立即避险"]),
    ("立即转移", ["立即转移"]),
    ("请大家赶快离开河道", ["请大家赶快离开河道"]),
    ("处于危险地带的人员立即转移", ["处于危险地带的人员立即转移"]),
    ("请按演练路线立即转移", ["请按演练路线立即转移"]),
    ("2.停止集会、停课、停业（除特殊行业外）；", ["2.停止集会、停课、停业（除特殊行业外）"]),
    ("请停止一切户外作业", ["请停止一切户外作业"]),
    ("停止户外活动", ["停止户外活动"]),
    ("暂停在空旷地方的户外作业", ["暂停在空旷地方的户外作业"]),
    ("中小学、幼儿园全部停课", ["中小学、幼儿园全部停课"]),
    (
        "请沿河群众立即转移到中学，不要收拾东西，不要过桥，听从村干部指挥。",
        ["请沿河群众立即转移到中学", "不要收拾东西", "不要过桥", "听从村干部指挥"],
    ),
    ("隐患点群众请按预案全部转移,未接到通知不得返回.", ["隐患点群众请按预案全部转移", "未接到通知不得返回"]),
    ("各镇做好巡查，严禁在河道作业和从事其他涉水活动；", ["严禁在河道作业和从事其他涉水活动"]),
    ("禁止一切野外用火", ["禁止一切野外用火"]),
    ("低洼地带人员要做好撤离准备工作", ["低洼地带人员要做好撤离准备工作"]),
    ("提请地方政府依法提前组织人员安全转移避险", ["提请地方政府依法提前组织人员安全转移避险"]),
    ("转移危险地带人员和危房居民到安全场所避雨", ["转移危险地带人员和危房居民到安全场所避雨"]),
    ("提醒提前转移弱势人群", ["提醒提前转移弱势人群"]),
    ("马上往两侧高处跑", ["马上往两侧高处跑"]),
    ("切断低洼地带有危险的室外电源", ["切断低洼地带有危险的室外电源"]),
    ("请关闭门窗", ["请关闭门窗"]),
    ("海上船只立即回港避风", ["海上船只立即回港避风"]),
    ("危险地带人员撤到安全地方，不要涉水过河", ["危险地带人员撤到安全地方", "不要涉水过河"]),
]
NO_ORDERS = [
    "已转移120人",
    "全县累计转移群众1,200人。",
    "青石镇已紧急转移危险区群众56户203人",
    "转移安置点设在青石中学",
    "石桥村转移避险演练",
    "原定今天的防汛演练取消",
    "停止防汛演练",
    "目前无需转移",
    "暂不需要组织转移",
    "注意做好实时监测、防汛预警和转移避险等防范工作",
    "请注意防范。",
    "请减少出行，驾车慢行。",
    "政府及相关部门按照职责做好防暴雨应急和抢险工作",
    "强降雨云团向东转移",
    "部分高速公路已关闭",
    "预计未来3小时仍有100毫米以上降雨，山洪风险极高",
    "转移群众接到村委会通知后方可返回",
    "县城学校已停课",
    "伴有雷电和短时大风",
    "",
]


@pytest.mark.parametrize(("text", "found"), ORDERS)
def test_an_order_is_found(text: str, found: list[str]) -> None:
    assert list(orders(text)) == found


@pytest.mark.parametrize("text", NO_ORDERS)
def test_a_report_a_negation_a_noun_or_advice_is_no_order(text: str) -> None:
    assert orders(text) == ()


def test_a_condition_before_an_order_does_not_hide_it() -> None:
    assert orders("已转移120人，其余群众立即转移。") == ("其余群众立即转移",)


@pytest.mark.parametrize("piece", ["（", "1、", "，", " ", "请立即", "转移", "不要，", "(1", "停课、", "。 "])
def test_a_text_of_100_kilobytes_takes_a_moment(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()
    orders(text)
    assert time.perf_counter() - began < 2


SIGNS = st.text("预计请转移撤离3.，。；:：、,\n (（)）①一1 0防御", max_size=60)


@given(SIGNS)
def test_the_clauses_put_together_are_the_text(text: str) -> None:
    assert "".join(clause.words + clause.mark for clause in clauses(text)) == text


@pytest.mark.parametrize(
    "whole",
    [
        "12.4毫米",
        "10:30",
        "10：30前",
        "3,200人",
        "7、8级大风",
        "（除医院、学校外，其他）",
        "K45.5千米",
        "GB1.2",
    ],
)
def test_no_clause_ends_inside_a_number_or_brackets(whole: str) -> None:
    assert [clause.words for clause in clauses(f"预计有{whole}，请注意")] == [f"预计有{whole}", "请注意"]
