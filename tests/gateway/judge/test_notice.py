"""Notices that warn of nothing: no siren for a response of offices or for a report of an earthquake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.alert import Pair
from gateway.model.reason import Reason
from gateway.model.verdict import Hold
from tests.support.judge_cases import alert, ask, info


@pytest.mark.parametrize(
    ("headline", "text", "name", "reason"),
    [
        ("平川县启动洪水防御Ⅳ级应急响应", "请做好监测预警。", "store", Reason.RESPONSE_ONLY),
        ("平川县将防汛应急响应提升至Ⅱ级", "", "hold", Reason.RESPONSE_ONLY),
        ("平川县防指启动防汛一级应急响应", "", "hold", Reason.RESPONSE_ONLY),
        ("平川县启动洪水防御Ⅲ级应急响应", "青石镇群众立即转移。", "air", Reason.AIRED),
    ],
)
def test_a_response_is_no_warning(headline: str, text: str, name: str, reason: Reason) -> None:
    block = info(headline, event="", description=text, event_codes=(Pair("eventCode", "11A01"),))
    answer = ask(alert(block)).verdict
    assert (answer.name, answer.why.reason) == (name, reason)


@pytest.mark.parametrize(
    ("headline", "text", "name"),
    [
        (
            "外国某岛发生6.8级地震",
            "地震台网正式测定：28日9时54分在某岛发生6.8级地震。震源深度170千米。",
            "hold",
        ),
        ("平川县发生3.1级地震", "震源深度10千米。", "hold"),
        ("平川县地震预警", "地震横波20秒后到达，请避险。", "air"),
    ],
)
def test_a_report_of_an_earthquake_is_no_early_warning(headline: str, text: str, name: str) -> None:
    block = info(headline, event="", description=text, event_codes=(Pair("eventCode", "11C02"),))
    answer = ask(alert(block)).verdict
    assert answer.name == name


@pytest.mark.parametrize(
    ("headline", "text", "name"),
    [
        ("因暴雨红色预警停课", "全县中小学明天停课一天。", "hold"),
        ("关于做好暴雨红色预警应对工作的通知", "各乡镇要落实责任。", "hold"),
        ("关于做好暴雨黄色预警应对工作的通知", "各乡镇要落实责任。", "store"),
        ("关于做好暴雨黄色预警应对工作的通知", "青石镇低洼处群众立即转移。", "hold"),
        ("平川县气象台发布暴雨红色预警信号，全县停课", "预计未来3小时降雨量将达100毫米以上。", "air"),
    ],
)
def test_a_title_that_only_mentions_a_signal_has_no_siren(headline: str, text: str, name: str) -> None:
    asked = alert(info(headline, event="暴雨", description=text, instruction=""))
    answer = ask(asked)
    assert answer.verdict.name == name
    if name == "air":
        return
    assert answer.verdict.why.reason is Reason.MENTIONS_ONLY
    assert answer.plan is None
    if isinstance(answer.verdict, Hold):
        let_go = ask(asked, held=replace(answer.verdict, approved=("李某",)))
        assert let_go.verdict.why.reason is not Reason.MENTIONS_ONLY, "nobody is asked twice"
