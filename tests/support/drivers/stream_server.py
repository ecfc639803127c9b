"""A server of asyncio streams at the end of a memory line. For Modbus/TCP in the contract suite."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from drivers.errors import LinkLost
from drivers.link.memory import MemoryEnd

REOPEN_S = 0.2
"""Between two connections."""


class Streamed:
    """Hands `end` to `serve` as a connection; every opening of the line is a connection of its own."""

    def __init__(self, end: MemoryEnd, serve: Callable[[Any, Any], Awaitable[None]]) -> None:
        self._end, self._serve = end, serve

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            with suppress(LinkLost):
                await self._end.open()
                await self._connection()
            await self._end.close()
            await asyncio.sleep(REOPEN_S)

    async def _connection(self) -> None:
        reader = asyncio.StreamReader()
        pumping = asyncio.create_task(self._pump(reader))
        try:
            await self._serve(reader, _Writer(self._end))
        finally:
            pumping.cancel()
            await asyncio.gather(pumping, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader) -> None:
        with suppress(LinkLost):
            while True:
                reader.feed_data((await self._end.read()).data)
        reader.feed_eof()


class _Writer:
    """As much of an asyncio.StreamWriter as a server needs."""

    def __init__(self, end: MemoryEnd) -> None:
        self._end, self._held = end, b""

    def write(self, data: bytes) -> None:
        self._held += data

    async def drain(self) -> None:
        data, self._held = self._held, b""
        await self._end.write(data)
