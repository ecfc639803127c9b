"""`tongluo quarantine list|show|release`, against a small HTTP server in the place of the gateway's API."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Gateway, body, typed

ROW = {
    "number": 3,
    "at": "2026-07-28T14:30:00+08:00",
    "source": "county",
    "peer": "10.0.0.7",
    "size": 20,
    "sentence": "不是 XML。",
    "sentence_en": "It is no XML.",
}


def test_quarantined_arrivals_are_listed_with_their_reason(gateway: Gateway, here: Path) -> None:
    gateway.says("GET quarantine", 200, {"quarantine": [ROW]})
    said = typed(gateway, here, "quarantine", "list").stdout
    assert "county" in said
    assert "不是 XML。" in said
    gateway.says("GET quarantine", 200, {"quarantine": []})
    empty = typed(gateway, here, "quarantine", "list").stdout
    assert empty.strip()
    assert "county" not in empty


def test_the_bytes_of_one_are_shown_and_cannot_steer_the_terminal(gateway: Gateway, here: Path) -> None:
    gateway.says("GET quarantine/3", 200, {**ROW, "text": "a\x1b[2Jb\n\tc\x07"})
    said = typed(gateway, here, "quarantine", "show", "3").stdout
    assert said.startswith("3  2026-07-28T14:30:00+08:00  county  10.0.0.7\n不是 XML。\n")
    assert said.endswith("a�[2Jb\n\tc�\n")


def test_the_ends_of_lines_of_windows_are_shown_as_ends_of_lines(gateway: Gateway, here: Path) -> None:
    gateway.says("GET quarantine/3", 200, {**ROW, "text": "--x\r\n<alert/>\r\na\rb"})
    assert typed(gateway, here, "quarantine", "show", "3").stdout.endswith("--x\n<alert/>\na�b\n")


def test_one_is_released_in_a_persons_name(gateway: Gateway, here: Path) -> None:
    gateway.says("POST quarantine/3/release", 200, {})
    done = typed(gateway, here, "quarantine", "release", "3", "--by", "李四")
    assert done.exit_code == 0
    assert "3" in done.stdout
    assert body(gateway) == {"person": "李四"}
