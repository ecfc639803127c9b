"""A line behind a socket: a Modbus/TCP gateway, or a serial server that hands octets through."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final

from drivers.errors import LinkLost
from drivers.link import Chunk
from drivers.link.way import Way

CONNECT_S: Final = 3.0
"""A gateway that does not accept the connection in so many seconds is away. Our choice."""
UNHEARD_MS: Final = 5000
"""The way is gone when the peer acknowledges no data for so many milliseconds (tcp(7), TCP_USER_TIMEOUT). Our
choice."""
IDLE_S, EVERY_S, TIMES = 5, 2, 3
"""Keepalive (tcp(7)): the first probe of an idle connection comes after IDLE_S, the next ones every EVERY_S,
TIMES in all. A loss is noticed within eleven seconds. Our choice."""


class TcpLink:
    """Implements Link over one connection, without a thread. `open` makes a new connection.

    `host` is an IP address or localhost: a warning does not wait for a name server. `baud` is the rate of the
    serial line behind the socket; drivers compute their time-outs from it, and `write` does not wait for it.
    Raises ValueError for a host that is a name, and for a port outside 1-65535.
    """

    def __init__(self, host: str, port: int, baud: int = 9600) -> None:
        try:
            address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        except ValueError:
            raise ValueError(f"tcp host {host!r}: expected an IP address, names are not looked up") from None
        if not 1 <= port <= 65535:
            raise ValueError(f"tcp port {port}: expected 1-65535")
        self.baud = baud
        self._family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        self._address = (str(address), port)
        self._name = f"tcp://{host}:{port}"
        self._way = Way(self._name)

    async def open(self) -> None:
        await self.close()
        wire = socket.socket(self._family, socket.SOCK_STREAM)
        self._way.own(wire)
        try:
            self._prepare(wire)
            async with asyncio.timeout(CONNECT_S):
                await asyncio.get_running_loop().sock_connect(wire, self._address)
        except OSError as error:  # TimeoutError is one
            await self.close()
            raise LinkLost(port=self._name, why=error.strerror or "no connection in time") from error
        except asyncio.CancelledError:
            await self.close()
            raise
        self._way.open(wire.fileno())

    def _prepare(self, wire: socket.socket) -> None:
        wire.setblocking(False)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_S)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, EVERY_S)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, TIMES)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MS)

    async def write(self, data: bytes) -> None:
        await self._way.descriptor().write(data)

    async def read(self) -> Chunk:
        return await self._way.descriptor().read()

    async def close(self) -> None:
        self._way.close()
