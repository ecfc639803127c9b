"""What whoever is on duty types, against a small HTTP server that answers as the gateway's API does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import KEY, Gateway, body, typed

DISK = {
    "name": "disk",
    "since": "2026-07-28T02:00:00+08:00",
    "rings": True,
    "acknowledged_by": "",
    "sentence": "磁盘写不进去。",
    "sentence_en": "The disk takes nothing.",
}
LINE = {**DISK, "name": "line east", "rings": False, "sentence": "线路断开。"}


def test_alarms_are_listed_with_what_rings_first(gateway: Gateway, here: Path) -> None:
    gateway.says("GET alarms", 200, {"alarms": [LINE, DISK], "ringing": [DISK]})
    said = typed(gateway, here, "alarms").stdout
    assert said.index("disk") < said.index("line east")
    assert "响铃" in next(line for line in said.splitlines() if "disk" in line)
    assert "响铃" not in next(line for line in said.splitlines() if "line east" in line)
    assert "磁盘写不进去。" in said


def test_no_alarm_is_said_so(gateway: Gateway, here: Path) -> None:
    gateway.says("GET alarms", 200, {"alarms": [], "ringing": []})
    assert typed(gateway, here, "alarms").stdout == "没有报警。\n"


@pytest.mark.parametrize("name", ["all", "line east/1"])
def test_an_alarm_is_acknowledged_by_name(gateway: Gateway, here: Path, name: str) -> None:
    path = {"all": "all", "line east/1": "line%20east%2F1"}[name]
    gateway.says(f"POST alarms/{path}/acknowledge", 200, {"acknowledged": [name]})
    said = typed(gateway, here, "acknowledge", name, "--by", "李四")
    assert said.stdout == f"已确认：{name}\n"
    assert body(gateway) == {"person": "李四"}


def test_everything_is_held_a_quarter_of_an_hour_unless_told_otherwise_and_resumed(
    gateway: Gateway,
    here: Path,
) -> None:
    gateway.says("POST hold", 200, {"until": "2026-07-28T02:15:00+08:00"})
    assert "2026-07-28T02:15:00+08:00" in typed(gateway, here, "hold", "--by", "李四").stdout
    assert body(gateway) == {"minutes": 15, "person": "李四"}
    typed(gateway, here, "hold", "60", "--by", "李四")
    assert body(gateway) == {"minutes": 60, "person": "李四"}
    gateway.says("DELETE hold?person=%E6%9D%8E%E5%9B%9B", 200, {})
    assert typed(gateway, here, "resume", "--by", "李四", lang="en").stdout == "What was held goes on.\n"


def test_more_than_two_hours_are_refused_in_the_gateways_own_words(gateway: Gateway, here: Path) -> None:
    gateway.says("POST hold", 409, {"detail": "最长暂停 120 分钟 / 120 minutes at most"})
    refused = typed(gateway, here, "hold", "999", "--by", "李四")
    assert refused.exit_code != 0
    assert "最长暂停 120 分钟" in refused.stderr


def test_an_error_is_corrected_where_it_sounded(gateway: Gateway, here: Path) -> None:
    gateway.says("POST correct", 202, {"plan": "p", "speakers": ["square"]}, {"plan": None, "speakers": []})
    assert "square" in typed(gateway, here, "correct", KEY, "--by", "李四").stdout
    assert body(gateway) == {"key": KEY, "person": "李四"}
    assert "没有响过" in typed(gateway, here, "correct", KEY, "--by", "李四").stdout
    assert typed(gateway, here, "correct", "a/b", "--by", "李四").exit_code != 0
