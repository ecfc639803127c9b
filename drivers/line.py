"""Turns on a shared line: exchanges take turns, speakers sound together.

A Line owns its Link. It opens the link, and opens it again after a loss. It hands the bytes that arrive to
the exchange that has the turn, or to `listen` between two turns. A stop goes before everything that waits.
Orders to play go before status queries: a query waits until the round of orders has ended.
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
"""Seconds before the first reopening: a re-plugged USB adapter needs about this long to settle. Our
choice."""
REOPEN_MOST_S = 2.0
"""The wait doubles up to this many seconds: a mended line works again well within five. Our choice."""

POLL_PATIENCE_S = 2.0
"""A status query that has waited so many seconds gets a turn between two orders, so that units are also asked
under a sound that fills the line. Our choice."""


class Rank(IntEnum):
    """The purpose of an exchange. The smaller number has its turn first."""

    STOP = 0
    """Silence."""
    PLAY = 1
    """Everything of a burst."""
    POLL = 2
    """A status query. It waits while an order waits, so that a sweep of queries never slows a round of
    orders."""


@dataclass(frozen=True, eq=False)
class _Waiter:
    rank: Rank
    since: float
    given: asyncio.Future[None]


class Line:
    """One link shared by many exchanges. `listen` gets the chunks that arrive between two turns."""

    def __init__(self, link: Link, listen: Callable[[Chunk], None] | None = None) -> None:
        self.link = link
        self.up = asyncio.Event()
        self._listen = listen
        self._busy = False
        self._turn: Turn | None = None
        self._waiting: list[_Waiter] = []
        self._last = Rank.PLAY

    async def run(self, changed: Callable[[bool], None] | None = None) -> None:
        """Keep the link open and hand on what arrives, until cancelled.

        `changed` is called with True when the line comes up and with False when it goes down.
        """
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
                if self._turn:
                    self._turn.lost(lost)
                if changed and was_up:
                    changed(False)
            finally:
                await self.link.close()
            await asyncio.sleep(pause)
            pause = min(pause * 2, REOPEN_MOST_S)

    def _arrived(self, chunk: Chunk) -> None:
        if self._turn:
            self._turn.arrived(chunk)
        elif self._listen:
            self._listen(chunk)

    def turn(self, rank: Rank = Rank.PLAY) -> TurnContext:
        """The line for one exchange: `async with line.turn() as turn`.

        Within a rank, turns come in the order in which they were asked for. Raises LinkLost when the line is
        down.
        """
        return TurnContext(self, rank)

    async def take(self, rank: Rank) -> Turn:
        """Wait for a turn and begin it. `leave` must follow, unless this raised."""
        await self._acquire(rank)
        if not self.up.is_set():
            self._pass_on()
            raise LinkLost(port="down")
        self._turn = Turn(self.link)
        return self._turn

    def leave(self) -> None:
        """End the turn."""
        self._turn = None
        self._pass_on()

    async def _acquire(self, rank: Rank) -> None:
        if not self._busy:
            self._busy, self._last = True, rank
            return
        loop = asyncio.get_running_loop()
        waiter = _Waiter(rank, loop.time(), loop.create_future())
        self._waiting.append(waiter)
        try:
            await waiter.given
        except asyncio.CancelledError:
            if waiter.given.done() and not waiter.given.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give the next turn. A status query gets it one loop step later: a round of orders can ask for its
        next turn before that."""
        if not self._waiting:
            self._busy = False
            return
        following = self._following()
        if following and following.rank is Rank.POLL:
            asyncio.get_running_loop().call_soon(self._give, None)
        else:
            self._give(following)

    def _give(self, waiter: _Waiter | None) -> None:
        waiter = waiter or self._following()
        if waiter is None:
            self._busy = False
            return
        self._waiting.remove(waiter)
        self._last = waiter.rank
        waiter.given.set_result(None)

    def _following(self) -> _Waiter | None:
        """The waiter whose turn is next: the first one of the best rank.

        A status query that has waited for POLL_PATIENCE_S goes before an order, but never two queries in a
        row.
        """
        self._waiting = [waiter for waiter in self._waiting if not waiter.given.done()]
        first = {waiter.rank: waiter for waiter in reversed(self._waiting)}
        if Rank.STOP in first or not first:
            return first.get(Rank.STOP)
        order, poll = first.get(Rank.PLAY), first.get(Rank.POLL)
        if order and poll and self._last is not Rank.POLL:
            waited = asyncio.get_running_loop().time() - poll.since
            return poll if waited >= POLL_PATIENCE_S else order
        return order or poll


class TurnContext:
    """The context manager of one turn. It is entered once."""

    __slots__ = ("_line", "_rank")

    def __init__(self, line: Line, rank: Rank) -> None:
        self._line, self._rank = line, rank

    async def __aenter__(self) -> Turn:
        return await self._line.take(self._rank)

    async def __aexit__(self, *error: object) -> None:
        self._line.leave()


class Turn:
    """The line during one exchange: `send`, then `receive` until the answer is complete."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._chunks = Inbox[Chunk | LinkLost]()

    def arrived(self, chunk: Chunk) -> None:
        """The line hands on what it read."""
        self._chunks.put(chunk)

    def lost(self, error: LinkLost) -> None:
        """The line is gone: `receive` and `drain` raise this error after the chunks that came before it."""
        self._chunks.put(error)

    def drain(self) -> list[Chunk]:
        """Remove the chunks that arrived before the question, so that a late answer never answers the next
        question (docs/design.md, rule 4). Raises LinkLost."""
        stale: list[Chunk] = []
        while not self._chunks.empty:
            chunk = self._chunks.take_now()
            if isinstance(chunk, LinkLost):
                raise chunk
            stale.append(chunk)
        return stale

    async def send(self, data: bytes) -> None:
        """Returns when the last byte has left the wire. Raises LinkLost."""
        await self._link.write(data)

    async def receive(self, until: float | None = None) -> Chunk:
        """The next bytes. Raises LinkLost, and TimeoutError when no byte came until that event loop time."""
        chunk = await self._chunks.take(until)
        if isinstance(chunk, LinkLost):
            raise chunk
        if until is not None and chunk.at > until:
            raise TimeoutError  # noise on the line must not prolong the wait for an answer
        return chunk
