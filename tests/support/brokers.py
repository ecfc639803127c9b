"""A real Mosquitto as a process of its own: for journeys, proofs, the bench and the tests of MQTT."""

from __future__ import annotations

import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.support.needs import missing
from tests.support.processes import free_port, kill, stop, until

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")

DEBIAN = "persistence true\nautosave_interval 1800\n"
"""The settings of Debian's package: the state is written every half hour (mosquitto.conf(5))."""


def mosquitto_or_skip() -> None:
    """Where Mosquitto is not installed: skipped with the reason, or failed where it is required (.ci/run)."""
    if MOSQUITTO is None:
        missing("mosquitto is not installed: sudo apt install mosquitto")


class Mosquitto:
    """Listens on a port of its own. `rules` are lines of its configuration."""

    def __init__(self, folder: Path, rules: str = "allow_anonymous true\n", settings: str = DEBIAN) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.log = folder / "mosquitto.log"
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"{settings}persistence_location {folder}/\nuser root\nlistener {self.port} 127.0.0.1\n{rules}"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        assert MOSQUITTO
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=log, stdout=log)
        assert until(self._answers), self.log.read_text()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False

    def kill(self) -> None:
        """As a power failure would for the process: nothing is written."""
        assert self._process
        kill(self._process)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            stop(self._process)
