"""Turn-taking on a shared line: exchanges take turns, speakers sound together.

A Line owns its Link: opens it, reopens it when it is lost, and hands the bytes that arrive to whoever holds the turn, or to
`listen` where nobody does. Urgent turns (stop) go before all that wait.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

from drivers.errors import LinkLost
from drivers.link import Chunk, Link

REOPEN_FIRST_S = 0.2
"""Wait before the first reopening: a re-plugged USB adapter needs about this long to settle. Our choice."""
REOPEN_MOST_S = 5.0
"""The wait doubles up to this, so that a mended line speaks within five seconds (reliability scorecard 13)."""


class Line:
    """One link shared by many exchanges. `listen` gets the chunks that come while nobody holds the turn."""

    def __init__(self, link: Link, listen: Callable[[Chunk], None] | None = None) -> None:
        self.link = link
        self.up = asyncio.Event()
        self._listen = listen
        self._held = False
        self._taken: Turn | None = None
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def run(self, changed: Callable[[bool], None] | None = None) -> None:
        """Keep the link open and pump what arrives, until cancelled. `changed` hears when the line comes up or goes down."""
        pause = REOPEN_FIRST_S
        while True:
            try:
                await self.link.open()
                pause = REOPEN_FIRST_S
                self.up.set()
                if changed:
                    changed(True)
                while True:
                    self._arrived(await self.link.read())
            except LinkLost as lost:
                was_up = self.up.is_set()
                self.up.clear()
                if self._taken:
                    self._taken.lost(lost)
                if changed and was_up:
                    changed(False)
            finally:
                await self.link.close()
            await asyncio.sleep(pause)
            pause = min(pause * 2, REOPEN_MOST_S)

    def _arrived(self, chunk: Chunk) -> None:
        if self._taken:
            self._taken.arrived(chunk)
        elif self._listen:
            self._listen(chunk)

    @asynccontextmanager
    async def turn(self, urgent: bool = False) -> AsyncIterator[Turn]:
        """Hold the line for one exchange. Raises LinkLost when the line is down. Urgent turns overtake those that wait."""
        await self._acquire(urgent)
        try:
            if not self.up.is_set():
                raise LinkLost(port="down")
            self._taken = Turn(self.link)
            yield self._taken
        finally:
            self._taken = None
            self._pass_on()

    async def _acquire(self, urgent: bool) -> None:
        if not self._held:
            self._held = True
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (0 if urgent else 1, next(self._numbers), waiter))
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            waiter = heapq.heappop(self._waiting)[2]
            if not waiter.done():
                waiter.set_result(None)
                return
        self._held = False


class Turn:
    """One exchange's hold of the line: `send`, then `receive` until the answer is whole."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._chunks: asyncio.Queue[Chunk | LinkLost] = asyncio.Queue()

    def arrived(self, chunk: Chunk) -> None:
        self._chunks.put_nowait(chunk)

    def lost(self, error: LinkLost) -> None:
        self._chunks.put_nowait(error)

    def drain(self) -> list[Chunk]:
        """Take away what has arrived unasked: a late answer never answers the next question (design.md, rule 4)."""
        stale: list[Chunk] = []
        while not self._chunks.empty():
            chunk = self._chunks.get_nowait()
            if isinstance(chunk, LinkLost):
                raise chunk
            stale.append(chunk)
        return stale

    async def send(self, data: bytes) -> None:
        """Returns when the last byte has left the wire."""
        await self._link.write(data)

    async def receive(self) -> Chunk:
        """The next bytes; wrap it in asyncio.timeout. Raises LinkLost."""
        chunk = await self._chunks.get()
        if isinstance(chunk, LinkLost):
            raise chunk
        return chunk
