"""One burst at the chip while it lasts: what the chip says unasked reaches it, a stop or a lost link ends it."""

from __future__ import annotations

import asyncio
from typing import Any

from drivers.tts_chip.frames import Answer


class Stopped(Exception):
    """The burst was stopped on request. `known`: the chip confirmed its silence."""

    def __init__(self, known: bool) -> None:
        super().__init__(known)
        self.known = known


class Speech:
    """The ear of one `play`. Whoever ends a burst calls `end`, and `bar` before it where the ending takes time."""

    def __init__(self) -> None:
        self.began = False
        """The chip has accepted a sentence of it."""
        self.sounded = False
        """The chip has said that it speaks."""
        self.barred = False
        """No further sentence may be sent."""
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def hear(self, answer: Answer) -> None:
        self._answers.put_nowait(answer)

    def forget(self) -> None:
        """Drop what was heard until now: the end of an earlier text never ends this sentence."""
        while not self._answers.empty():
            self._answers.get_nowait()

    def bar(self) -> None:
        self.barred = True

    def end(self, reason: Exception) -> None:
        """The first reason holds."""
        self.barred = True
        if not self._ended.done():
            self._ended.set_result(reason)

    async def check(self) -> None:
        """Raises the reason once the burst is barred, after waiting for it if need be. Never call it holding the line."""
        if self.barred:
            raise await self._ended

    async def answer(self, until: float) -> Answer | None:
        """The next unasked READY or IDLE; None when `until` (the loop's time) has passed. Raises the reason of an end."""
        while True:
            await self.check()
            answer = await self._next(until)
            await self.check()
            if answer in (None, Answer.READY, Answer.IDLE):
                return answer

    async def _next(self, until: float) -> Answer | None:
        heard = asyncio.ensure_future(self._answers.get())
        either: set[asyncio.Future[Any]] = {heard, self._ended}
        try:
            async with asyncio.timeout_at(until):
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            pass
        finally:
            if not heard.done():
                heard.cancel()
        return heard.result() if heard.done() and not heard.cancelled() else None
