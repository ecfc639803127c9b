"""Fixtures of the bench, and its table at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench import figures
from tests.bench.course import County
from tests.support.brokers import Mosquitto


@pytest.fixture
def county(mosquitto: Mosquitto) -> Iterator[County]:
    county = County(mosquitto.port)
    yield county
    county.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if figures.FOUND:
        terminalreporter.section("figures")
        for line in figures.table():
            terminalreporter.write_line(line)
        figures.write()
