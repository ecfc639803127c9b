"""The contestants of the bench: the daemon and the two scripts.

Each is a process of its own and has its own lines and places.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.bench.bulletin import SENDER, bulletin, code
from tests.bench.responder import Responder
from tests.support.processes import free_port

ROOT = Path(__file__).parents[2]
FLOORS = Path(__file__).with_name("floors")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "firmware-sim")])}
TOKEN = "a-token-of-the-county-that-nobody-guesses"
FIRST_UNIT = 1
PROFILE = "icpdas-alm-04-mrtu"


class Site:
    """`lines` × `units` horns, each in a village of its own. `way` is the responder's."""

    def __init__(
        self, folder: Path, way: str, lines: int, units: int, *options: str, baud: int = 115200
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.way = way
        self.baud = baud
        self.units = units
        self.responder = Responder(way, lines, folder / "lines" if way == "rtu" else None, *options)
        self.places = [(line, FIRST_UNIT + unit) for unit in range(units) for line in range(lines)]
        """The n-th place's line and unit: neighbours in the list are on different lines."""
        self.used = 0

    def next_place(self) -> int:
        self.used += 1
        assert self.used <= len(self.places), "the bench sent more warnings than it has places"
        return self.used - 1

    def close(self) -> None:
        self.responder.close()


class Contestant:
    """A process that turns warnings on `topic` into writes at its site's horns."""

    name = ""

    def __init__(self, site: Site, broker: int) -> None:
        self.site = site
        self.broker = broker
        self.topic = f"bench/{self.name}"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> float:
        """Until it is ready. Returns how long that took, in seconds."""
        began = time.monotonic()
        with (self.site.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=subprocess.PIPE, stderr=log, env=ENVIRONMENT, cwd=self.site.folder
            )
        self.await_ready()
        return time.monotonic() - began

    def await_ready(self) -> None:
        assert self.process
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n", self.said()

    def said(self) -> str:
        return (self.site.folder / f"{self.name}.log").read_text()[-3000:]

    @property
    def usage(self) -> psutil.Process:
        assert self.process
        return psutil.Process(self.process.pid)

    def cpu(self) -> float:
        """Seconds of a core it has used, in user and system."""
        times = self.usage.cpu_times()
        return float(times.user + times.system)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self._buried()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self._buried()

    def _buried(self) -> None:
        assert self.process
        assert self.process.stdout
        self.process.wait()
        self.process.stdout.close()


class Script(Contestant):
    """floors/script.py: nothing kept."""

    name = "script"

    def _site(self) -> Path:
        file = self.site.folder / "site.json"
        places = {code(place): where for place, where in enumerate(self.site.places)}
        site = {
            "way": self.site.way,
            "baud": self.site.baud,
            "lines": self.site.responder.lines,
            "places": places,
        }
        file.write_text(json.dumps(site))
        return file

    def command(self) -> list[str]:
        return [sys.executable, str(FLOORS / "script.py"), str(self.broker), self.topic, str(self._site())]


class DurableScript(Script):
    """floors/durable_script.py: two commits a warning."""

    name = "durable"

    def command(self) -> list[str]:
        data = str(self.site.folder / "durable.sqlite")
        program = str(FLOORS / "durable_script.py")
        return [sys.executable, program, str(self.broker), self.topic, str(self._site()), data]


class BareHttp(Contestant):
    """floors/bare_http.py: parse, validate, answer."""

    name = "bare"

    def __init__(self, site: Site, broker: int = 0) -> None:
        super().__init__(site, broker)
        self.port = free_port()

    def command(self) -> list[str]:
        return [sys.executable, str(FLOORS / "bare_http.py"), str(self.port)]

    def await_ready(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{self.port}/openapi.json")
                return
            time.sleep(0.005)
        raise AssertionError(self.said())


class Daemon(Contestant):
    """The product as `tongluo run` runs it, with everything on, by day at every hour."""

    name = "daemon"

    def __init__(self, site: Site, broker: int) -> None:
        super().__init__(site, broker)
        self.port = free_port()
        self._write_config()

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.support.day_daemon", "run", "--config", str(self.config)]

    @property
    def config(self) -> Path:
        return self.site.folder / "gateway.toml"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _write_config(self) -> None:
        (self.site.folder / "county.token").write_text(TOKEN)
        (self.site.folder / "county.token").chmod(0o600)
        tables = [f'data = "data"\nseed = "site.toml"\n[http]\nport = {self.port}']
        tables.append(
            f'[[source]]\nkind = "http"\nname = "http"\ntoken_file = "county.token"\nsenders = ["{SENDER}"]'
        )
        if self.broker:
            tables.append(
                f'[[broker]]\nname = "local"\nhost = "127.0.0.1"\nport = {self.broker}\n'
                f'client_id = "{self.name}"'
            )
            tables.append(
                f'[[source]]\nkind = "mqtt"\nname = "mqtt"\nbroker = "local"\ntopic = "{self.topic}"\n'
                f'senders = ["{SENDER}"]'
            )
        tables += [self._line(number, line) for number, line in enumerate(self.site.responder.lines)]
        self.config.write_text("\n".join(tables))
        seed = [
            f'[[village]]\ncode = "{code(place)}"\nname = "村{place}"'
            for place in range(len(self.site.places))
        ]
        seed += [
            f'[[speaker]]\nid = "horn-{place}"\nname = "号角{place}"\nregion = "{code(place)}"\n'
            f'line = "line-{line}"\nunit = {unit}'
            for place, (line, unit) in enumerate(self.site.places)
        ]
        (self.site.folder / "site.toml").write_text("\n".join(seed))

    def _line(self, number: int, where: str) -> str:
        port = {"tcp": f"tcp://127.0.0.1:{where}", "rtutcp": f"rtu+tcp://127.0.0.1:{where}"}.get(
            self.site.way, where
        )
        return (
            f'[[line]]\nname = "line-{number}"\nprotocol = "modbus"\nport = "{port}"\n'
            f'baud = {self.site.baud}\nprofile = "{PROFILE}"'
        )

    def await_ready(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self.process
            assert self.process.poll() is None, self.said()
            with suppress(httpx.HTTPError, FileNotFoundError):
                health = self.get("/api/v1/health")
                if all(health["brokers"].values()) and all(health["lines"].values()):
                    return
            time.sleep(0.01)
        raise AssertionError(self.said())

    def get(self, path: str) -> Any:
        token = (self.site.folder / "data" / "owner.token").read_text().strip()
        return httpx.get(self.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()


def warning(contestant: Contestant) -> bytes:
    """The next warning for a place of the contestant's that has heard none yet."""
    place = contestant.site.next_place()
    return bulletin(f"{contestant.name}-{place}", code(place))
