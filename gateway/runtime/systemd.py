"""What systemd is told of us (sd_notify(3), Type=notify): ready, alive, what we are at, stopping. Without systemd nobody is told."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


class Watchdog:
    """Speaks to the socket named in NOTIFY_SOCKET; a datagram each, sent without waiting.

    Let the supervisor call `alive` after each round in which every task has shown life: a loop that is blocked makes no rounds, so it
    stops the heartbeat by itself. `status` gives the line that `systemctl status` shows.
    """

    def __init__(self, status: Callable[[], str] = str, environment: Mapping[str, str] = os.environ) -> None:
        self._status = status
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._wanted = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()) and (
            "WATCHDOG_USEC" in environment
        )

    def ready(self) -> None:
        """We serve."""
        self._send("READY=1", f"STATUS={self._status()}")

    def alive(self) -> None:
        """Every task has shown life since the last time."""
        heartbeat = ["WATCHDOG=1"] if self._wanted else []
        self._send(*heartbeat, f"STATUS={self._status()}")

    def stopping(self) -> None:
        """We were told to stop."""
        self._send("STOPPING=1", "STATUS=正在停止 stopping")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as wire:
                wire.setblocking(False)
                wire.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told: %s", error)


def _address(name: str) -> str:
    """`@` stands for the nought byte of an abstract socket; what is neither that nor a path is none of ours (vsock)."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""
