"""Fixtures that every test may use."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.virtual_time import VirtualLoop

os.environ["TONGLUO_VOICE"] = "espeak"
"""Tests, and the daemons that they start, run without the neural voice. Its own tests choose it by name."""


@pytest.fixture
def virtual() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end in virtual time."""

    def run(story: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(story)

    return run


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker with a folder of its own.

    Where Mosquitto is not installed the test is skipped with the reason.
    """
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path / "broker")
    yield broker
    broker.stop()
