"""The trace says which numbers a reading holds, and which of the text it leaves out."""

from __future__ import annotations

from gateway.console.views.traces import dry_run
from gateway.model.record import Entry
from gateway.model.verdict import Step
from tests.support.judge_cases import ROSTER, alert, ask, info

LONG = (
    "舒城县气象台28日9时发布暴雨红色预警信号：过去6小时全县普遍出现了降雨，其中最大的站点已达到88.8毫米。"
    "预计未来3小时青石镇将有77毫米降雨，" + "请" + "、".join(["注意防范山洪"] * 16) + "。"
)


def steps(rule: str, description: str) -> list[Step]:
    trace = ask(alert(info(description=description))).trace
    return [step for step in trace if step.rule == rule]


def test_the_numbers_said_and_those_left_out_are_both_in_the_trace() -> None:
    said, left = steps("reading.said", LONG), steps("reading.left", LONG)
    assert said[0].speakers == ("square", "slope")
    assert {"3", "77"} <= set(said[0].saw.split(", "))
    assert "88.8" not in said[0].saw
    assert "88.8" in left[0].saw.split(", ")
    assert "77" not in left[0].saw.split(", ")


def test_where_nothing_is_left_out_nothing_is_noted() -> None:
    assert steps("reading.left", "预计未来3小时青石镇将有77毫米降雨。") == []


def test_the_view_has_the_whole_text_and_what_was_left_out_with_the_reason() -> None:
    asked = alert(info(description=LONG))
    view = dry_run(Entry(asked, "county", asked.sent, ask(asked)), ROSTER)
    part = view["plans"][0]["parts"][0]
    assert "77毫米" in part["text"]
    assert part["short"] == ""
    assert [gone["why"] for gone in part["left"]] == ["opening", "past"]
    assert "88.8毫米" in part["left"][1]["words"]
