"""One question and its answer on the line of a chip."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress

from drivers.errors import DriverError, Garbled, LinkLost, NoAnswer
from drivers.line import Line, Rank, Turn
from drivers.link import Chunk
from drivers.tts_chip.frames import GAP_MOST_S, Answer, AnswerDecoder, Order

ANSWER_S = 0.2
"""The chip answers a frame within so many seconds. At 9600 baud the byte itself takes 1 ms. Our choice."""
FRAME_GAP_S = GAP_MOST_S + 0.004
"""Seconds of silence between two frames: over 8 ms (data sheet), and more for a late timer. Our choice."""
NEVER_BEFORE = 0.9
"""A byte that arrives before this share of the frame's line time answers an older frame. It is under 1, since
the clock of an adapter may be some percent fast. Our choice."""


class Exchange:
    """The exchanges of one turn. Answers that belong to no question go to `stray`."""

    def __init__(self, turn: Turn, baud: int, stray: Callable[[Answer], None]) -> None:
        self._turn = turn
        self._baud = baud
        self._stray = stray
        self._decoder = AnswerDecoder()
        self._pending: deque[Answer] = deque()
        self._floor = 0.0

    @property
    def noise(self) -> bool:
        """Whether bytes came since the last order that are no answer of a chip."""
        return self._decoder.noise > 0

    def line_time(self, order: Order) -> float:
        """Seconds from the call of `send` until the chip has the whole order."""
        return FRAME_GAP_S + len(order.encode()) * 10 / self._baud

    async def send(self, order: Order) -> None:
        """Send the order in one piece, after a silence. An answer that comes before the end of the order goes
        to `stray`."""
        await asyncio.sleep(FRAME_GAP_S)
        self._put_aside()
        self._floor = asyncio.get_running_loop().time() + NEVER_BEFORE * (self.line_time(order) - FRAME_GAP_S)
        await self._turn.send(order.encode())
        self._decoder.noise = 0

    async def ask(self, order: Order, wanted: Collection[Answer], within: float = ANSWER_S) -> Answer | None:
        """Send `order` and wait for one of `wanted` for `within` seconds; None where none came. Other answers
        go to `stray`."""
        await self.send(order)
        until = asyncio.get_running_loop().time() + within
        while (answer := await self._next(until)) is not None:
            if answer in wanted:
                return answer
            self._stray(answer)
        return None

    def silence(self, unit: int) -> DriverError:
        """The error for a question without an answer."""
        return Garbled(unit=unit) if self.noise else NoAnswer(unit=unit)

    def leave(self) -> None:
        """End the turn: the bytes that came with the answer or after it go to `stray`."""
        with suppress(LinkLost):
            for chunk in self._turn.drain():
                self._take(chunk)
        self._put_aside()

    async def _next(self, until: float) -> Answer | None:
        while not self._pending:
            try:
                async with asyncio.timeout_at(until):
                    chunk = await self._turn.receive()
            except TimeoutError:
                return None
            self._take(chunk)
        return self._pending.popleft()

    def _take(self, chunk: Chunk) -> None:
        answers = self._decoder.feed(chunk.data, chunk.at)
        if chunk.at < self._floor:
            for answer in answers:
                self._stray(answer)
        else:
            self._pending.extend(answers)

    def _put_aside(self) -> None:
        while self._pending:
            self._stray(self._pending.popleft())


@asynccontextmanager
async def exchange(
    line: Line, stray: Callable[[Answer], None], rank: Rank = Rank.PLAY
) -> AsyncIterator[Exchange]:
    """Take a turn of the line. Raises LinkLost."""
    async with line.turn(rank) as turn:
        talk = Exchange(turn, line.link.baud, stray)
        try:
            yield talk
        finally:
            talk.leave()
