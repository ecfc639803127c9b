"""What a text reads like: phrases for and against, written before any answer was seen (tests/data)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.model.alert import Alert, Area, Info, MsgType, Pair, Scope, Status
from gateway.model.hazard import UNKNOWN, Level
from gateway.runtime.clock import CHINA
from gateway.wording import likeness

TABLE: dict[str, list[dict[str, str]]] = tomllib.loads(
    (Path(__file__).parents[2] / "data" / "likeness.toml").read_text("utf-8")
)
SENT = datetime(2026, 7, 28, 8, 0, tzinfo=CHINA)
NOW = datetime(2026, 7, 28, 10, 5, tzinfo=CHINA)
KNOWN_FAULTS = 0
"""Rows on which the program disagrees. It may only fall."""


def alert(row: dict[str, str]) -> Alert:
    text, field = row["text"], row.get("field", "description")
    fields: dict[str, Any] = {"headline": row.get("headline", "")}
    match field:
        case "sender":
            fields["sender_name"] = text
        case "area":
            fields["areas"] = (Area(text),)
        case "parameter":
            fields["parameters"] = (Pair("what", text),)
        case "note":
            pass
        case _:
            fields[field] = text
    return Alert(
        "X1",
        "county",
        SENT,
        Status.ACTUAL,
        MsgType.ALERT,
        Scope.PUBLIC,
        note=text if field == "note" else "",
        infos=(Info(language="zh-CN", **fields),),
    )


def answer(kind: str, row: dict[str, str]) -> str:
    document = alert(row)
    words = {
        "end": likeness.ending(document),
        "drill": likeness.drill(document),
        "over": likeness.over(document, NOW),
    }[kind]
    return kind if words else ""


ROWS = [(kind, row) for kind in ("end", "drill", "over") for row in TABLE[kind]]


@pytest.mark.parametrize(
    ("kind", "row"), [pair for pair in ROWS if "known" not in pair[1]], ids=lambda value: str(value)[:60]
)
def test_a_text_reads_like(kind: str, row: dict[str, str]) -> None:
    assert answer(kind, row) == row["like"], row["text"]


@pytest.mark.parametrize("row", TABLE["change"], ids=lambda row: row["text"][:30])
def test_a_change_of_signals(row: dict[str, str]) -> None:
    change = likeness.change(row["text"])
    levels = (change.before.name.lower(), change.after.name.lower()) if change else ("", "")
    assert levels == (row["before"], row["after"])


def test_known_faults_are_counted() -> None:
    known = [row["text"] for kind, row in ROWS if "known" in row]
    assert len(known) == KNOWN_FAULTS, known
    assert all(answer(kind, row) != row["like"] for kind, row in ROWS if "known" in row)
    assert sum(map(len, TABLE.values())) >= 100


def test_a_change_knows_its_direction_and_its_hazards() -> None:
    down = likeness.change("将暴雨红色预警信号降级为暴雨橙色预警信号")
    assert down is not None
    assert down.down
    other = likeness.change("解除雷电黄色预警信号，发布暴雨红色预警信号")
    assert other is not None
    assert (other.ended.zh, other.issued.zh) == ("雷电", "暴雨")
    assert not other.down
    unnamed = likeness.change("将红色预警降为橙色预警")
    assert unnamed is not None
    assert (unnamed.ended, unnamed.after, unnamed.down) == (UNKNOWN, Level.ORANGE, True)
