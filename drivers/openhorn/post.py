"""One exchange on an openhorn line: seal a frame with the next counter, send it, wait for the answer that
echoes the counter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import ceil
from typing import Final

from drivers.errors import DriverError, Garbled, NoAnswer
from drivers.line import Line, Rank, Turn
from drivers.openhorn.bodies import Body, Result, Status
from drivers.openhorn.frames import ALL, Decoder, Frame, seal, wire_s

CALM: Final[Callable[[], bool]] = lambda: False  # noqa: E731
"""The `unless` of an exchange that is never called off."""


class Post:
    """The exchanges with the units of one line, each in a turn of its own.

    `heard` is called for every answer, `missed` for every question without one. `wall` gives Unix seconds. A
    question without an answer within `patience` seconds is unanswered.
    """

    def __init__(
        self,
        line: Line,
        key: bytes,
        key_id: int,
        source: int,
        wall: Callable[[], int],
        turnaround: float,
        heard: Callable[[int, Status], None],
        missed: Callable[[int], None],
    ) -> None:
        self.line = line
        self._key, self._key_id, self._source, self._wall = key, key_id, source, wall
        self._heard, self._missed = heard, missed
        self._counter = 0
        self._dirty = True
        self.patience = turnaround + self.wire_s(Status.FORM.size)

    def wire_s(self, payload: int) -> float:
        """Seconds on the line for a frame with so many octets of payload."""
        return wire_s(payload, self.line.link.baud)

    def next_counter(self) -> int:
        """The counter of the next frame: greater than the last, and not behind the wall clock."""
        self._counter = max(self._counter + 1, (self._wall() << 16) + 1)
        return self._counter

    def unix(self, at: float | None) -> int:
        """Event loop time `at` in Unix seconds, by the clock that the units derive from our counters. 0 for
        None."""
        if at is None:
            return 0
        return max(1, max(self._wall(), self._counter >> 16) + ceil(at - asyncio.get_running_loop().time()))

    async def tell(
        self, body: Body, dst: int = ALL, *, rank: Rank = Rank.PLAY, unless: Callable[[], bool] = CALM
    ) -> None:
        """Send a frame that is not answered. Sends nothing if `unless` is true when the turn comes. Raises
        LinkLost."""
        async with self.line.turn(rank) as turn:
            if not unless():
                await self._send(turn, self._sealed(body, dst))

    async def ask(
        self, body: Body, unit: int, *, rank: Rank = Rank.PLAY, unless: Callable[[], bool] = CALM
    ) -> Status | None:
        """The answer of the unit to `body`. None if `unless` is true when the turn comes.

        A unit that knows higher counters than ours answers STALE (our clock went back). It is asked once
        more, with a counter beyond its own. Raises LinkLost, NoAnswer, Garbled.
        """
        for _ in range(2):
            async with self.line.turn(rank) as turn:
                if unless():
                    return None
                answer, status = await self._exchange(turn, body, unit)
            self._heard(unit, status)
            if status.result is not Result.STALE:
                return status
            self._counter = max(self._counter, answer.counter)
        raise NoAnswer(unit=unit, reason="counter")

    async def _exchange(self, turn: Turn, body: Body, unit: int) -> tuple[Frame, Status]:
        question = self._sealed(body, unit)
        decoder = Decoder({self._key_id: self._key})
        turn.drain()
        await self._send(turn, question)
        try:
            until = asyncio.get_running_loop().time() + self.patience
            while True:
                chunk = await turn.receive(until)
                for frame in decoder.feed(chunk.data, chunk.at):
                    answer = frame.body
                    if frame.src == unit and isinstance(answer, Status) and answer.echo == question.counter:
                        return frame, answer
        except TimeoutError:
            self._dirty = True
            self._missed(unit)
            error: type[DriverError] = Garbled if decoder.damaged or decoder.forged else NoAnswer
            raise error(unit=unit) from None

    def _sealed(self, body: Body, dst: int) -> Frame:
        return seal(body, key_id=self._key_id, dst=dst, src=self._source, counter=self.next_counter())

    async def _send(self, turn: Turn, frame: Frame) -> None:
        """Send a frame. After a silence or an interrupted write, a delimiter goes first: remaining octets
        must not damage it."""
        wire = (b"\0" if self._dirty else b"") + frame.encode(self._key)
        self._dirty = True
        await turn.send(wire)
        self._dirty = False
