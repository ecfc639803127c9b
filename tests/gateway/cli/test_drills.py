"""`tongluo drill`, against a small HTTP server in the place of the gateway's API."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Gateway, body, typed

DRILL = {
    "number": 3,
    "source": "owner",
    "places": ["河口村", "上店村"],
    "speakers": ["a", "b"],
    "start": "2026-07-28T09:00+08:00",
    "end": "2026-07-28T10:00+08:00",
    "person": "王芳",
    "open": False,
}
WORDS = ("drill", "open", "河口村", "上店村", "--start", "2026-07-28T09:00", "--by", "王芳", "--end")


def test_a_drill_is_opened_in_chinas_time(gateway: Gateway, here: Path) -> None:
    gateway.says("POST drills", 201, DRILL)
    said = typed(gateway, here, *WORDS, "2026-07-28T10:00")
    assert said.exit_code == 0
    assert "演练 3 已开设" in said.stdout
    assert "终端 2 个" in said.stdout
    assert body(gateway) == {
        "places": ["河口村", "上店村"],
        "source": "owner",
        "person": "王芳",
        "start": "2026-07-28T09:00:00+08:00",
        "end": "2026-07-28T10:00:00+08:00",
    }


def test_a_time_nobody_can_read_is_said_so_and_asks_nobody(gateway: Gateway, here: Path) -> None:
    said = typed(gateway, here, *WORDS, "十点")
    assert said.exit_code == 2
    assert "十点" in said.stderr
    assert gateway.asked == []


def test_a_refusal_is_said_in_its_own_words(gateway: Gateway, here: Path) -> None:
    why = {"reason": "drill_too_soon", "sentence": "演练须提前通知群众。", "sentence_en": "…"}
    gateway.says("POST drills", 409, {"detail": why})
    said = typed(gateway, here, *WORDS, "2026-07-28T10:00")
    assert said.exit_code == 1
    assert "演练须提前通知群众。" in said.stderr


def test_drills_are_listed_and_closed(gateway: Gateway, here: Path) -> None:
    gateway.says("GET drills", 200, {"drills": [DRILL]})
    assert "河口村、上店村" in typed(gateway, here, "drill", "list").stdout
    gateway.says("GET drills", 200, {"drills": []})
    assert typed(gateway, here, "drill", "list").stdout == "没有开设的演练。\n"
    gateway.says("DELETE drills/3?person=%E7%8E%8B%E8%8A%B3", 200, {"number": 3})
    assert typed(gateway, here, "drill", "close", "3", "--by", "王芳").stdout == "演练 3 已结束。\n"
