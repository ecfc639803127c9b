"""A county in one thread: the real pipeline, ledger, dispatcher, drivers and simulated speakers under virtual time.

The speakers and the disk outlive the daemon; a crash takes the daemon away between two steps of the loop, and the disk loses what was not synced.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from disk import Disk

from drivers import Sound
from drivers.errors import LinkLost
from drivers.link import Chunk, Link
from drivers.link.memory import MemoryEnd, pair
from drivers.modbus import profile
from drivers.registry import LineSpec, open_line
from firmware_sim.modbus import ModbusBus
from firmware_sim.openhorn import OpenhornBus
from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from firmware_sim.tts_chip import TtsChip
from gateway.clock import CHINA, LoopClock
from gateway.config import Config
from gateway.daemon import Daemon, OpenLine
from gateway.intake import Acceptance
from gateway.model.alert import Arrival
from gateway.model.plan import Script
from gateway.model.record import Receipt
from gateway.model.region import Region
from gateway.model.speaker import Roster, Speaker, Village
from gateway.store.ledger import Ledger

KEY = bytes(range(32))
TOWNSHIP = "341523104000"
START = datetime(2026, 7, 28, 14, 30, tzinfo=CHINA)
"""An afternoon outside the quiet hours."""
LINES = {
    "chip-a": ("tts_chip", 9600),
    "chip-b": ("tts_chip", 9600),
    "horns": ("modbus", 9600),
    "field": ("openhorn", 115200),
}
SPEAKERS = (
    Speaker("a", "石桥一号", Region("341523104201"), "chip-a", 1),
    Speaker("b", "白云一号", Region("341523105201"), "chip-b", 1),
    Speaker("h1", "河湾一号", Region("341523104202"), "horns", 1),
    Speaker("h2", "河湾二号", Region("341523104202"), "horns", 2),
    Speaker("f1", "山背一号", Region("341523104203"), "field", 1),
    Speaker("f2", "山背二号", Region("341523104203"), "field", 2),
)
ROSTER = Roster(0, (Village(Region(TOWNSHIP), "青石镇"),), SPEAKERS)


class Inline(Executor):
    """Runs work in place: the ledger's writer without a thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Plug:
    """One daemon's hold of a line's near end; pulled when that daemon crashes, so that nothing of it reaches the line again."""

    def __init__(self, end: MemoryEnd) -> None:
        self._end = end
        self.baud = end.baud
        self.pulled = False

    async def open(self) -> None:
        self._check()
        await self._end.open()

    async def write(self, data: bytes) -> None:
        self._check()
        await self._end.write(data)

    async def read(self) -> Chunk:
        self._check()
        return await self._end.read()

    async def close(self) -> None:
        if not self.pulled:
            await self._end.close()

    def _check(self) -> None:
        if self.pulled:
            raise LinkLost(port="pulled")


class ToyVoices:
    """Text as it stands and a buzz as long as the text: the real voice is a process and has its own tests."""

    def text(self, script: Script, readings: int) -> str:
        return script.text * readings

    async def prepare(self, script: Script, readings: int) -> None:
        await asyncio.sleep(0.05)

    def length(self, script: Script, readings: int) -> float | None:
        return len(script.text) * readings / 4

    async def sound(self, script: Script, readings: int) -> Sound:
        await asyncio.sleep(0.05)
        pcm = bytes(2 * 160 * len(script.text) * readings)

        async def blocks() -> AsyncIterator[bytes]:
            yield pcm

        return Sound(16000, blocks, len(pcm) / 32000)


