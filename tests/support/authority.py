"""A small certificate authority, for the tests of MQTT over TLS."""

from __future__ import annotations

import subprocess
from pathlib import Path


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
