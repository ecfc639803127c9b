"""Work that waits for one worker, and what becomes of it when the worker ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.voice.waiting import LATER, Queue

Virtual = Callable[[Any], Any]


class Anyone:
    due, sure = LATER, False


def test_whoever_waits_is_told_when_the_work_is_ended_and_nothing_begins_then(virtual: Virtual) -> None:
    begun: list[int] = []

    async def story() -> None:
        queue = Queue()

        async def work(number: int) -> None:
            begun.append(number)
            await asyncio.sleep(60)

        turns = [queue.ask(lambda number=number: work(number), 1, Anyone()) for number in (1, 2)]  # type: ignore[misc]
        await asyncio.sleep(1)
        await queue.close()
        for turn in turns:
            with pytest.raises(asyncio.CancelledError):
                await asyncio.shield(turn.result)
        await asyncio.sleep(100)

    virtual(story())
    assert begun == [1]
