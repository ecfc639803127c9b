"""`make run`: the daemon with a simulated township, an embedded broker and a warning on the air in seconds.

The village, the broker and the daemon live in one process and one loop. With `once` the loop's time runs ten times as fast as the clock on the wall,
for everything in it alike, and the run ends when the first burst has ended at every speaker.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
import socket
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amqtt.broker import Broker as EmbeddedBroker
from amqtt.contexts import BrokerConfig, ListenerConfig
from rich.console import Console
from rich.live import Live
from rich.table import Table

from drivers.link.mqtt import Access, Mqtt
from firmware_sim.speaker import Heard
from firmware_sim.speaker import Speaker as Horn
from firmware_sim.village import Village, VillageConfig
from firmware_sim.village import load as load_village
from gateway.app.serve import serve
from gateway.console import Desk
from gateway.demo.fastloop import FastLoop
from gateway.i18n import outcome_name
from gateway.model.event import Event, SpeakerChanged, Summary
from gateway.model.region import Region
from gateway.runtime.clock import Clock, LoopClock, SystemClock
from gateway.site import samples
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.espeak import EspeakVoice

SPEED = 10.0
"""How much faster than the wall clock the village lives with `--once`."""
ONCE_S = 800.0
"""Longest life of a `--once` run in the village's seconds: eighty on the wall, ten under what is promised."""
TOPIC = "tongluo/alerts"
"""Where the demo's county publishes."""

console = Console()


@dataclass
class Row:
    """What the table knows of one speaker."""

    title: str
    place: str
    inside: bool
    says: str = ""
    outcome: str = ""


@dataclass
class Stage:
    """Everything of one run: where things lie, who listens where, and what has been seen."""

    folder: Path
    village: VillageConfig
    port: int
    broker_port: int
    rows: dict[str, Row]
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    speed: float = 1.0
    first_voice: float | None = None
    """Seconds on the wall from the start to the first sound."""

    @property
    def config(self) -> Path:
        return self.folder / "gateway.toml"

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def heard(self, horn: Horn, sound: Heard) -> None:
        """A speaker began or ended a sound."""
        row = self.rows[horn.name]
        if sound.ended is None:
            text = sound.text or (f"〔存储语音 {sound.clip}〕" if sound.clip is not None else "〔语音〕")
            begins_anew = row.says[:4] == text[:4]
            row.says = text if begins_anew else row.says + text
            if self.first_voice is None:
                self.first_voice = (asyncio.get_running_loop().time() - self.began) / self.speed

    def learned(self, event: SpeakerChanged) -> None:
        """The daemon told what became of a burst."""
        if event.outcome:
            self.rows[event.speaker].outcome = str(event.outcome)

    @property
    def passed(self) -> bool:
        """Every speaker of the area ended PLAYED or UNPROVED, and no other made a sound."""
        return all(
            row.outcome in ("played", "unproved") if row.inside else not (row.says or row.outcome)
            for row in self.rows.values()
        )


def main(once: bool = False) -> int:
    """Run the demo until Ctrl-C; with `once` to the end of the first burst: 0 only if all went as it must."""
    folder = Path("var/demo")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    logging.basicConfig(
        level=logging.INFO,
        filename=folder / "daemon.log",
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("amqtt").setLevel(logging.ERROR)
    logging.getLogger("transitions").setLevel(logging.ERROR)
    if once:
        console.print(
            f"以{SPEED:.0f}倍速度运行模拟村庄 / the village runs at {SPEED:.0f} times speed", style="bold"
        )
    with (
        asyncio.Runner(loop_factory=(lambda: FastLoop(SPEED)) if once else None) as runner,
        suppress(KeyboardInterrupt),
    ):
        return runner.run(_demo(folder, once))
    return 0


async def _demo(folder: Path, once: bool) -> int:
    clock: Clock = LoopClock(SystemClock().now()) if once else SystemClock(assured=True)
    stage = _stage(folder, once)
    voices = await open_voices(Announcer(EspeakVoice()))
    broker = await _broker(stage.broker_port)
    village = Village(stage.village, voices.plain, directory=folder / "sim", heard=_fresh(Path("var/heard")))
    for horn in village.speakers.values():
        horn.listeners.append(stage.heard)
    ready: asyncio.Future[Desk] = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(village.run(), name="village")]
    try:
        await village.ready.wait()
        tasks.append(asyncio.create_task(serve(stage.config, clock, ready.set_result), name="daemon"))
        await _first(ready, tasks)
        return await _perform(stage, clock, ready.result(), tasks, once)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await broker.shutdown()
        await voices.close()


