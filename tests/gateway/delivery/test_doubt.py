"""At most one order of a line is in doubt when the process dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.delivery.doubt import SETTLE_S, Doubt

Virtual = Callable[[Any], Any]


class Disk:
    """Takes each mark after `takes` seconds."""

    def __init__(self, takes: float) -> None:
        self.takes = takes
        self.hurried = 0

    def hurry(self) -> None:
        self.hurried += 1

    def mark(self) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        loop.call_later(self.takes, future.set_result, None)
        return future


async def lasts(doubt: Doubt, line: str = "a") -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    if settling := doubt.settled(line):
        await settling
    return loop.time() - began


def test_an_order_waits_for_the_answer_before_it_and_for_no_other_line(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk(0.01)
        doubt = Doubt(disk.mark, disk.hurry)
        assert await lasts(doubt) == 0
        doubt.answered("a")
        assert await lasts(doubt, "b") == 0
        assert disk.hurried == 0
        assert await lasts(doubt) == pytest.approx(0.01)
        assert await lasts(doubt) == 0

    virtual(story())


def test_a_disk_that_hangs_holds_up_one_order_a_moment_and_no_more_until_it_has_caught_up(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        disk = Disk(5.0)
        doubt = Doubt(disk.mark, disk.hurry)
        doubt.answered("a")
        assert await lasts(doubt) == pytest.approx(SETTLE_S)
        for _ in range(10):
            doubt.answered("a")
            assert await lasts(doubt) == 0
        await asyncio.sleep(10)
        disk.takes = 0.01
        doubt.answered("a")
        assert await lasts(doubt) == pytest.approx(0.01)

    virtual(story())
