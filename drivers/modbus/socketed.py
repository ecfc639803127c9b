"""One question, one answer, through a Modbus/TCP gateway: numbered, so that a late answer never answers the next question.

One at a time on a connection: few field gateways keep several apart on the line behind them. It never retries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Final

from drivers.errors import Garbled, LinkLost, NoAnswer
from drivers.line import Line, Rank, Turn
from drivers.link import Chunk, Link
from drivers.modbus.envelope import Envelope, EnvelopeDecoder
from drivers.modbus.exchange import LastLook, Settled, at_once, go_ahead, refused
from drivers.modbus.frames import Answer, Request, read_answer, silence

GATEWAY_S: Final = 1.5
"""Beside the unit's own time-out: a gateway waits for its line by a clock of its own, usually of one second, and only then says that the
unit is silent. Asking on before would find it deaf. Our choice."""


class SocketExchange:
    """Offers what exchange.Exchange offers, over a TCP link whose `baud` is that of the line behind the gateway."""

    def __init__(self, link: Link, turnaround_s: float) -> None:
        self._line = Line(link, self._stray)
        self._turnaround = turnaround_s
        self._numbers = count(1)
        self._decoder = EnvelopeDecoder()
        self._free_at = float("-inf")

    async def run(self, changed: Callable[[bool], None]) -> None:
        """Keep the connection until cancelled; `changed` hears of every coming and going."""

        def anew(up: bool) -> None:
            self._decoder = EnvelopeDecoder()
            changed(up)

        await self._line.run(anew)

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        late_s: float,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> Answer:
        """Raises NoAnswer, Garbled, NotAccepted, Busy, LinkLost, and whatever `last_look` raises. `late_s` is not needed: answers are
        numbered."""
        async with self._line.turn(rank) as turn:
            asked = await self._send(turn, request, last_look, settled)
            octets = len(request.pdu) + request.answer_length + 3
            there = octets * 10 / self._line.link.baud + 2 * silence(self._line.link.baud)
            try:
                pdu = await self._answer_to(turn, asked, self._now() + timeout_s + GATEWAY_S + there)
            except TimeoutError:
                raise NoAnswer(unit=request.unit, waited_ms=round((timeout_s + GATEWAY_S) * 1000)) from None
        answer = read_answer(request, pdu)
        if answer is None:
            raise Garbled(unit=request.unit)
        if answer.refusal is not None:
            raise refused(request, answer.refusal)
        return answer

    async def tell(
        self,
        request: Request,
        rank: Rank = Rank.PLAY,
        last_look: LastLook = go_ahead,
        settled: Settled = at_once,
    ) -> None:
        """Send a broadcast; the next question waits until the units have had their turnaround. Raises LinkLost and whatever `last_look` raises."""
        async with self._line.turn(rank) as turn:
            await self._send(turn, request, last_look, settled)
            there = (len(request.pdu) + 3) * 10 / self._line.link.baud
            self._free_at = self._now() + there + self._turnaround

    async def _send(self, turn: Turn, request: Request, last_look: LastLook, settled: Settled) -> Envelope:
        if settling := settled():
            await settling
        if (pause := self._free_at - self._now()) > 0:
            await asyncio.sleep(pause)
        for stale in turn.drain():
            self._stray(stale)
        last_look(self._now())
        envelope = Envelope(next(self._numbers) & 0xFFFF, request.unit, request.pdu)
        await turn.send(envelope.encode())
        return envelope

    async def _answer_to(self, turn: Turn, asked: Envelope, until: float) -> bytes:
        while True:
            found = self._decoder.feed((await turn.receive(until)).data)
            for envelope in found:
                if (envelope.transaction, envelope.unit) == (asked.transaction, asked.unit):
                    return envelope.pdu
            await self._keep_step()

    async def _keep_step(self) -> None:
        """A stream that is out of step never finds back: the connection is made anew."""
        if self._decoder.lost:
            await self._line.link.close()
            raise LinkLost(port="tcp", why="what came is not Modbus/TCP")

    def _stray(self, chunk: Chunk) -> None:
        """What answers nothing still keeps the stream in step; a stream out of step shows at the next question."""
        self._decoder.feed(chunk.data)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
