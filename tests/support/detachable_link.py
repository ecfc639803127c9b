"""A line's near end that one daemon holds, and loses when it dies. For the simulated county."""

from __future__ import annotations

from drivers.errors import LinkLost
from drivers.link import Chunk
from drivers.link.memory import MemoryEnd


class DetachableLink:
    """One daemon's hold of a line's near end.

    It is pulled when that daemon crashes, so that nothing of it reaches the line again.
    """

    def __init__(self, end: MemoryEnd) -> None:
        self._end = end
        self.baud = end.baud
        self.pulled = False

    async def open(self) -> None:
        self._check()
        await self._end.open()

    async def write(self, data: bytes) -> None:
        self._check()
        await self._end.write(data)

    async def read(self) -> Chunk:
        self._check()
        return await self._end.read()

    async def close(self) -> None:
        if not self.pulled:
            await self._end.close()

    def _check(self) -> None:
        if self.pulled:
            raise LinkLost(port="pulled")
