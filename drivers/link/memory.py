"""A line inside the process, for tests and simulations: two ends, and bytes paced at the baud rate in event
loop time.

Its wire can delay, split, damage and lose bytes on demand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from drivers.errors import LinkLost
from drivers.link import Chunk

Wire = Callable[[bytes], Iterable[tuple[float, bytes]]]
"""Turns one write into pieces, each with the extra delay in seconds before it. Unchanged: [(0.0, data)]."""


def clean(data: bytes) -> Iterable[tuple[float, bytes]]:
    """The wire that delivers each write unchanged."""
    return [(0.0, data)]


def one_byte_at_a_time(data: bytes) -> Iterable[tuple[float, bytes]]:
    """Each byte arrives as a chunk of its own."""
    return [(0.0, bytes([byte])) for byte in data]


class MemoryEnd:
    """One end of a memory line. Implements Link. `wire` shapes the writes of this end."""

    def __init__(self, baud: int, wire: Wire = clean) -> None:
        self.baud = baud
        self.wire = wire
        self.peer: MemoryEnd
        self.sent: list[Chunk] = []
        """Every write of this end with its time, for tests that look at the wire."""
        self.inbox: asyncio.Queue[Chunk | None] = asyncio.Queue()
        self._free = 0.0
        self.opened = False
        self.cuts = 0
        """How often it was cut and not mended yet. Cuts of several causes may overlap."""

    @property
    def unplugged(self) -> bool:
        """Whether the line is lost."""
        return self.cuts > 0

    async def open(self) -> None:
        if self.unplugged:
            raise LinkLost(port="memory")
        self.opened = True

    async def write(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        if not self.opened or self.unplugged:
            raise LinkLost(port="memory")
        self._free = max(self._free, loop.time())
        self.sent.append(Chunk(data, self._free))
        for delay, piece in self.wire(data):
            self._free += delay + len(piece) * 10 / self.baud
            chunk = Chunk(piece, self._free)
            loop.call_at(self._free, self.peer.deliver, chunk)
        await asyncio.sleep(max(0.0, self._free - loop.time()))

    def deliver(self, chunk: Chunk) -> None:
        if self.opened and not self.unplugged and chunk.data:
            self.inbox.put_nowait(chunk)

    async def read(self) -> Chunk:
        if not self.opened or self.unplugged:
            raise LinkLost(port="memory")
        chunk = await self.inbox.get()
        if chunk is None:
            raise LinkLost(port="memory")
        return chunk

    async def close(self) -> None:
        self.opened = False
        self.inbox.put_nowait(None)
        self.inbox = asyncio.Queue()

    def cut(self) -> None:
        """Unplug the line: both ends lose it until each cut is mended."""
        for end in (self, self.peer):
            end.cuts += 1
            end.inbox.put_nowait(None)

    def mend(self) -> None:
        """Take one cut back. After the last the line is plugged in, and each end must be opened again.

        A line that is plugged in already is left alone: its readers wait for its next byte.
        """
        for end in (self, self.peer):
            if end.cuts == 1:
                end.opened = False
                end.inbox = asyncio.Queue()
            end.cuts = max(0, end.cuts - 1)


def pair(baud: int = 9600) -> tuple[MemoryEnd, MemoryEnd]:
    """The two ends of one line."""
    near, far = MemoryEnd(baud), MemoryEnd(baud)
    near.peer, far.peer = far, near
    return near, far
