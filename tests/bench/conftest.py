"""Fixtures of the bench, and its table at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench import figures
from tests.bench.course import County
from tests.support.township import Broker, mosquitto_or_skip


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    mosquitto_or_skip()
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Broker(folder)
    yield broker
    broker.stop()


@pytest.fixture
def county(mosquitto: Broker) -> Iterator[County]:
    county = County(mosquitto.port)
    yield county
    county.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if figures.FOUND:
        terminalreporter.section("figures")
        for line in figures.table():
            terminalreporter.write_line(line)
        figures.write()
