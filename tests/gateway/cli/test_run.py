"""The daemon is started with its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.model.record import LedgerBusy
from tests.support.command import site, tongluo


def test_run_does_not_start_with_a_wrong_configuration(here: Path) -> None:
    (here / "gateway.toml").write_text("seed = 1", "utf-8")
    assert tongluo("run").exit_code == 1


def test_run_gives_the_daemon_its_configuration_and_returns_its_code(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.app import serve as daemon

    config = site(here)
    started: list[Path] = []

    def run(path: Path) -> int:
        started.append(path)
        return 4

    monkeypatch.setattr(daemon, "run", run)
    assert tongluo("run", "--config", str(config)).exit_code == 4
    assert tongluo("--config", str(config), "run").exit_code == 4
    assert started == [config, config]


def test_a_second_daemon_on_the_same_data_is_told_in_a_sentence(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.app import serve as daemon

    def busy(_: Path) -> int:
        raise LedgerBusy

    monkeypatch.setattr(daemon, "run", busy)
    site(here)
    done = tongluo("--lang", "en", "run")
    assert done.exit_code == 1
    assert done.stderr.startswith("Another gateway uses")


def test_what_bars_the_start_is_told_before_anything_is_started(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.app import serve as daemon

    monkeypatch.setattr(daemon, "run", lambda _: pytest.fail("it was started"))
    config = site(here)
    config.write_text(
        config.read_text("utf-8")
        + '[[line]]\nname = "mill"\nprotocol = "tts_chip"\nport = "/nowhere"\n'
        + '[[source]]\nkind = "http"\nname = "county"\nsenders = []\ntoken_file = "county.token"\n',
        "utf-8",
    )
    done = tongluo("run")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    file, *faults = done.stderr.splitlines()
    assert file == f"{config.name} 不可用："
    assert [fault.split("：")[0].strip() for fault in faults] == [
        "line.1 (mill)",
        "source.0 (county).token_file",
    ]
    assert all("请" in fault for fault in faults)
