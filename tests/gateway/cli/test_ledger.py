"""`tongluo ledger …` on a real ledger, also while the daemon's writer has it open."""

from __future__ import annotations

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import main as cli
from gateway.store.copies.copying import copy
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START
from tests.support.documents import filled

CONFIG = """data = "{data}"
seed = "village.toml"

[[line]]
name = "square"
protocol = "tts_chip"
port = "/dev/ttyS0"
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archivist") / "ledger.sqlite"

    async def fill() -> None:
        await (await filled(path, 5)).close()

    asyncio.run(fill())
    return path


@pytest.fixture
def site(written: Path, tmp_path: Path) -> Path:
    for file in (written, written.with_suffix(".key")):
        shutil.copy(file, tmp_path / file.name)
    (tmp_path / "gateway.toml").write_text(CONFIG.format(data=tmp_path), "utf-8")
    return tmp_path


def run(site: Path, *words: str, lang: str = "zh") -> Result:
    return CliRunner().invoke(
        cli.app, ["--lang", lang, "--config", str(site / "gateway.toml"), "ledger", *words]
    )


def test_a_whole_ledger_is_verified_and_its_last_link_is_said(site: Path) -> None:
    answer = run(site, "verify")
    assert answer.exit_code == 0, answer.output
    assert "账本完好" in answer.output


def test_what_was_changed_is_named_in_both_languages(site: Path) -> None:
    database = apsw.Connection(str(site / "ledger.sqlite"))
    database.execute("UPDATE act SET person = '李四' WHERE id = 1")
    database.close()
    answer = run(site, "verify")
    assert answer.exit_code == 1
    assert "这一行被改过" in answer.output
    assert "act 1" in answer.output
    assert "the row was changed" in run(site, "verify", lang="en").output


def test_a_ledger_that_was_set_back_differs_from_its_backup(site: Path) -> None:
    old = site / "old.sqlite"
    copy(site / "ledger.sqlite", old)

    async def go_on() -> None:
        ledger = await Ledger.open(site / "ledger.sqlite", ThreadPoolExecutor(1))
        await ledger.act(START, "张三", "hold")
        await ledger.close()

    asyncio.run(go_on())
    assert run(site, "backup").exit_code == 0
    assert run(site, "verify").exit_code == 0
    shutil.copy(old, site / "ledger.sqlite")
    answer = run(site, "verify")
    assert answer.exit_code == 1
    assert "换成了旧的" in answer.output


def test_an_export_is_one_json_a_line_with_chinese_as_it_is(site: Path) -> None:
    answer = run(site, "export")
    assert answer.exit_code == 0
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {one["kind"] for one in found} >= {
        "arrival",
        "document",
        "plan",
        "burst",
        "receipt",
        "act",
        "link",
    }
    assert "青石镇" in answer.stdout
    assert all(len(one["hash"]) == 64 for one in found if one["kind"] == "link")


def test_a_backup_is_made_beside_a_running_daemon_and_can_be_restored(site: Path) -> None:
    async def story() -> None:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(site / "ledger.sqlite", executor)
        await ledger.act(START, "张三", "hold")
        made = await asyncio.get_running_loop().run_in_executor(None, run, site, "backup")
        assert made.exit_code == 0, made.output
        await ledger.close()
        executor.shutdown()

    asyncio.run(story())
    answer = run(site, "restore-test")
    assert answer.exit_code == 0, answer.output
    assert "可以恢复" in answer.output
    backup = next((site / "backup").glob("*.sqlite"))
    assert backup.stat().st_mode & 0o777 == 0o600
    damaged = bytearray(backup.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 4096] = bytes(4096)
    backup.write_bytes(bytes(damaged))
    assert run(site, "restore-test").exit_code == 1


@pytest.mark.parametrize("command", ["verify", "export", "backup", "restore-test"])
def test_where_there_is_nothing_it_is_said_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "gateway.toml").write_text(CONFIG.format(data=tmp_path / "var"), "utf-8")
    answer = run(tmp_path, command)
    assert answer.exit_code == 1
    assert len(answer.output.splitlines()) == 1
