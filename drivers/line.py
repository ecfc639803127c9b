"""Turn-taking on a shared line: exchanges take turns, speakers sound together.

A Line owns its Link: opens it, reopens it when it is lost, and hands the bytes that arrive to whoever holds the turn, or to
`listen` where nobody does. A stop goes before all that wait; orders to play go before questions, which wait for a round to end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from drivers.errors import LinkLost
from drivers.link import Chunk, Link
from drivers.link.inbox import Inbox

REOPEN_FIRST_S = 0.2
"""Wait before the first reopening: a re-plugged USB adapter needs about this long to settle. Our choice."""
REOPEN_MOST_S = 2.0
"""The wait doubles up to this, so that a mended line speaks well within five seconds. Our choice."""


POLL_PATIENCE_S = 2.0
"""A question that has waited so long gets a turn between two orders: under a sound that fills the line a unit is still asked. Our choice."""


class Rank(IntEnum):
    """Whose turn comes first."""

    STOP = 0
    PLAY = 1
    POLL = 2
    """Waits until no order waits, so that a sweep of questions never slows a round of orders."""


@dataclass(frozen=True, eq=False)
class _Waiter:
    rank: Rank
    since: float
    turn: asyncio.Future[None]


class Line:
    """One link shared by many exchanges. `listen` gets the chunks that come while nobody holds the turn."""

    def __init__(self, link: Link, listen: Callable[[Chunk], None] | None = None) -> None:
        self.link = link
        self.up = asyncio.Event()
        self._listen = listen
        self._held = False
        self._taken: Turn | None = None
        self._waiting: list[_Waiter] = []
        self._last = Rank.PLAY

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

    def turn(self, rank: Rank = Rank.PLAY) -> Hold:
        """Hold the line for one exchange: `async with line.turn() as turn`. Raises LinkLost when the line is down. Within a rank turns go
        in the order they were asked for."""
        return Hold(self, rank)

    async def take(self, rank: Rank) -> Turn:
        """What `turn` does on entering. Every take is followed by `leave`, unless it raised."""
        await self._acquire(rank)
        if not self.up.is_set():
            self._pass_on()
            raise LinkLost(port="down")
        self._taken = Turn(self.link)
        return self._taken

    def leave(self) -> None:
        self._taken = None
        self._pass_on()

    async def _acquire(self, rank: Rank) -> None:
        if not self._held:
            self._held, self._last = True, rank
            return
        loop = asyncio.get_running_loop()
        waiter = _Waiter(rank, loop.time(), loop.create_future())
        self._waiting.append(waiter)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """A question gets the line only a moment later: whoever works through a round of orders asks for its next turn meanwhile."""
        if not self._waiting:
            self._held = False
            return
        following = self._following()
        if following and following.rank is Rank.POLL:
            asyncio.get_running_loop().call_soon(self._give, None)
        else:
            self._give(following)

    def _give(self, waiter: _Waiter | None) -> None:
        waiter = waiter or self._following()
        if waiter is None:
            self._held = False
            return
        self._waiting.remove(waiter)
        self._last = waiter.rank
        waiter.turn.set_result(None)

    def _following(self) -> _Waiter | None:
        """Who comes next: the first of the best rank, or a question whose patience is at its end, but never two of those in a row."""
        self._waiting = [waiter for waiter in self._waiting if not waiter.turn.done()]
        first = {waiter.rank: waiter for waiter in reversed(self._waiting)}
        if Rank.STOP in first or not first:
            return first.get(Rank.STOP)
        order, poll = first.get(Rank.PLAY), first.get(Rank.POLL)
        if order and poll and self._last is not Rank.POLL:
            waited = asyncio.get_running_loop().time() - poll.since
            return poll if waited >= POLL_PATIENCE_S else order
        return order or poll


class Hold:
    """One hold of the line, to be entered once."""

    __slots__ = ("_line", "_rank")

    def __init__(self, line: Line, rank: Rank) -> None:
        self._line, self._rank = line, rank

    async def __aenter__(self) -> Turn:
        return await self._line.take(self._rank)

    async def __aexit__(self, *error: object) -> None:
        self._line.leave()


class Turn:
    """One exchange's hold of the line: `send`, then `receive` until the answer is whole."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._chunks = Inbox[Chunk | LinkLost]()

    def arrived(self, chunk: Chunk) -> None:
        self._chunks.put(chunk)

    def lost(self, error: LinkLost) -> None:
        self._chunks.put(error)

    def drain(self) -> list[Chunk]:
        """Take away what has arrived unasked: a late answer never answers the next question (design.md, rule 4)."""
        stale: list[Chunk] = []
        while not self._chunks.empty:
            chunk = self._chunks.take_now()
            if isinstance(chunk, LinkLost):
                raise chunk
            stale.append(chunk)
        return stale

    async def send(self, data: bytes) -> None:
        """Returns when the last byte has left the wire."""
        await self._link.write(data)

    async def receive(self, until: float | None = None) -> Chunk:
        """The next bytes. Raises LinkLost, and TimeoutError if none came until that loop time."""
        chunk = await self._chunks.take(until)
        if isinstance(chunk, LinkLost):
            raise chunk
        if until is not None and chunk.at > until:
            raise TimeoutError  # a line that babbles ends no question's time
        return chunk
