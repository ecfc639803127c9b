"""Silence, now or for a while."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from tests.support.command import Gateway, body, site, tongluo, typed


def test_stop_says_whom_it_silenced(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("POST stop", 200, {"silenced": ["shiqiao-square"]})
    done = tongluo("stop", "341523104201")
    assert "已停播：shiqiao-square" in done.stdout
    assert body(gateway) == {"target": "341523104201", "person": getpass.getuser()}
    tongluo("stop", "--all", "--by", "李四")
    assert body(gateway) == {"target": "all", "person": "李四"}
    gateway.says("POST stop", 200, {"silenced": []})
    assert "没有正在播的" in tongluo("stop", "shiqiao-square").stdout


@pytest.mark.parametrize("words", [["stop"], ["stop", "x", "--all"], ["say", "一二三"]])
def test_a_command_without_its_object_asks_nothing_of_the_gateway(
    gateway: Gateway, here: Path, words: list[str]
) -> None:
    site(here, gateway.url)
    assert tongluo(*words).exit_code == 2
    assert gateway.asked == []


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
