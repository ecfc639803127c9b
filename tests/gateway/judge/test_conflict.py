"""Two documents of one identity: what differs, and whether the later one is graver."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.judge.conflict import Change, changes, completes, graver
from gateway.judge.lineage import changed, conflicts
from gateway.judge.stamp import STEP, stamped
from gateway.model.alert import Alert, Defect, MsgType, Pair, Scope, Status
from gateway.model.judgement import Past
from gateway.model.reason import Reason
from tests.support.judge_cases import DAY, alert, area, info

YELLOW = alert(info("舒城县气象台发布暴雨黄色预警信号"))
RED = alert(info("舒城县气象台发布暴雨红色预警信号"))


def test_the_level_comes_first_and_every_field_is_named() -> None:
    other = replace(RED.infos[0], areas=area("341523105000"))
    found = changes(YELLOW, replace(RED, infos=(other,)))
    assert found[0] == Change("level", "yellow", "red")
    assert {change.field for change in found} == {"level", "headline", "area"}


@pytest.mark.parametrize(
    ("held", "came", "worse"),
    [
        (YELLOW, RED, True),
        (RED, YELLOW, False),
        (RED, alert(info(description="河道涨水，请立即转移。")), True),
        (alert(info(description="请立即转移。")), RED, False),
        (RED, alert(info(description="降雨量将达150毫米。")), False),
    ],
)
def test_a_worse_level_or_a_new_order_is_graver(held: Alert, came: Alert, worse: bool) -> None:
    assert graver(held, came) is worse
    reason = changed(held, came, "county").why.reason
    assert reason is (Reason.CONTENT_GRAVER if worse else Reason.CONTENT_CHANGED)


def test_what_is_the_same_has_no_changes_whatever_its_defects() -> None:
    assert changes(RED, replace(RED, defects=(Defect("encoding", "gbk"),))) == ()


TITLE = alert(info(description="", instruction=""))
TEXT = "云溪县气象台发布暴雨红色预警信号：降雨量将达150毫米。"
WHOLE = alert(info(description=TEXT, instruction="请停止户外活动。"))


def block(document: Alert, **changes: Any) -> Alert:
    return replace(document, infos=(replace(document.infos[0], **changes),))


@pytest.mark.parametrize(
    "came",
    [
        WHOLE,
        block(WHOLE, instruction=""),
        block(WHOLE, expires=DAY + timedelta(hours=6)),
        block(WHOLE, event="11B03"),
        replace(WHOLE, msg_type=MsgType.UPDATE),
    ],
)
def test_a_text_completes_the_title_alone(came: Alert) -> None:
    assert completes(TITLE, came)
    assert not completes(came, TITLE)
    assert not conflicts(came, TITLE), "the title after the text says nothing else"


@pytest.mark.parametrize(
    "came",
    [
        TITLE,
        block(WHOLE, headline="云溪县气象台发布暴雨橙色预警信号"),
        block(WHOLE, headline="云溪县气象台发布大风红色预警信号"),
        block(WHOLE, sender_name="江北市气象台"),
        block(WHOLE, areas=area("341523105000")),
        block(WHOLE, areas=()),
        replace(WHOLE, status=Status.EXERCISE),
        replace(WHOLE, scope=Scope.PRIVATE),
        replace(WHOLE, msg_type=MsgType.CANCEL),
        replace(WHOLE, msg_type=None),
        replace(WHOLE, infos=()),
        replace(WHOLE, infos=(*WHOLE.infos, *WHOLE.infos)),
    ],
)
def test_what_says_anything_else_completes_nothing(came: Alert) -> None:
    assert not completes(TITLE, came)


@pytest.mark.parametrize(
    "more",
    [
        {"parameters": (Pair("color", "orange"),)},
        {"parameters": (Pair("color", "red"),), "event_codes": (Pair("eventCode", "11B06"),)},
    ],
)
def test_a_text_of_another_level_or_hazard_completes_no_title_that_names_neither(
    more: dict[str, Any],
) -> None:
    red = block(TITLE, headline="云溪县气象台发布预警", event="", parameters=(Pair("color", "red"),))
    same = block(red, description=TEXT.replace("暴雨红色", ""))
    assert completes(red, same)
    assert not completes(red, block(same, **more))


def test_another_text_is_no_completion_of_a_text() -> None:
    assert not completes(WHOLE, block(WHOLE, description="降雨量将达250毫米。"))
    assert conflicts(WHOLE, block(WHOLE, description="降雨量将达250毫米。"))


def test_the_end_that_a_title_reads_like_completes_it() -> None:
    lift = block(TITLE, headline="云溪县气象台解除暴雨红色预警信号")
    assert completes(lift, replace(block(lift, description="险情已过。"), msg_type=MsgType.CANCEL))


# --- the time of what completes another ---------------------------------------------------------


def held(*alerts: Alert, source: str = "county", verdict: str = "air") -> list[Past]:
    return [Past(one, source, verdict, DAY) for one in alerts]


def test_a_text_is_newer_than_its_title_by_a_thousandth_of_a_second() -> None:
    newer = stamped(WHOLE, "county", held(TITLE))
    assert newer == replace(WHOLE, sent=WHOLE.sent + STEP)
    assert newer.key.digest != WHOLE.key.digest


def test_the_same_text_again_has_the_same_time() -> None:
    newer = stamped(WHOLE, "county", held(TITLE))
    assert stamped(WHOLE, "county", held(TITLE, newer)) == newer


def test_another_text_has_the_time_of_the_text_that_it_contradicts() -> None:
    newer = stamped(WHOLE, "county", held(TITLE))
    other = block(WHOLE, description="降雨量将达250毫米。")
    again = stamped(other, "county", held(TITLE, newer))
    assert again.key == newer.key
    assert conflicts(newer, again)


@pytest.mark.parametrize(
    "past",
    [[], held(WHOLE), held(TITLE, source="second"), held(TITLE, verdict="quarantine"), held(YELLOW)],
)
def test_what_completes_nothing_keeps_its_time(past: list[Past]) -> None:
    assert stamped(WHOLE, "county", past) == WHOLE
