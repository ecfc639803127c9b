"""The daemon as its own process on real brokers, with one line that nothing is connected to.

It serves the proofs of intake and receipts.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.support.brokers import Mosquitto
from tests.support.county import SENDER
from tests.support.ledger_snapshot import rows
from tests.support.processes import free_port, kill, stop, until

SITE = """[[village]]
code = "341523104201"
name = "石桥村"
[[speaker]]
id = "square"
name = "广场"
region = "341523104201"
line = "line"
"""


class Gate:
    """Listens to `alerts` and `urgent` on every broker.

    Each broker is a source of its own and gives it its name.
    """

    def __init__(self, folder: Path, brokers: Mapping[str, Mosquitto], receipt_key: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        lines = [f'data = "data"\nseed = "site.toml"\ncanary = false\n[http]\nport = {self.port}']
        lines.append('[[line]]\nname = "line"\nprotocol = "tts_chip"\nport = "nobody-is-connected"')
        for name, broker in brokers.items():
            signed = 'receipt_key_file = "receipts.key"' if receipt_key else ""
            lines.append(
                f'[[broker]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {broker.port}\n'
                f'client_id = "gate-{name}"\n{signed}'
            )
            lines.append(
                f'[[source]]\nkind = "mqtt"\nname = "{name}"\nbroker = "{name}"\ntopic = "alerts"\n'
                f'urgent_topic = "urgent"\nsenders = ["{SENDER}"]'
            )
        (folder / "receipts.key").write_text(receipt_key)
        (folder / "gateway.toml").write_text("\n".join(lines))
        (folder / "site.toml").write_text(SITE)

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gateway.cli",
            "--config",
            str(self.folder / "gateway.toml"),
            "run",
        ]
        with (self.folder / "daemon.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        assert until(self.health, 30), (self.folder / "daemon.log").read_text()[-3000:]

    def health(self) -> dict[str, Any]:
        with suppress(httpx.HTTPError, FileNotFoundError):
            token = (self.folder / "data" / "owner.token").read_text().strip()
            url = f"http://127.0.0.1:{self.port}/api/v1/health"
            found: dict[str, Any] = httpx.get(
                url, headers={"Authorization": f"Bearer {token}"}, timeout=10
            ).json()
            return found
        return {}

    def kill(self) -> None:
        """As a power failure would for the process."""
        assert self._process
        kill(self._process)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            stop(self._process)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger."""
        return rows(self.folder / "data" / "ledger.sqlite", sql)
