"""Real Mosquittos that are told what they need, and killed; and the certificates of a small authority."""

from __future__ import annotations

import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.support.township import MOSQUITTO, free_port, until

DEBIAN = "persistence true\nautosave_interval 1800\n"
"""What Debian's package ships: the state is written every half hour (mosquitto.conf(5))."""


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
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)


class Authority:
    """Issues certificates for 127.0.0.1 and for clients by name, with the openssl command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        name = "/CN=the county's authority"
        _openssl(
            "req", "-x509", *_NEW, "-keyout", self._key, "-out", self.certificate, "-subj", name, "-days", 2
        )

    def issue(self, name: str, address: str = "") -> tuple[Path, Path]:
        """A certificate with its key."""
        certificate, key, request = (self._folder / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        _openssl("req", *_NEW, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extension = self._folder / f"{name}.ext"
        extension.write_text(f"subjectAltName=IP:{address}\n" if address else "basicConstraints=CA:FALSE\n")
        signed = ("-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-extfile", extension)
        _openssl("x509", "-req", "-in", request, "-out", certificate, "-days", 2, *signed)
        return certificate, key


_NEW = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *(str(word) for word in words)], check=True, capture_output=True)
