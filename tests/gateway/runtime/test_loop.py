"""The daemon's loop keeps the promises about time that the lines are reckoned by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from gateway.runtime.loop import DaemonLoop


def run(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=DaemonLoop) as runner:
        runner.run(story)


def test_its_time_is_the_monotonic_clock_and_goes_on_while_a_task_runs() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        before = loop.time()
        assert abs(before - time.monotonic()) < 1
        while time.monotonic() < before + 0.0005:
            pass
        assert loop.time() >= before + 0.0005

    run(story())


def test_waits_are_rounded_up_so_that_nearly_none_ends_early() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        early = 0
        for number in range(100):
            until = loop.time() + 0.0003 + number % 7 * 0.0002
            await asyncio.sleep(until - loop.time())
            early += loop.time() < until
            assert loop.time() > until - 0.001
        assert early < 20

    run(story())
