"""The words of the office."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import tongluo


def test_the_offices_own_words_can_be_read_before_they_are_needed(here: Path) -> None:
    said = tongluo("templates").stdout
    assert "立即转移·山洪（约" in said
    assert "（哪里）可能发生山洪，请立即沿（路线）转移到（安置点）。" in said
    rows = [json.loads(line) for line in tongluo("templates", "--json").stdout.splitlines()]
    assert {row["act"] for row in rows} == {"prepare", "move", "shelter", "return", "notice"}
    assert all(row["seconds"] <= 25 for row in rows if row["act"] in ("prepare", "move", "shelter"))
