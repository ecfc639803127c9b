"""The line inside the process: cuts of several causes overlap and end in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from drivers.errors import LinkLost
from drivers.link.memory import pair

Virtual = Callable[[Coroutine[Any, Any, Any]], Any]


def test_a_line_that_was_cut_twice_is_lost_until_both_cuts_are_mended(virtual: Virtual) -> None:
    async def story() -> None:
        near, far = pair()
        near.cut()
        far.cut()
        near.mend()
        with pytest.raises(LinkLost):
            await near.open()
        near.mend()
        await near.open()
        await far.open()
        await near.write(b"\x01")
        assert (await far.read()).data == b"\x01"

    virtual(story())


def test_mending_a_line_that_is_whole_takes_no_byte_from_who_waits_for_it(virtual: Virtual) -> None:
    """Found by the simulation: the second of two overlapping cuts left the unit deaf for ever."""

    async def story() -> None:
        near, far = pair()
        await near.open()
        await far.open()
        waiting = asyncio.create_task(far.read())
        await asyncio.sleep(0)
        near.mend()
        await near.write(b"\x02")
        async with asyncio.timeout(1):
            assert (await waiting).data == b"\x02"

    virtual(story())
