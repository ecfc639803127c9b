"""The doctor counts what is wrong."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import site, tongluo


def test_doctor_counts_what_is_wrong(here: Path) -> None:
    site(here)
    done = tongluo("doctor")
    assert done.exit_code == 1
    assert "/nowhere" in done.stdout
    assert "处要处理" in done.stderr
