"""One burst at the chip while it lasts. The unasked answers of the chip go to it; a stop or a lost link ends
it."""

from __future__ import annotations

import asyncio
from typing import Any

from drivers.tts_chip.frames import Answer


class Stopped(Exception):
    """The burst was stopped on request."""

    def __init__(self, known: bool) -> None:
        super().__init__(known)
        self.known = known
        """The chip confirmed its silence."""


class Speech:
    """The unasked answers of the chip during one `play`. `end` ends the burst. Where ending takes time, `bar`
    comes before it."""

    def __init__(self) -> None:
        self.began = False
        """The chip accepted a sentence of the burst."""
        self.sounded = False
        """The chip answered that it speaks."""
        self.barred = False
        """No further sentence may be sent."""
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def hear(self, answer: Answer) -> None:
        """The chip sent this answer unasked."""
        self._answers.put_nowait(answer)

    def forget(self) -> None:
        """Drop the answers so far, so that the end of an earlier text does not end this sentence."""
        while not self._answers.empty():
            self._answers.get_nowait()

    def bar(self) -> None:
        """Send no further sentence; `end` will follow."""
        self.barred = True

    def end(self, reason: Exception) -> None:
        """End the burst. The first reason counts."""
        self.barred = True
        if not self._ended.done():
            self._ended.set_result(reason)

    async def check(self) -> None:
        """Raise the reason if the burst is barred, once it is known. Never call it within a turn of the line:
        the reason may need a turn."""
        if self.barred:
            raise await self._ended

    async def answer(self, until: float) -> Answer | None:
        """The next unasked READY or IDLE; None at event loop time `until`. Raises the reason when the burst
        ends."""
        while True:
            await self.check()
            answer = await self._next(until)
            await self.check()
            if answer in (None, Answer.READY, Answer.IDLE):
                return answer

    async def _next(self, until: float) -> Answer | None:
        answer = asyncio.ensure_future(self._answers.get())
        either: set[asyncio.Future[Any]] = {answer, self._ended}
        try:
            async with asyncio.timeout_at(until):
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            pass
        finally:
            if not answer.done():
                answer.cancel()
        return answer.result() if answer.done() and not answer.cancelled() else None
