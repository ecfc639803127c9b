"""One question and its answer through a Modbus/TCP gateway.

Questions are numbered, so that a late answer never answers the next question. There is one question at a time
on a connection: few gateways in the field can keep several apart on the line behind them. It never retries.
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
"""Seconds beyond the time-out of the unit. A gateway has its own time-out for its line, usually one second,
before it answers that the unit is silent. It takes no question before that. Our choice."""


class SocketExchange:
    """The methods of exchange.Exchange over a TCP link. The `baud` of the link is that of the line behind the
    gateway."""

    def __init__(self, link: Link, turnaround_s: float) -> None:
        self._line = Line(link, self._stray)
        self._turnaround = turnaround_s
        self._numbers = count(1)
        self._decoder = EnvelopeDecoder()
        self._free_at = float("-inf")

    async def run(self, changed: Callable[[bool], None]) -> None:
        """Keep the connection until cancelled. `changed` is called with True when it comes up, with False
        when it goes down."""

        def reset(up: bool) -> None:
            self._decoder = EnvelopeDecoder()
            changed(up)

        await self._line.run(reset)

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

        `late_s` has no use here: answers are numbered.
        """
        async with self._line.turn(rank) as turn:
            asked = await self._send(turn, request, last_look, settled)
            octets = len(request.pdu) + request.answer_length + 3
            line_s = octets * 10 / self._line.link.baud + 2 * silence(self._line.link.baud)
            try:
                pdu = await self._answer_to(turn, asked, self._now() + timeout_s + GATEWAY_S + line_s)
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
        """Send a broadcast. The next question waits for the turnaround of the units.

        Raises LinkLost, and the errors of `last_look`.
        """
        async with self._line.turn(rank) as turn:
            await self._send(turn, request, last_look, settled)
            line_s = (len(request.pdu) + 3) * 10 / self._line.link.baud
            self._free_at = self._now() + line_s + self._turnaround

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
            for envelope in self._decoder.feed((await turn.receive(until)).data):
                if (envelope.transaction, envelope.unit) == (asked.transaction, asked.unit):
                    return envelope.pdu
            await self._keep_step()

    async def _keep_step(self) -> None:
        """Close the connection where the stream is out of step: it cannot get into step again. Raises
        LinkLost then."""
        if self._decoder.lost:
            await self._line.link.close()
            raise LinkLost(port="tcp", why="what came is not Modbus/TCP")

    def _stray(self, chunk: Chunk) -> None:
        """Bytes that answer no question still go to the decoder. A stream out of step is noticed at the next
        question."""
        self._decoder.feed(chunk.data)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
