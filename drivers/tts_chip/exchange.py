"""One question and its answer on the chip's line."""

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
"""The chip answers a frame within this time (our choice; at 9600 baud the byte itself takes 1 ms)."""
FRAME_GAP_S = GAP_MOST_S + 0.004
"""Silence kept between two frames: over 8 ms (data sheet), with room for a late timer. Our choice."""
NEVER_BEFORE = 0.9
"""What arrives before this share of a frame's line time answers something older; adapters may run some percent fast. Our choice."""


class Exchange:
    """Holds the line. `noise`: bytes came that no chip says."""

    def __init__(self, turn: Turn, baud: int, stray: Callable[[Answer], None]) -> None:
        self._turn = turn
        self._baud = baud
        self._stray = stray
        self._decoder = AnswerDecoder()
        self._pending: deque[Answer] = deque()
        self._floor = 0.0

    @property
    def noise(self) -> bool:
        return self._decoder.noise > 0

    def line_time(self, order: Order) -> float:
        """Seconds from `send` until the chip has the whole order."""
        return FRAME_GAP_S + len(order.encode()) * 10 / self._baud

    async def send(self, order: Order) -> None:
        """In one piece, after a silence. What came before the end of the order cannot answer it and goes to `stray`."""
        await asyncio.sleep(FRAME_GAP_S)
        self._put_aside()
        self._floor = asyncio.get_running_loop().time() + NEVER_BEFORE * (self.line_time(order) - FRAME_GAP_S)
        await self._turn.send(order.encode())
        self._decoder.noise = 0

    async def ask(self, order: Order, wanted: Collection[Answer], within: float = ANSWER_S) -> Answer | None:
        """Send `order` and wait for one of `wanted`; whatever else the chip says goes to `stray`. None when nothing came."""
        await self.send(order)
        until = asyncio.get_running_loop().time() + within
        while (answer := await self._next(until)) is not None:
            if answer in wanted:
                return answer
            self._stray(answer)
        return None

    def silence(self, unit: int) -> DriverError:
        """The error of a question without answer."""
        return Garbled(unit=unit) if self.noise else NoAnswer(unit=unit)

    def leave(self) -> None:
        """Hand over what came with or after the answer."""
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
    """Take the line for one exchange. Raises LinkLost."""
    async with line.turn(rank) as turn:
        talk = Exchange(turn, line.link.baud, stray)
        try:
            yield talk
        finally:
            talk.leave()
