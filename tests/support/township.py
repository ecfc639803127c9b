"""A township on real parts.

Mosquitto, the daemon as its own process, HTTP, and simulated speakers on pseudo-terminals. For the journeys,
the proofs and the bench.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as paho
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from firmware_sim.speaker import Heard, Speaker
from firmware_sim.village import Village, VillageConfig
from gateway.demo.fastloop import FastLoop
from tests.support.brokers import Mosquitto
from tests.support.daytime import now
from tests.support.processes import free_port, kill, stop, until

SPEED = 5.0
"""The village and the daemon live five times as fast as the wall clock, so that a burst of a minute takes
twelve seconds."""
FAST_DAEMON = Path(__file__).with_name("fast_daemon.py")
KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
SENDER = "county@weather.example"
VILLAGE: dict[str, Any] = {
    "township": {"code": "341523104000", "name": "青石镇"},
    "places": [{"code": "341523104201", "name": "石桥村"}, {"code": "341523105201", "name": "白云村"}],
    "lines": [
        {
            "name": "square",
            "protocol": "tts_chip",
            "units": [_unit := {"unit": 1, "name": "square", "title": "广场", "place": "341523104201"}],
        },
        {
            "name": "abroad",
            "protocol": "tts_chip",
            "units": [{**_unit, "name": "abroad", "title": "邻镇", "place": "341523105201"}],
        },
        {
            "name": "bus",
            "protocol": "modbus",
            "profile": "icpdas-alm-04-mrtu",
            "units": [{**_unit, "unit": unit, "name": f"horn-{unit}"} for unit in (1, 2)],
        },
        {
            "name": "field",
            "protocol": "openhorn",
            "key": KEY,
            "units": [{**_unit, "unit": unit, "name": f"field-{unit}"} for unit in (1, 2)],
        },
    ],
}
INSIDE = ("square", "horn-1", "horn-2", "field-1", "field-2")


class County:
    """The other end of the broker: sends warnings, collects receipts."""

    def __init__(self, port: int) -> None:
        self.receipts: list[tuple[str, str]] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, "county", protocol=paho.MQTTv5)
        self._client.on_message = lambda _client, _data, message: self.receipts.append(
            (message.topic, message.payload.decode())
        )
        self._client.on_connect = lambda client, *_: client.subscribe("tongluo/receipts/#", 1)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def send(self, raw: bytes) -> None:
        assert until(self._client.is_connected)
        self._client.publish("tongluo/alerts", raw, qos=1).wait_for_publish(10)

    def told(self, kind: str, word: str = "") -> list[str]:
        return [body for _, body in list(self.receipts) if f'"kind": "{kind}"' in body and word in body]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Township:
    """The village in a thread of its own, and the daemon as a process that can be killed. Its clock is that
    of `daytime`."""

    def __init__(self, folder: Path, broker: Mosquitto | None, speed: float = SPEED) -> None:
        self.folder = folder
        self.speed = speed
        self.began = now().timestamp()
        self.port = free_port()
        self._village_loop = FastLoop(speed)
        self.village: Village
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(10)
        self._write_config(broker)

    def _live(self) -> None:
        asyncio.set_event_loop(self._village_loop)
        self._village_loop.run_until_complete(self._village())
        self._village_loop.close()

    async def _village(self) -> None:
        self.village = Village(VillageConfig.model_validate(self._layout()), directory=self.folder / "sim")
        self._over = asyncio.Event()
        running = asyncio.create_task(self.village.run())
        await self.village.ready.wait()
        self._ready.set()
        await self._over.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    def _layout(self) -> dict[str, Any]:
        """The simulated village."""
        return VILLAGE

    def _write_config(self, broker: Mosquitto | None) -> None:
        (self.folder / "county.token").write_text("a-token-of-the-county-that-nobody-guesses")
        (self.folder / "field.key").write_text(KEY)
        lines = [f'data = "data"\nseed = "site.toml"\n[http]\nport = {self.port}']
        lines.append(
            '[[source]]\nkind = "http"\nname = "county-http"\ntoken_file = "county.token"\n'
            f'senders = ["{SENDER}"]'
        )
        if broker:
            lines.append(f'[[broker]]\nname = "local"\nhost = "127.0.0.1"\nport = {broker.port}')
            lines.append(
                '[[source]]\nkind = "mqtt"\nname = "county-mqtt"\nbroker = "local"\n'
                f'topic = "tongluo/alerts"\nsenders = ["{SENDER}"]'
            )
        site = ['[[village]]\ncode = "341523104201"\nname = "石桥村"']
        for line in VILLAGE["lines"]:
            extra = {
                "modbus": 'profile = "icpdas-alm-04-mrtu"',
                "openhorn": 'key_file = "field.key"\nturnaround_ms = 500',
            }.get(line["protocol"], "")
            baud = 115200 if line["protocol"] == "openhorn" else 9600
            lines.append(
                f'[[line]]\nname = "{line["name"]}"\nprotocol = "{line["protocol"]}"\nbaud = {baud}\n'
                f'port = "{self.folder / "sim" / line["name"]}"\n{extra}'
            )
            for unit in line["units"]:
                site.append(
                    f'[[speaker]]\nid = "{unit["name"]}"\nname = "{unit["title"]}"\n'
                    f'region = "{unit["place"]}"\n'
                    f'line = "{line["name"]}"\nunit = {unit["unit"]}'
                )
        (self.folder / "gateway.toml").write_text("\n".join(lines))
        (self.folder / "site.toml").write_text("\n".join(site))

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        self.launch()
        assert until(self._healthy, 20), (self.folder / "daemon.log").read_text()[-3000:]

    def launch(self, script: Path = FAST_DAEMON, *more: str) -> None:
        """Start the daemon. In every life its wall clock goes on where the village's is."""
        command = [
            sys.executable,
            str(script),
            str(self.folder / "gateway.toml"),
            str(self.speed),
            str(self.began),
            *more,
        ]
        with (self.folder / "daemon.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    @property
    def usage(self) -> psutil.Process:
        """The daemon's process, for its use of memory and time."""
        assert self._process
        return psutil.Process(self._process.pid)

    @property
    def dead(self) -> bool:
        """Whether the daemon's process has gone."""
        return self._process is None or self._process.poll() is not None

    def _healthy(self) -> bool:
        with suppress(httpx.HTTPError, FileNotFoundError):
            return self.get("/api/v1/health").status_code == 200
        return False

    def kill(self) -> None:
        """As a power failure would for the process: no farewell."""
        assert self._process
        kill(self._process)

    def stop(self) -> None:
        if not self.dead:
            assert self._process
            stop(self._process, 5)
        self._village_loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)

    @property
    def owner(self) -> dict[str, str]:
        return {"Authorization": "Bearer " + (self.folder / "data" / "owner.token").read_text().strip()}

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=self.owner, timeout=10)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return httpx.post(f"http://127.0.0.1:{self.port}{path}", headers=self.owner, json=body, timeout=10)

    def put(self, path: str, **body: Any) -> httpx.Response:
        return httpx.put(f"http://127.0.0.1:{self.port}{path}", headers=self.owner, json=body, timeout=10)

    def delete(self, path: str) -> httpx.Response:
        return httpx.delete(f"http://127.0.0.1:{self.port}{path}", headers=self.owner, timeout=10)

    def warn(self, raw: bytes) -> httpx.Response:
        """POST a warning with the county's credential."""
        headers = {"Authorization": "Bearer a-token-of-the-county-that-nobody-guesses"}
        return httpx.post(
            f"http://127.0.0.1:{self.port}/api/v1/alerts", content=raw, headers=headers, timeout=10
        )

    def horn(self, name: str) -> Speaker:
        return self.village.speakers[name]

    def heard(self, name: str) -> list[Heard]:
        return list(self.horn(name).heard)

    def deliveries(self, key: str) -> dict[str, dict[str, Any]]:
        """The deliveries of the newest plan of a warning, by speaker."""
        plans = self.get(f"/api/v1/alerts/{key}").json()["plans"]
        return {one["speaker"]: one for one in plans[-1]["deliveries"]} if plans else {}
