"""`tongluo clips`: the sheet, the check with its exit code, the names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.site.recordings.sheet import code, sheet
from tests.support.command import site, tongluo
from tests.support.spoken_files import file_of, speech


def test_the_sheet_can_be_printed_and_read_by_programs(here: Path) -> None:
    said = tongluo("clips", "list").stdout
    assert f"编号 {code(sheet())}" in said
    assert "1. 预警广播，预警广播。" in said
    assert "文件名：warning-red" in said
    rows = [json.loads(line) for line in tongluo("clips", "list", "--json").stdout.splitlines()]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))


def test_with_a_configuration_the_villages_are_on_it(here: Path) -> None:
    config = site(here / "site")
    said = tongluo("--config", str(config), "clips", "list", "--hazard", "11A51").stdout
    assert "石桥村可能发生山洪，请立即转移。" in said
    assert "文件名：341523104201/warning-red" in said
    strange = tongluo("clips", "list", "--hazard", "11X99")
    assert strange.exit_code == 1
    assert "11A51" in strange.stderr


def test_the_check_says_what_to_do_and_fails_where_something_is_to_do(here: Path) -> None:
    (here / "clips").mkdir()
    (here / "clips" / "warning-red.wav").write_bytes(file_of(speech(9, level_db=-46, noise_db=-90)))
    done = tongluo("clips", "check", "clips")
    assert done.exit_code == 1
    assert "warning-red.wav" in done.stdout
    assert "LUFS" in done.stdout
    assert "怎么办" in done.stdout
    assert "要改 1 处，还缺 78 句" in done.stdout
    rows = [json.loads(line) for line in tongluo("clips", "check", "clips", "--json").stdout.splitlines()]
    assert rows[0]["kind"] == "quiet"
    assert {"grade", "kind", "file", "saw", "expected", "do"} == set(rows[0])
    assert tongluo("clips", "check", "nowhere").exit_code == 1


def test_numbered_files_are_brought_in_by_the_sheet_they_were_read_from(here: Path) -> None:
    (here / "phone").mkdir()
    (here / "phone" / "1.wav").write_bytes(file_of(speech(8)))
    refused = tongluo("clips", "bring", "phone", "--to", "clips")
    assert refused.exit_code == 1
    assert "--sheet" in refused.stderr
    other = tongluo("clips", "bring", "phone", "--to", "clips", "--sheet", "0000")
    assert "0000 不是现在的读稿" in other.stderr
    done = tongluo("clips", "bring", "phone", "--to", "clips", "--sheet", code(sheet()))
    assert done.exit_code == 0, done.output
    assert (here / "clips" / "预警广播，预警广播。.wav").exists()
    again = tongluo("clips", "bring", "phone", "--to", "clips", "--sheet", code(sheet()))
    assert again.exit_code == 1
    assert "--replace" in again.output


def test_a_complete_folder_is_good(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.site.recordings.sheet.STAND_INS", {})
    monkeypatch.setattr("gateway.site.recordings.sheet.stock", lambda: ["返回通知。", "请以后续通知为准。"])
    (here / "clips").mkdir()
    (here / "clips" / "返回通知。.wav").write_bytes(file_of(speech(4)))
    half = tongluo("clips", "check", "clips")
    assert half.exit_code == 1
    assert "请以后续通知为准。" in half.stdout
    (here / "clips" / "请以后续通知为准。.wav").write_bytes(file_of(speech(8)))
    done = tongluo("clips", "check", "clips")
    assert done.exit_code == 0, done.output
    assert "没有缺的" in done.stdout
