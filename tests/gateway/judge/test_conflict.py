"""Two documents of one identity: what differs, and whether the later one is graver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.judge.conflict import Change, changes, graver
from gateway.judge.lineage import changed
from gateway.model.alert import Alert, Defect
from gateway.model.reason import Reason
from tests.support.judge_cases import alert, area, info

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
