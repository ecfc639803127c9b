"""A list that is read while it is written: every reader reads all of it, whenever it comes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.growing import Growing


@given(
    st.lists(st.tuples(st.sampled_from(["add", "read", "turn"]), st.integers(0, 9)), max_size=40),
    st.booleans(),
)
def test_every_reader_reads_everything_in_order_whenever_it_came(
    steps: list[tuple[str, int]], fails: bool
) -> None:
    async def story() -> None:
        growing: Growing[int] = Growing()
        readers: list[asyncio.Task[list[int]]] = []
        heard: list[list[int]] = []

        async def read() -> list[int]:
            mine: list[int] = []
            heard.append(mine)
            async for item in growing:
                mine.append(item)
            return mine

        for step, number in steps:
            if step == "add":
                growing.add(number)
            elif step == "read":
                readers.append(asyncio.create_task(read()))
            else:
                await asyncio.sleep(0)
        growing.end(ValueError("over") if fails else None)
        readers.append(asyncio.create_task(read()))
        ended = await asyncio.gather(*readers, return_exceptions=True)
        written = [number for step, number in steps if step == "add"]
        assert all(mine == written for mine in heard)
        assert all(isinstance(one, ValueError) if fails else one == written for one in ended)

    asyncio.run(story())


def test_a_reader_that_goes_takes_nothing_from_the_others() -> None:
    async def story() -> None:
        growing: Growing[int] = Growing()
        going, staying = asyncio.create_task(growing.whole()), asyncio.create_task(growing.whole())
        await asyncio.sleep(0)
        growing.add(1)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        growing.add(2)
        growing.end()
        assert await staying == [1, 2]
        assert growing.ended

    asyncio.run(story())