@dataclass
class Life:
    """One run of the daemon between two crashes."""

    daemon: Daemon
    ledger: Ledger
    plugs: list[Plug]
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class World:
    """`play` a story in it. `horns` are the speakers by id with what each has heard; `receipts` what senders were told."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.disk = Disk()
        self.clock = LoopClock(START)
        self.zero = START - timedelta(seconds=asyncio.get_running_loop().time())
        """The wall time at which the loop's time was nought."""
        self.horns = {speaker.id: Horn(speaker.id, speaker.unit) for speaker in SPEAKERS}
        self.receipts: list[Receipt] = []
        self.crashes = 0
        self.starts: list[datetime] = []
        self._near: dict[str, MemoryEnd] = {}
        self._hardware: list[asyncio.Task[None]] = []
        self._life: Life | None = None
        self._alive = asyncio.Event()
        for name, (protocol, baud) in LINES.items():
            self._near[name], far = pair(baud)
            self._hardware.append(asyncio.create_task(self._server(name, protocol, far).run()))

    def _server(self, line: str, protocol: str, far: Link) -> Any:
        units = {speaker.unit: self.horns[speaker.id] for speaker in SPEAKERS if speaker.line == line}
        if protocol == "tts_chip":
            return TtsChip(far, units[1])
        if protocol == "modbus":
            return ModbusBus(far, units, profile.load("icpdas-alm-04-mrtu"))
        return OpenhornBus(far, units, KEY)

    def _unix(self) -> int:
        return int(self.clock.now().timestamp())

    async def start(self) -> None:
        """Start the daemon on the disk as it is."""
        ledger = await Ledger.open("ledger", Inline(), self.disk.name)
        roster = await ledger.save_roster(ROSTER, self.clock.now(), "seed")
        plugs = {name: Plug(end) for name, end in self._near.items()}
        lines = {}
        for name, (protocol, _) in LINES.items():
            units = [speaker.unit for speaker in SPEAKERS if speaker.line == name]
            spec = LineSpec(protocol, units, "icpdas-alm-04-mrtu", KEY, "adpcm", self._unix)
            lines[name] = OpenLine(*open_line(spec, plugs[name]))
        daemon = Daemon(CONFIG, ledger, self.clock, roster, lines, ToyVoices(), self._told)
        self._life = Life(daemon, ledger, list(plugs.values()))
        self._life.tasks.add(asyncio.create_task(daemon.supervisor.run()))
        self.starts.append(self.clock.now())
        self._alive.set()

    async def _told(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)

    def crash(self) -> None:
        """The daemon is gone at this very step; what it still does reaches neither line nor disk nor sender."""
        life = self._life
        if life is None:
            return
        self.crashes += 1
        self._life = None
        self._alive.clear()
        self.disk = self.disk.cut(self.chance)
        for plug in life.plugs:
            plug.pulled = True
        life.over.set()
        self._bury(life)

    def _bury(self, life: Life) -> None:
        async def bury() -> None:
            for task in life.tasks:
                task.cancel()
            await asyncio.gather(*life.tasks, return_exceptions=True)
            await life.ledger.close()
            await asyncio.sleep(1.0)
            await self.start()

        self._burial = asyncio.create_task(bury())

    async def ask(self, question: Callable[[Daemon], Coroutine[Any, Any, Any]]) -> Any:
        """Ask the daemon as a client would: again after each crash, until there is an answer of a daemon that lived to give it."""
        while True:
            await self._alive.wait()
            life = self._life
            assert life
            task = asyncio.create_task(question(life.daemon))
            life.tasks.add(task)
            over = asyncio.create_task(life.over.wait())
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            if task.done() and not task.cancelled() and not life.over.is_set():
                return task.result()
            await asyncio.sleep(0.5)

    async def send(self, raw: bytes, source: str = "county") -> Acceptance:
        """Until acknowledged."""
        arrival = Arrival(raw, source, "simulation", self.clock.now())
        answer: Acceptance = await self.ask(lambda daemon: daemon.accept(arrival))
        return answer

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def end(self) -> None:
        """Stop daemon and hardware."""
        if self._life:
            for task in (*self._life.tasks, *self._hardware):
                task.cancel()
            await asyncio.gather(*self._life.tasks, *self._hardware, return_exceptions=True)
            await self._life.ledger.close()
        with suppress(AttributeError):
            await self._burial

    def heard(self, speaker: str, words: str = "") -> list[Heard]:
        """What was heard at a speaker; of chips only what contains these words."""
        return [sound for sound in self.horns[speaker].heard if sound.text is None or words in sound.text]

    @property
    def ledger(self) -> Ledger:
        assert self._life
        return self._life.ledger


CONFIG = Config.model_validate(
    {
        "seed": Path("unused.toml"),
        "source": [
            {"kind": "http", "name": "county", "token_file": "unused", "senders": ["county@weather.example"]}
        ],
        "line": [
            {
                "name": name,
                "protocol": protocol,
                "port": "memory",
                "profile": "icpdas-alm-04-mrtu",
                "key_file": "unused",
            }
            for name, (protocol, _) in LINES.items()
        ],
    }
)


def cap(
    identifier: str,
    sent: datetime,
    *,
    msg_type: str = "Alert",
    status: str = "Actual",
    references: str = "",
    minutes: float = 360,
    area: str = TOWNSHIP,
    level: str = "红",
    info: bool = True,
) -> bytes:
    """A county's CAP warning as bytes."""
    expires = (sent + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    block = f"""<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>
<severity>Extreme</severity><certainty>Likely</certainty><eventCode><valueName>eventCode</valueName><value>11B03</value></eventCode>
<expires>{expires}</expires><senderName>舒城县气象台</senderName><headline>舒城县气象台发布暴雨{level}色预警信号</headline>
<description>预计未来三小时{identifier}降雨量将达一百毫米以上。</description><instruction>按{identifier}号预案，请立即停止户外活动。</instruction>
<area><areaDesc>青石镇</areaDesc><geocode><valueName>CPEAS Geographic Code</valueName><value>{area}</value></geocode></area></info>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier><sender>county@weather.example</sender>
<sent>{sent.isoformat(timespec="seconds")}</sent><status>{status}</status><msgType>{msg_type}</msgType><scope>Public</scope>
{f"<references>{references}</references>" if references else ""}{block if info else ""}</alert>""".encode()
