"""One question and its answer on a shared RTU line.

It keeps the silence before a frame and the deadline, and takes no answer to another question. It never
retries. It exists because the client of pymodbus keeps no silence, joins a broadcast to the next frame, and
takes a late answer for the answer to the next question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from drivers.errors import Busy, DriverError, Garbled, NoAnswer, NotAccepted
from drivers.line import Line, Rank, Turn
from drivers.link import Chunk, Link
from drivers.modbus.frames import Answer, AnswerDecoder, Refusal, Request, silence

MOMENT_S = 1e-9
"""Seconds. Times closer than this are equal: subtracting floating-point times leaves such remainders."""
RESTLESS_S = 0.5
"""Seconds after which a frame is sent even though the line is never silent (unbiased receiver, a unit that
sends without end). Our choice."""

LastLook = Callable[[float], None]
"""Called just before a frame leaves, with the event loop time at which its last byte will have left. Raises
to keep the frame back."""


def go_ahead(at: float) -> None:
    """The last look that keeps no frame back."""


Settled = Callable[[], Awaitable[None] | None]
"""Gives an awaitable that must return before a frame leaves, or None. It is awaited within the turn."""


def at_once() -> None:
    """There is nothing to await."""


class Exchange:
    """The questions of one line.

    `gap_s` seconds are added to T3.5. `turnaround_s` is the time for the units after a broadcast. `echo`: the
    adapter receives the octets that it sends.
    """

    def __init__(self, link: Link, gap_s: float, turnaround_s: float, echo: bool = False) -> None:
        self._line = Line(link, self._overheard)
        self._baud = link.baud
        self._silence = silence(link.baud) + gap_s
        self._turnaround = turnaround_s
        self._echo = echo
        self._last_byte = float("-inf")
        self._free_at = float("-inf")
        self._owed: dict[tuple[int, int], tuple[bytes, float]] = {}

    async def run(self, changed: Callable[[bool], None]) -> None:
        """Keep the line open until cancelled. `changed` is called with True when it comes up, with False when
        it goes down."""
        await self._line.run(changed)

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        late_s: float,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> Answer:
        """The answer to `request`. Raises NoAnswer, Garbled, NotAccepted, Busy, LinkLost, and the errors of
        `last_look`.

        The answer must begin within `timeout_s`. After a time-out its late answer may still come for
        `late_s`: a question that this answer would fit waits so long. Other questions do not wait.
        """
        while True:
            async with self._line.turn(rank) as turn:
                straggling = self._straggling(request) - self._now()
                if straggling <= 0:
                    return await self._exchange(turn, request, timeout_s, late_s, last_look, settled)
            await asyncio.sleep(straggling)

    async def tell(
        self,
        request: Request,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> None:
        """Send a broadcast. The next frame waits for the turnaround of the units.

        Raises LinkLost, and the errors of `last_look`.
        """
        async with self._line.turn(rank) as turn:
            await self._send(turn, request.encode(), last_look, settled)
            self._free_at = self._last_byte + self._turnaround

    async def _exchange(
        self,
        turn: Turn,
        request: Request,
        timeout_s: float,
        late_s: float,
        last_look: LastLook,
        settled: Settled,
    ) -> Answer:
        key = (request.unit, request.function)
        quiet = self._owed.get(key, (b"", 0.0))[1] <= self._now()
        answers = AnswerDecoder(request, self._echo, refusals=quiet)
        await self._send(turn, request.encode(), last_look, settled)
        deadline = self._last_byte + timeout_s + self._wire(request.answer_length)
        self._owed[key] = (request.opening, deadline + late_s)
        try:
            answer = await self._collect(turn, answers, deadline)
        except TimeoutError:
            error = Garbled if answers.damaged else NoAnswer
            raise error(unit=request.unit, waited_ms=round(timeout_s * 1000)) from None
        except asyncio.CancelledError:
            # The unit answers although nobody waits: the next frame must not collide with its answer.
            self._free_at = self._last_byte + self._turnaround
            raise
        finally:
            self._echo = self._echo or answers.echoed
        del self._owed[key]
        if answer.refusal is not None:
            raise refused(request, answer.refusal)
        return answer

    async def _collect(self, turn: Turn, answers: AnswerDecoder, deadline: float) -> Answer:
        while True:
            chunk = await turn.receive(deadline)
            self._overheard(chunk)
            for answer in answers.feed(chunk.data, chunk.at):
                return answer

    async def _send(self, turn: Turn, frame: bytes, last_look: LastLook, settled: Settled) -> None:
        if settling := settled():  # the disk writes during the silence, at no cost
            await asyncio.gather(settling, self._quiet(turn))
        await self._quiet(turn)
        began = self._now()
        last_look(began + self._wire(len(frame)))
        try:
            await turn.send(frame)
        finally:
            self._last_byte = max(self._last_byte, began + self._wire(len(frame)))

    async def _quiet(self, turn: Turn) -> None:
        """Wait for T3.5 without a byte. Bytes that arrive meanwhile answer nothing and are dropped."""
        patience = self._now() + RESTLESS_S
        while True:
            for stale in turn.drain():
                self._overheard(stale)
            pause = max(min(self._last_byte + self._silence, patience), self._free_at) - self._now()
            if pause <= MOMENT_S:
                return
            await asyncio.sleep(pause)

    def _straggling(self, request: Request) -> float:
        """Event loop time until which a late answer could be taken for the answer to `request`."""
        opening, until = self._owed.get((request.unit, request.function), (b"", 0.0))
        return until if opening == request.opening else float("-inf")

    def _overheard(self, chunk: Chunk) -> None:
        self._last_byte = max(self._last_byte, chunk.at)

    def _wire(self, count: int) -> float:
        return count * 10 / self._baud

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def refused(request: Request, code: int) -> DriverError:
    """The error for an exception answer. A gateway answers so in place of a unit that is silent."""
    name = next((known.name.lower() for known in Refusal if known == code), "unknown")
    if code == Refusal.BUSY:
        return Busy(unit=request.unit)
    if code in (Refusal.NO_PATH, Refusal.TARGET_SILENT):
        return NoAnswer(unit=request.unit, said=name)
    return NotAccepted(
        unit=request.unit, reason=code, said=name, function=int(request.function), address=request.address
    )
