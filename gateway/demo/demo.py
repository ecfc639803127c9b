"""`make run`: the daemon with a simulated township, an embedded broker and a warning on the air in seconds.

The village, the broker and the daemon live in one process and one loop. With `once` the time of the loop runs
ten times as fast as the wall clock, and the run ends when the first burst has ended at every speaker.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from amqtt.broker import Broker as EmbeddedBroker
from amqtt.contexts import BrokerConfig, ListenerConfig
from rich.console import Console
from rich.live import Live
from rich.table import Table

from drivers.link.mqtt import Access, Mqtt
from firmware_sim.village import Village
from gateway.app.serve import serve
from gateway.config.voice import EspeakTable
from gateway.console import Desk
from gateway.demo.fastloop import FastLoop
from gateway.demo.stage import NEURAL_SPEED, SPEED, TOPIC, Stage, staged
from gateway.i18n import LANGUAGES, outcome_name, sentence
from gateway.model.event import Event, SpeakerChanged, Summary
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock, LoopClock, SystemClock
from gateway.site import samples
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.choice import lack, wanted
from gateway.voice.engines.espeak import EspeakVoice

ONCE_S = 85.0
"""The longest `--once` run in seconds of the wall clock, where 90 s are promised."""
console = Console()


def main(once: bool = False) -> int:
    """Run the demo until Ctrl-C, or with `once` to the end of the first burst. Returns 0 only if it
    passed."""
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
    missing = lack(wanted(None), folder)
    neural = not missing and not isinstance(wanted(None), EspeakTable)
    speed = (NEURAL_SPEED if neural else SPEED) if once else 1.0
    if once:
        console.print(
            f"以{speed:g}倍速度运行模拟村庄 / the village runs at {speed:g} times speed", style="bold"
        )
    if missing:
        for lang in LANGUAGES:
            console.print(sentence(missing, lang), soft_wrap=True, markup=False)
    with (
        asyncio.Runner(loop_factory=(lambda: FastLoop(speed)) if once else None) as runner,
        suppress(KeyboardInterrupt),
    ):
        return runner.run(_demo(folder, once, speed))
    return 0


async def _demo(folder: Path, once: bool, speed: float) -> int:
    clock: Clock = LoopClock(SystemClock().now()) if once else SystemClock(assured=True)
    stage = staged(folder, speed)
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
    """Wait until the daemon is ready. Raises the error of a task that ends before."""
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
        until = asyncio.get_running_loop().time() + ONCE_S * stage.speed if once else float("inf")
        with Live(console=console, auto_refresh=False) if console.is_terminal else nullcontext() as live:
            while not (once and over.is_set()) and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.5 * stage.speed)
                if live:
                    live.update(_table(stage), refresh=True)
                if any(task.done() for task in tasks[:2]):
                    break  # told to stop, or dead: its result says which
                with suppress(LedgerFailed):  # it is being stopped
                    stage.said = desk.vitals().voice.said
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
    """Follow the events of the daemon. The summary of the first burst sets `over`."""
    while True:
        event = await events.get()
        match event:
            case SpeakerChanged():
                stage.learned(event)
            case Summary():
                over.set()


async def _send(stage: Stage, clock: Clock, desk: Desk) -> None:
    """The county publishes a red rainstorm over MQTT as soon as the daemon listens."""
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


def _invite(stage: Stage, once: bool) -> None:
    """Print what the user can do next, each in one line."""
    token = (stage.folder / "owner.token").read_text("utf-8").strip()
    console.print(f"网页 / page      {stage.page}/?token={token}", soft_wrap=True)
    if once:
        return
    console.print("再发一条 / send another:", style="bold")
    county = f"$(cat {stage.folder}/county.token)"
    tongluo = ".venv/bin/tongluo"
    console.print(
        f"  {tongluo} sample flash-flood-orange"
        f' | curl -sS -X POST -H "Authorization: Bearer {county}" --data-binary @-'
        f" {stage.page}/api/v1/alerts",
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
    if first and stage.said:
        first += f"；谁说的 / readings said by: {stage.said_by}"
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
