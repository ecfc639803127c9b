"""`make run ARGS=--once`, as its user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(90)
def test_the_village_at_ten_times_speed_hears_the_red_and_its_neighbour_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway.cli", "demo", "--once"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "10倍速度" in run.stdout
    assert "谁说的 / readings said by: espeak-ng " in run.stdout
    heard = [json.loads(line) for line in (tmp_path / "var/heard/index.jsonl").read_text().splitlines()]
    names = {one["speaker"] for one in heard}
    assert len(names) >= 12
    assert "baiyun-square" not in names
    assert all(
        (tmp_path / "var/heard" / one["file"]).stat().st_size > 10_000 for one in heard if one["seconds"] > 1
    )
    assert "百毫米" in "".join(one["text"] or "" for one in heard if one["speaker"] == "shiqiao-square")
