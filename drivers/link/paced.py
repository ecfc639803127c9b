"""A link slowed down to its line's pace: pseudo-terminals do not throttle, and hide what a real line would show."""

from __future__ import annotations

import asyncio

from drivers.link import Chunk, Link


class PacedLink:
    """Implements Link over `link`: bytes that came at once are handed out, and stamped, when a line of `baud` would have
    delivered the last of them; `write` hands them over when the last would have arrived."""

    def __init__(self, link: Link, baud: int) -> None:
        self.baud = baud
        self._link = link
        self._heard_until = 0.0
        self._sent_until = 0.0
        self._held: Chunk | None = None

    async def open(self) -> None:
        self._held = None
        await self._link.open()

    async def read(self) -> Chunk:
        """A cancelled read loses nothing."""
        if self._held is None:
            chunk = await self._link.read()
            self._heard_until = max(self._heard_until, chunk.at) + self._line_time(chunk.data)
            self._held = Chunk(chunk.data, self._heard_until)
        held = self._held
        await self._sleep_until(held.at)
        self._held = None
        return held

    async def write(self, data: bytes) -> None:
        self._sent_until = max(self._sent_until, asyncio.get_running_loop().time()) + self._line_time(data)
        await self._sleep_until(self._sent_until)
        await self._link.write(data)

    async def close(self) -> None:
        await self._link.close()

    def _line_time(self, data: bytes) -> float:
        return len(data) * 10 / self.baud

    async def _sleep_until(self, when: float) -> None:
        await asyncio.sleep(max(0.0, when - asyncio.get_running_loop().time()))
