"""Tells systemd how the daemon is (sd_notify(3), Type=notify): ready, alive, stopping, and one line of
status. It does nothing without systemd."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


class Watchdog:
    """Writes to the socket named in NOTIFY_SOCKET, one datagram a message, and never waits.

    Let the supervisor call `alive` after each round in which every task has shown life. A blocked event loop
    makes no rounds, so the heartbeat stops by itself.
    """

    def __init__(self, status: Callable[[], str] = str, environment: Mapping[str, str] = os.environ) -> None:
        self._status = status
        """Gives the line that `systemctl status` shows."""
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._heartbeat_wanted = ours and "WATCHDOG_USEC" in environment

    def ready(self) -> None:
        """The daemon serves."""
        self._send("READY=1", f"STATUS={self._status()}")

    def alive(self) -> None:
        """Every task has shown life since this was last called."""
        heartbeat = ["WATCHDOG=1"] if self._heartbeat_wanted else []
        self._send(*heartbeat, f"STATUS={self._status()}")

    def stopping(self) -> None:
        """The daemon was told to stop."""
        self._send("STOPPING=1", "STATUS=正在停止 stopping")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.setblocking(False)
                connection.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told: %s", error)


def _address(name: str) -> str:
    """The socket's address. `@` stands for the zero byte of an abstract socket; a name that is neither that
    nor a path (vsock) is not served here and gives none."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""
