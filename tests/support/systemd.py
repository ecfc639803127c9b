"""The service manager's datagram socket. For the tests of gateway/runtime and gateway/service."""

from __future__ import annotations

import socket
from contextlib import suppress


class Systemd:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire.bind(address)
        self.wire.setblocking(False)

    def heard(self) -> list[list[str]]:
        found: list[list[str]] = []
        with suppress(BlockingIOError):
            while True:
                found.append(self.wire.recv(4096).decode().split("\n"))
        return found

    def beats(self) -> int:
        return sum("WATCHDOG=1" in lines for lines in self.heard())
