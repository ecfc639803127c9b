"""A serial port or USB adapter.

The only importer of pyserial. pyserial opens and configures the port; the bytes flow on the event loop.
"""

from __future__ import annotations

import asyncio
import os

import serial

from drivers.errors import LinkLost
from drivers.link import Chunk
from drivers.link.way import Way

PARITIES = ("N", "E", "O")


class SerialLink:
    """Implements Link. `port` is a path such as /dev/serial/by-id/...; it is opened for exclusive use.

    `write` returns when the line time of the bytes has passed, computed from the baud rate: neither USB
    adapters nor pseudo-terminals tell when the last byte has left. After an unplug, `open` works again once
    the path is back.
    """

    def __init__(self, port: str, baud: int, parity: str = "N") -> None:
        if parity not in PARITIES:
            raise ValueError(f"parity {parity!r} of {port}: expected one of {', '.join(PARITIES)}")
        self.port = port
        self.baud = baud
        self.parity = parity
        self._way = Way(port)
        self._free = 0.0

    async def open(self) -> None:
        await self.close()
        try:
            wire = serial.Serial(self.port, self.baud, parity=self.parity, timeout=0, exclusive=True)
            self._way.own(wire)
            fd = wire.fileno()
            os.set_blocking(fd, False)
        except (serial.SerialException, OSError, ValueError) as error:
            await self.close()
            raise LinkLost(port=self.port, why=str(error)) from error
        self._way.open(fd)

    async def write(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        character = (10 if self.parity == "N" else 11) / self.baud
        self._free = max(self._free, loop.time()) + len(data) * character
        free = self._free
        await self._way.descriptor().write(data)
        await asyncio.sleep(max(0.0, free - loop.time()))

    async def read(self) -> Chunk:
        return await self._way.descriptor().read()

    async def close(self) -> None:
        self._way.close()
