"""Finding the gateway: configuration, address, token, and what is said where something is missing.

Covers gateway/cli/options.py too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import EXAMPLES, TOKEN, Gateway, site, tongluo

SPEAKER = {
    "id": "shiqiao-square",
    "name": "石桥村文化广场",
    "region": "341523104201",
    "place": "石桥村",
    "line": "shiqiao-square",
    "unit": 1,
    "group": "",
    "last": {"outcome": "silent", "sentence": "没有送达。"},
}


@pytest.mark.parametrize("place", [".", "var/demo"])
def test_without_options_it_finds_the_gateway_here_or_the_running_demo(
    gateway: Gateway, here: Path, place: str
) -> None:
    site(here / place, gateway.url)
    gateway.says("GET speakers", 200, {"speakers": [SPEAKER]})
    done = tongluo("speakers")
    assert done.exit_code == 0, done.output
    assert "石桥村文化广场" in done.stdout
    assert "未响" in done.stdout


def test_the_named_configuration_goes_before_the_environments_and_that_before_the_folders(
    gateway: Gateway, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.says("GET alerts", 200, {"alerts": []})
    site(here, token="not the owner's")
    right = site(here / "elsewhere", gateway.url)
    assert tongluo("--config", str(right), "alerts").exit_code == 0
    monkeypatch.setenv("TONGLUO_CONFIG", str(right))
    assert tongluo("alerts").exit_code == 0
    assert tongluo("--config", str(here / "gateway.toml"), "alerts").exit_code == 3


def test_a_url_and_a_token_need_no_configuration(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGLUO_TOKEN", TOKEN)
    gateway.says("GET alerts", 200, {"alerts": []})
    done = tongluo("--url", gateway.url, "alerts")
    assert (done.exit_code, done.stdout.strip()) == (0, "没有。")


def test_no_configuration_says_how_to_get_one() -> None:
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "config example" in done.stderr


def test_a_gateway_that_is_not_running_says_how_to_start_it(here: Path) -> None:
    site(here)
    done = tongluo("--lang", "en", "speakers")
    assert done.exit_code == 3
    assert "make run" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_before_its_first_start_there_is_no_token_and_it_says_how_to_start(here: Path) -> None:
    site(here, token=None)
    done = tongluo("speakers")
    assert (done.exit_code, "tongluo" in done.stderr) == (3, True)


def test_a_token_that_others_can_read_is_not_used(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    (here / "owner.token").chmod(0o644)
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "644" in done.stderr
    assert gateway.asked == []


def test_a_token_the_gateway_does_not_know_is_told(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url, token="another")
    done = tongluo("speakers")
    assert done.exit_code == 1
    assert "令牌" in done.stderr


def test_something_else_that_answers_there_is_told(gateway: Gateway, here: Path) -> None:
    site(here, gateway.url)
    gateway.says("GET speakers", 200, b"<html>")
    assert tongluo("speakers").exit_code == 3


def test_a_wrong_configuration_lists_its_faults(here: Path) -> None:
    (here / "gateway.toml").write_text("seed = 1", "utf-8")
    done = tongluo("--lang", "en", "speakers")
    assert done.exit_code == 1
    assert "cannot be used" in done.stderr
    assert "  seed:" in done.stderr


def test_it_runs_as_a_module_too(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "--lang", "en", "speakers"],
        capture_output=True,
        text=True,
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(EXAMPLES.parent)},
        check=False,
    )
    assert done.returncode == 1
    assert "No configuration found" in done.stderr