async def _first(ready: asyncio.Future[Desk], tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the daemon; what dies before it is ready is raised here."""
    waiting: set[asyncio.Future[Any]] = {ready, *tasks}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()


async def _perform(
    stage: Stage, clock: Clock, desk: Desk, tasks: list[asyncio.Task[None]], once: bool
) -> int:
    over = asyncio.Event()
    with desk.events() as events:
        tasks.append(asyncio.create_task(_watch(stage, events, over), name="events"))
        tasks.append(asyncio.create_task(_send(stage, clock, desk), name="county"))
        _invite(stage, once)
        until = asyncio.get_running_loop().time() + ONCE_S if once else float("inf")
        with Live(console=console, auto_refresh=False) if console.is_terminal else nullcontext() as live:
            while not (once and over.is_set()) and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.5 * (SPEED if once else 1))
                if live:
                    live.update(_table(stage), refresh=True)
                if any(task.done() for task in tasks[:2]):
                    break  # told to stop, or dead: the result says which
            if live:
                live.update(_table(stage), refresh=True)
            else:
                console.print(_table(stage))
    for task in tasks[:2]:
        if task.done():
            task.result()
    if not once:
        return 0
    console.print("[green]通过 / passed[/green]" if stage.passed else "[red]未通过 / failed[/red]")
    return 0 if stage.passed else 1


async def _watch(stage: Stage, events: asyncio.Queue[Event], over: asyncio.Event) -> None:
    """Follow the daemon; the first burst's summary ends it."""
    while True:
        event = await events.get()
        match event:
            case SpeakerChanged():
                stage.learned(event)
            case Summary():
                over.set()


async def _send(stage: Stage, clock: Clock, desk: Desk) -> None:
    """The county: a red rainstorm over MQTT as soon as somebody listens."""
    county = Mqtt(Access("127.0.0.1", stage.broker_port, "county", version5=False), (), lambda _: None)
    connection = asyncio.create_task(county.run(), name="county's connection")
    try:
        await county.up.wait()
        while not all(desk.vitals().brokers.values()):  # noqa: ASYNC110 - asked once, at the start of a demo
            await asyncio.sleep(0.05)
        await county.publish(TOPIC, samples.stamp("rainstorm-red", clock.now()))
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def _broker(port: int) -> EmbeddedBroker:
    """An MQTT 3.1.1 broker on this machine only."""
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    config = BrokerConfig(listeners={"default": ListenerConfig(bind=f"127.0.0.1:{port}")}, plugins=plugins)
    broker = EmbeddedBroker(config)
    await broker.start()
    return broker


def _stage(folder: Path, once: bool) -> Stage:
    """Write the daemon's configuration and roster for the example village."""
    village = load_village(samples.configs() / "village.example.toml")
    stage = Stage(folder, village, _free_port(8760), _free_port(18830), {}, speed=SPEED if once else 1.0)
    names = {place.code: place.name for place in village.places}
    area = Region(village.township.code)
    config = [
        f'data = "."\nseed = "site.toml"\n[http]\nport = {stage.port}',
        f'[[broker]]\nname = "local"\nhost = "127.0.0.1"\nport = {stage.broker_port}\nprotocol = "3.1.1"\nkeepalive_s = 600',
        f'[[source]]\nkind = "mqtt"\nname = "county-mqtt"\nbroker = "local"\ntopic = "{TOPIC}"\nsenders = ["{samples.SENDER}"]',
        f'[[source]]\nkind = "http"\nname = "county-http"\ntoken_file = "county.token"\nsenders = ["{samples.SENDER}"]',
    ]
    site = [f'[[village]]\ncode = "{place.code}"\nname = "{place.name}"' for place in village.places]
    _secret(folder / "county.token", secrets.token_urlsafe(24))
    for line in village.lines:
        wiring = f'[[line]]\nname = "{line.name}"\nprotocol = "{line.protocol}"\nbaud = {line.baud}\nsimulated = true'
        wiring += f'\nport = "{(folder / "sim" / line.name).resolve()}"'
        for key, content in line.secrets().items():
            _secret(folder / f"{line.name}.{key}", content)
            wiring += f'\n{key} = "{line.name}.{key}"'
        for key, value in line.keys(stage.speed).items():
            wiring += f"\n{key} = {json.dumps(value)}"
        config.append(wiring)
        for unit in line.units:
            site.append(
                f'[[speaker]]\nid = "{unit.name}"\nname = "{unit.title}"\nregion = "{unit.place}"\nline = "{line.name}"'
                f'\nunit = {unit.unit}\ngroup = "{unit.group}"'
            )
            stage.rows[unit.name] = Row(unit.title, names[unit.place], area.covers(Region(unit.place)))
    stage.config.write_text("\n".join(config), "utf-8")
    (folder / "site.toml").write_text("\n".join(site), "utf-8")
    return stage


def _secret(path: Path, text: str) -> None:
    """A file for nobody else's eyes."""
    path.touch(0o600)
    path.write_text(text, "utf-8")


def _invite(stage: Stage, once: bool) -> None:
    """What the user can do next, each in one line."""
    token = (stage.folder / "owner.token").read_text("utf-8").strip()
    console.print(f"网页 / page      {stage.page}/?token={token}", soft_wrap=True)
    if once:
        return
    console.print("再发一条 / send another:", style="bold")
    county = f"$(cat {stage.folder}/county.token)"
    tongluo = ".venv/bin/tongluo"
    console.print(
        f'  {tongluo} sample flash-flood-orange | curl -sS -X POST -H "Authorization: Bearer {county}" --data-binary @- {stage.page}/api/v1/alerts',
        soft_wrap=True,
        markup=False,
    )
    console.print(
        f"  {tongluo} sample geohazard-orange | {tongluo} --config {stage.config} send -",
        soft_wrap=True,
        markup=False,
    )
    console.print("Ctrl-C 结束 / to end；录音在 var/heard/ / recordings in var/heard/")


def _table(stage: Stage) -> Table:
    first = f"第一声 / first voice: {stage.first_voice:.1f} s" if stage.first_voice is not None else None
    table = Table(
        "终端 / speaker", "地点 / place", "正在说 / says", "结果 / outcome", expand=True, caption=first
    )
    for row in stage.rows.values():
        outcome = (
            outcome_name(row.outcome, "zh")
            if row.outcome
            else ("" if row.inside else "（应保持安静 / must stay silent）")
        )
        style = {"played": "green", "unproved": "yellow", "": ""}.get(row.outcome, "red")
        table.add_row(row.title, row.place, row.says[:60], outcome, style=style)
    return table


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _free_port(wanted: int) -> int:
    """The wanted port, or any free one where somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
