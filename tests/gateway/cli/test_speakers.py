"""`tongluo speakers`, against a small HTTP server in the place of the gateway's API."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Gateway, typed

SQUARE = {
    "id": "square",
    "name": "广场",
    "region": "341523104201",
    "place": "石桥村",
    "group": None,
    "line": "east",
    "unit": 1,
    "line_up": True,
    "last": None,
}


def test_every_speaker_is_a_row(gateway: Gateway, here: Path) -> None:
    slope = {**SQUARE, "id": "slope", "name": "坡脚", "line": "west", "line_up": False}
    gateway.says("GET speakers", 200, {"speakers": [SQUARE, slope]})
    said = typed(gateway, here, "speakers")
    assert said.exit_code == 0
    rows = said.stdout.splitlines()
    assert next(row for row in rows if "square" in row).count("广场") == 1
    assert any("slope" in row and "west" in row for row in rows)
