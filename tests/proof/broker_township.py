"""A township at noon with as many brokers as you like, and an urgent topic on each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.runtime.clock import CHINA
from tests.support.ledger_snapshot import rows
from tests.support.processes import until
from tests.support.township import SENDER, SPEED, Township

NOON = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
"""A morning outside the quiet hours, after the program's birth."""


class BrokerTownship(Township):
    """Its daemon's wall clock starts at NOON at each start."""

    def __init__(self, folder: Path, brokers: Mapping[str, int]) -> None:
        super().__init__(folder, None)
        self.stamps_file = folder / "stamps.jsonl"
        tables = []
        for name, port in brokers.items():
            tables.append(
                f'[[broker]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {port}\nclient_id = "gate-{name}"'
            )
            tables.append(
                f'[[source]]\nkind = "mqtt"\nname = "{name}"\nbroker = "{name}"\ntopic = "alerts"\n'
                f'urgent_topic = "urgent"\nsenders = ["{SENDER}"]'
            )
        config = folder / "gateway.toml"
        config.write_text("canary = false\n" + config.read_text() + "\n" + "\n".join(tables))

    def start(self) -> None:
        script = Path(__file__).with_name("stamped_daemon.py")
        start = NOON.isoformat()
        command = [sys.executable, str(script), str(self.folder / "gateway.toml"), str(SPEED), start]
        with (self.folder / "daemon.log").open("ab") as log:
            self._process = subprocess.Popen([*command, str(self.stamps_file)], stdout=log, stderr=log)
        assert until(self._healthy, 30), (self.folder / "daemon.log").read_text()[-3000:]
        assert until(lambda: all(self.get("/api/v1/health").json()["brokers"].values()), 20)

    @property
    def resident(self) -> float:
        """The daemon's memory in MB."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def stamps(self) -> dict[str, float]:
        """When the first commit of each document was known, by the SHA-256 of its bytes."""
        found: dict[str, float] = {}
        for line in self.stamps_file.read_text().splitlines():
            digest, at, new = json.loads(line)
            if new:
                found.setdefault(digest, at)
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger."""
        return rows(self.folder / "data" / "ledger.sqlite", sql)
