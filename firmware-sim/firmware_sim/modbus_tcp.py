"""A Modbus/TCP gateway with a bus of horns behind it. It asks one question at a time, and answers exception
0B for a silent unit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from drivers.modbus.envelope import Envelope, EnvelopeDecoder
from drivers.modbus.frames import EVERY_UNIT, KNOWN, Refusal, decode_request, silence
from firmware_sim.modbus import Horn

PATIENCE_S: Final = 1.0
"""Seconds that the gateway waits for a unit of its bus: a common factory setting. Our choice."""


class ModbusTcp:
    """Serves `horns` by unit address at `host` and `port`, at the pace of a bus of `baud` bits a second.

    Port 0 takes any free port; `port` then holds its number. `tells` False: the gateway does not answer for a
    silent unit. `asked` counts the questions that reached the bus.
    """

    def __init__(
        self,
        horns: Mapping[int, Horn],
        host: str = "127.0.0.1",
        port: int = 0,
        baud: int = 9600,
        *,
        tells: bool = True,
        patience: float = PATIENCE_S,
    ) -> None:
        self.port = port
        self.connections = 0
        self.asked = 0
        self.ready = asyncio.Event()
        self._horns, self._host, self._baud, self._tells, self._patience = horns, host, baud, tells, patience
        self._bus = asyncio.Lock()
        self._peers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until cancelled. Then every connection ends."""
        server = await asyncio.start_server(self._connected, self._host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        try:
            async with server:
                await asyncio.get_running_loop().create_future()
        finally:
            self.ready.clear()
            for peer in list(self._peers):
                peer.cancel()
            await asyncio.gather(*self._peers, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._peers.add(task)
        with suppress(ConnectionError, asyncio.CancelledError):
            await self._serve(reader, writer)
        self._peers.discard(task)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = EnvelopeDecoder()
        while not decoder.lost and (data := await reader.read(4096)):
            for question in decoder.feed(data):
                async with self._bus:
                    answer = await self._ask(question)
                if answer:
                    writer.write(answer.encode())
                    await writer.drain()

    async def _ask(self, question: Envelope) -> Envelope | None:
        """The answer of the bus, after the time that it takes."""
        self.asked += 1
        unit, pdu = question.unit, question.pdu
        request = decode_request(unit, pdu)
        horn = self._horns.get(unit)
        await asyncio.sleep(self._wire(len(pdu) + 3))
        if unit == EVERY_UNIT:
            for obedient in self._horns.values():
                if request and not obedient.speaker.dead:
                    obedient.obey(request)
            return None
        if horn is None or horn.speaker.dead:
            await asyncio.sleep(self._patience)
            return self._refuse(question, Refusal.TARGET_SILENT) if self._tells else None
        if request is None:
            code = Refusal.ILLEGAL_VALUE if pdu[0] in KNOWN else Refusal.ILLEGAL_FUNCTION
            return self._refuse(question, code)
        answer = horn.obey(request)
        await asyncio.sleep(self._wire(len(answer.pdu) + 3) + horn.speaker.faults.late)
        return Envelope(question.transaction, unit, answer.pdu)

    def _refuse(self, question: Envelope, code: Refusal) -> Envelope:
        return Envelope(question.transaction, question.unit, bytes([question.pdu[0] | 0x80, code]))

    def _wire(self, octets: int) -> float:
        return octets * 10 / self._baud + silence(self._baud)
