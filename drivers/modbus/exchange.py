"""One question, one answer, on a shared RTU line: the silence before a frame, the deadline, and nobody else's answer.

pymodbus's own client keeps no silence, glues a broadcast to the next frame and lets a late answer answer the next question;
this is why the exchange is ours. It never retries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from drivers.errors import Busy, DriverError, Garbled, NoAnswer, NotAccepted
from drivers.line import Line, Rank, Turn
from drivers.link import Chunk, Link
from drivers.modbus.frames import Answer, AnswerDecoder, Refusal, Request, silence

MOMENT_S = 1e-9
"""Times closer than this are the same: what is left over when floating-point times are subtracted."""
RESTLESS_S = 0.5
"""A line that is never silent (unbiased receiver, a babbling unit) is spoken on after this wait all the same. Our choice."""

LastLook = Callable[[float], None]
"""Called in the instant before a frame goes out, with the time at which its last byte will have left; raises to hold it back."""


def go_ahead(at: float) -> None:
    """The last look that holds nothing back."""


Settled = Callable[[], Awaitable[None] | None]
"""What it gives is awaited with the line held, before a frame goes out; None: nothing."""


def at_once() -> None:
    """Nothing is to be awaited."""


class Exchange:
    """The questions of one line. `gap_s` is added to T3.5; `turnaround_s` follows a broadcast."""

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
        """Keep the line open until cancelled; `changed` hears of every coming and going."""
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
        """Raises NoAnswer, Garbled, NotAccepted, Busy, LinkLost, and whatever `last_look` raises.

        After a time-out, a question that the straggling answer would fit waits `late_s`; others go at once.
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
        """Send a broadcast; the next frame waits until the units have had their turnaround. Raises LinkLost and whatever `last_look` raises."""
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
            # Nobody collects the answer: the unit gets its time to give it, or it would collide with the next frame.
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
        if settling := settled():  # the disk has the time of the silence for nothing
            await asyncio.gather(settling, self._quiet(turn))
        await self._quiet(turn)
        began = self._now()
        last_look(began + self._wire(len(frame)))
        try:
            await turn.send(frame)
        finally:
            self._last_byte = max(self._last_byte, began + self._wire(len(frame)))

    async def _quiet(self, turn: Turn) -> None:
        """Wait for T3.5 without a byte; what arrives meanwhile is stale and thrown away."""
        patience = self._now() + RESTLESS_S
        while True:
            for stale in turn.drain():
                self._overheard(stale)
            pause = max(min(self._last_byte + self._silence, patience), self._free_at) - self._now()
            if pause <= MOMENT_S:
                return
            await asyncio.sleep(pause)

    def _straggling(self, request: Request) -> float:
        """Until when an answer may straggle in that would pass for the answer to `request`."""
        opening, until = self._owed.get((request.unit, request.function), (b"", 0.0))
        return until if opening == request.opening else float("-inf")

    def _overheard(self, chunk: Chunk) -> None:
        self._last_byte = max(self._last_byte, chunk.at)

    def _wire(self, count: int) -> float:
        return count * 10 / self._baud

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def refused(request: Request, code: int) -> DriverError:
    """The error an exception answer stands for. A gateway says in its unit's place that the unit is silent."""
    said = next((known.name.lower() for known in Refusal if known == code), "unknown")
    if code == Refusal.BUSY:
        return Busy(unit=request.unit)
    if code in (Refusal.NO_PATH, Refusal.TARGET_SILENT):
        return NoAnswer(unit=request.unit, said=said)
    return NotAccepted(
        unit=request.unit, reason=code, said=said, function=int(request.function), address=request.address
    )
