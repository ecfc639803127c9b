"""Long computations give way to other tasks between their slices."""

from __future__ import annotations

import asyncio

import pytest

from gateway.voice.sound.slices import Slices, at_once, gently


def counted(log: list[str]) -> Slices[int]:
    for number in range(3):
        log.append(f"slice {number}")
        yield
    return 3


def test_other_tasks_run_between_the_slices() -> None:
    log: list[str] = []

    async def other() -> None:
        for _ in range(2):
            log.append("other")
            await asyncio.sleep(0)

    async def story() -> int:
        result, _ = await asyncio.gather(gently(counted(log)), other())
        return result

    assert asyncio.run(story()) == 3
    assert log == ["slice 0", "other", "slice 1", "other", "slice 2"]


def test_in_one_go_the_result_is_the_same() -> None:
    assert at_once(counted([])) == 3


def test_an_error_of_a_slice_is_the_error_of_the_computation() -> None:
    def broken() -> Slices[int]:
        yield
        raise ValueError("no number")

    with pytest.raises(ValueError, match="no number"):
        at_once(broken())
    with pytest.raises(ValueError, match="no number"):
        asyncio.run(gently(broken()))
