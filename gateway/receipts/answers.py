"""Answers: receipts that go where their sender wants them (MQTT 5 §4.10), beside those for everybody.

A topic that takes nothing, or takes its time, holds up no other topic and no receipt for everybody. It is
tried a few times, then nothing more is sent there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from drivers.link.access import NotConnected, Refused
from gateway.model.record import Answer
from gateway.receipts.outbox import AGAIN_S, GATHER_S, TOGETHER
from gateway.runtime.pulse import Pulse
from gateway.store import contract

log = logging.getLogger(__name__)

Send = Callable[[Answer], Awaitable[None]]
"""Sends one answer. Raises Unanswerable, Refused, NotConnected; and ConnectionError where the connection was
lost meanwhile."""

PATIENCE_S = 10.0
"""Seconds after which an answer that the broker has not acknowledged has failed. Our choice: more than a busy
broker needs."""
TRIES = 3
"""So often in a row an answer to one reply may fail. Our choice: a permission that is being changed has some
seconds."""


class Unanswerable(Exception):
    """Nothing can be sent to this topic, now or later. The text says why."""


class Answers:
    """Sends the answers that the ledger owes, those to one reply in order."""

    def __init__(self, ledger: contract.Answers, send: Send) -> None:
        self._ledger = ledger
        self._send = send
        self._wake = asyncio.Event()
        self._down: dict[str, float] = {}
        """Until when the answers to each source are not tried, in the loop's time: its broker is away."""
        self._resting: dict[int, float] = {}
        """Until when each reply is not tried."""
        self._failures: dict[int, int] = {}
        """How often in a row each reply has failed."""
        self._hopeless: dict[int, str] = {}
        """The replies to which nothing more is sent, and why."""
        self._alone = 0
        """So many answers are sent one by one. There are brokers that close the connection at a topic that
        they refuse: this tells which topic it was."""
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    def retry(self) -> None:
        """A broker may be reached again: try all of them now."""
        self._down.clear()
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            self._down = {source: until for source, until in self._down.items() if until > loop.time()}
            self._resting = {reply: until for reply, until in self._resting.items() if until > loop.time()}
            owed = self._ledger.answers(1 if self._alone else TOGETHER, self._down, self._resting)
            if owed:
                await self._round(owed)
                continue
            with self.pulse.resting():
                try:
                    again = min((*self._down.values(), *self._resting.values()), default=None)
                    async with asyncio.timeout_at(again):
                        await self._wake.wait()
                        await asyncio.sleep(GATHER_S)
                except TimeoutError:
                    pass

    async def _round(self, owed: Sequence[Answer]) -> None:
        """Send these answers, and write down which of them have gone."""
        by_reply = sorted(owed, key=lambda answer: (answer.reply, answer.receipt.id))
        groups = [list(group) for _, group in groupby(by_reply, key=lambda answer: answer.reply)]
        with self.pulse.resting():  # a broker may take its time
            sent = [answer for gone in await asyncio.gather(*map(self._one_reply, groups)) for answer in gone]
        if sent:
            await self._ledger.answered(sent)
        while self._hopeless:
            reply, why = next(iter(self._hopeless.items()))
            await self._ledger.give_up(reply, why)
            del self._hopeless[reply]
            self._failures.pop(reply, None)

    async def _one_reply(self, answers: Sequence[Answer]) -> list[Answer]:
        """Send the answers to one reply, until one fails. Returns those that have gone."""
        for place, answer in enumerate(answers):
            if not await self._try(answer):
                return list(answers[:place])
            self._failures.pop(answer.reply, None)
            self._alone = max(0, self._alone - 1)
        return list(answers)

    async def _try(self, answer: Answer) -> bool:
        """Whether it was sent."""
        alone, again = self._alone > 0, asyncio.get_running_loop().time() + AGAIN_S
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._send(answer)
        except Unanswerable as error:
            self._give_up(answer, str(error))
        except NotConnected:
            self._down[answer.receipt.source] = again
        except (Refused, TimeoutError) as error:
            self._failed(answer, str(error) or "it is not acknowledged", again)
        except ConnectionError as error:
            self._down[answer.receipt.source], self._alone = again, TOGETHER
            if alone:
                self._failed(answer, str(error), again)
        else:
            return True
        return False

    def _failed(self, answer: Answer, why: str, again: float) -> None:
        failures = self._failures[answer.reply] = self._failures.get(answer.reply, 0) + 1
        self._resting[answer.reply] = again
        if failures >= TRIES:
            self._give_up(answer, why)

    def _give_up(self, answer: Answer, why: str) -> None:
        source = answer.receipt.source
        log.warning("nothing more is answered to %s on %.200r: %s", source, answer.to.topic, why)
        self._hopeless[answer.reply] = why
