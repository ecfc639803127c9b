"""A link at the pace of its baud rate. Pseudo-terminals have no pace of their own, unlike a real line."""

from __future__ import annotations

import asyncio

from drivers.link import Chunk, Link


class PacedLink:
    """Implements Link over `link`, at the pace of a line of `baud` bits a second.

    `read` hands bytes out at the time at which such a line would have delivered the last of them, and stamps
    them with this time. `write` passes bytes on at the time at which the last would have arrived.
    """

    def __init__(self, link: Link, baud: int) -> None:
        self.baud = baud
        self._link = link
        self._read_until = 0.0
        self._sent_until = 0.0
        self._due: Chunk | None = None

    async def open(self) -> None:
        self._due = None
        await self._link.open()

    async def read(self) -> Chunk:
        """A cancelled read loses nothing."""
        if self._due is None:
            chunk = await self._link.read()
            self._read_until = max(self._read_until, chunk.at) + self._line_time(chunk.data)
            self._due = Chunk(chunk.data, self._read_until)
        due = self._due
        await self._sleep_until(due.at)
        self._due = None
        return due

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
