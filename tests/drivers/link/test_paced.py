"""A link without pace made to keep its line's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from drivers.link import Chunk
from drivers.link.paced import PacedLink


class Instant:
    """A link that takes no time."""

    baud = 0

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Chunk] = asyncio.Queue()
        self.written: list[tuple[float, bytes]] = []

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def read(self) -> Chunk:
        return await self.waiting.get()

    async def write(self, data: bytes) -> None:
        self.written.append((asyncio.get_running_loop().time(), data))


def test_bytes_that_came_at_once_are_stamped_at_the_lines_pace(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        inner, now = Instant(), asyncio.get_running_loop().time()
        link = PacedLink(inner, 1280)
        inner.waiting.put_nowait(Chunk(b"12345", now))
        inner.waiting.put_nowait(Chunk(b"67", now))
        assert [await link.read(), await link.read()] == [
            Chunk(b"12345", now + 5 / 128),
            Chunk(b"67", now + 7 / 128),
        ]
        assert asyncio.get_running_loop().time() == now + 7 / 128

    virtual(story())


def test_writes_arrive_when_their_last_byte_would(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        inner, now = Instant(), asyncio.get_running_loop().time()
        link = PacedLink(inner, 1280)
        await asyncio.gather(link.write(b"12345"), link.write(b"67"))
        assert inner.written == [(now + 5 / 128, b"12345"), (now + 7 / 128, b"67")]

    virtual(story())


def test_a_cancelled_read_loses_nothing(virtual: Callable[..., Any]) -> None:
    async def story() -> None:
        inner, now = Instant(), asyncio.get_running_loop().time()
        link = PacedLink(inner, 1280)
        inner.waiting.put_nowait(Chunk(b"12345", now))
        reading = asyncio.create_task(link.read())
        await asyncio.sleep(0.01)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert await link.read() == Chunk(b"12345", now + 5 / 128)

    virtual(story())
