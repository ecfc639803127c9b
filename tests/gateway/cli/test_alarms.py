"""`tongluo alarms` and `acknowledge`, against a small HTTP server in the place of the gateway's API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Gateway, body, typed

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
