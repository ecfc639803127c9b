"""The composition root: configuration → objects → supervised tasks → a clean stop. Start-up is a list read from top to bottom."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from drivers.link.mqtt import Access, Incoming, Mqtt
from drivers.link.serialport import SerialLink
from drivers.registry import LineSpec, open_line
from gateway import logs
from gateway.clock import Clock, SystemClock
from gateway.config import Broker, Config, HttpSource, LineTable, MqttSource, load, load_roster, secret_files
from gateway.console import Tokens, create, owner_token
from gateway.daemon import Daemon, OpenLine
from gateway.intake.mqtt import MqttSource as Topic
from gateway.model.record import Receipt
from gateway.model.speaker import Roster
from gateway.store.ledger import Ledger
from gateway.voice.announcer import open_voices
from gateway.watchdog import Watchdog
from gateway.web import Web
from gateway.webhooks import Hook, Webhook

log = logging.getLogger(__name__)

CONSOLE_S = 5.0
"""How long the start waits for the console to listen. Our choice."""


async def serve(
    path: Path, clock: Clock | None = None, ready: Callable[[Daemon], None] = lambda _: None
) -> None:
    """Run the daemon until it is cancelled or told to stop (SIGTERM, SIGINT). Raises ConfigWrong, LedgerBusy."""
    config = load(path)
    clock = clock or SystemClock(
        assured=config.simulated or config.clock.trust == "always", memory=config.data / "clock.json"
    )
    roster = load_roster(config.seed, {line.name for line in config.lines})
    config.data.mkdir(parents=True, exist_ok=True)
    executor = ThreadPoolExecutor(1, "ledger")
    ledger = await Ledger.open(config.data / "ledger.sqlite", executor)
    roster = await ledger.save_roster(roster, clock.now(), "seed")
    lines = {line.name: open_configured(line, roster, clock) for line in config.lines}
    voices = await open_voices()
    brokers = {broker.name: Connection(broker, config, clock) for broker in config.brokers}
    daemon = Daemon(
        config,
        ledger,
        clock,
        roster,
        lines,
        voices,
        publish=lambda receipt: publish(config, brokers, receipt),
        brokers=lambda: {name: connection.mqtt.up.is_set() for name, connection in brokers.items()},
        engines=lambda: {"espeak-ng": voices.speaks},
    )
    for name, connection in brokers.items():
        daemon.supervisor.add(f"broker {name}", connection.mqtt.run)
        for topic in connection.topics.values():
            daemon.supervisor.add(f"source {topic.name}", lambda topic=topic: topic.run(daemon.accept))  # type: ignore[misc]
    call_hooks(config, daemon)
    server = web(config, daemon)
    daemon.supervisor.add("http", server.run, server.pulse)
    watchdog = Watchdog(daemon.status)
    daemon.supervisor.fed = watchdog.alive
    try:
        await until_told(daemon, server, ready, watchdog)
    finally:
        await voices.close()
        await ledger.close()
        executor.shutdown()


class Connection:
    """A broker's connection with the sources that listen on it."""

    def __init__(self, broker: Broker, config: Config, clock: Clock) -> None:
        self.broker = broker
        sources = [
            source
            for source in config.sources
            if isinstance(source, MqttSource) and source.broker == broker.name
        ]
        access = Access(
            broker.host,
            broker.port,
            broker.client_id,
            broker.protocol == "5",
            broker.username,
            broker.password_file.read_text("utf-8").strip() if broker.password_file else None,
            broker.ca_file,
            broker.certificate_file,
            broker.key_file,
            broker.keepalive_s,
        )
        self.mqtt = Mqtt(access, tuple(source.topic for source in sources), self._received)
        self.topics = {
            source.topic: Topic(source.name, source.topic, clock, self.mqtt.ack) for source in sources
        }

    def _received(self, message: Incoming) -> None:
        self.topics[message.topic].offer(message)


def open_configured(line: LineTable, roster: Roster, clock: Clock) -> OpenLine:
    """The driver of a configured line over its serial port."""
    units = roster.units(line.name)
    key = bytes.fromhex(line.key_file.read_text("utf-8").strip()) if line.key_file else b""
    spec = LineSpec(
        line.protocol,
        units,
        line.profile or "",
        key,
        line.codec,
        wall=lambda: int(clock.now().timestamp()),
        turnaround=line.turnaround_ms / 1000,
    )
    return OpenLine(*open_line(spec, SerialLink(line.port, line.baud)))


async def publish(config: Config, brokers: Mapping[str, Connection], receipt: Receipt) -> None:
    """A receipt goes to the broker its warning came from; who came over HTTP asks for it there."""
    source = next((source for source in config.sources if source.name == receipt.source), None)
    if isinstance(source, MqttSource):
        connection = brokers[source.broker]
        topic = f"{connection.broker.receipts}/{receipt.document or 'rejected'}"
        await connection.mqtt.publish(topic, receipt.body.encode())


def call_hooks(config: Config, daemon: Daemon) -> None:
    """Each webhook is a task of its own, so that none waits for another."""
    for number, table in enumerate(config.webhooks, start=1):
        hook = Hook(table.url, table.secret_file.read_bytes().strip(), table.events)
        webhook = Webhook(hook, daemon.clock.now, daemon.alert)
        daemon.listen(webhook.note)
        daemon.supervisor.add(f"webhook {number}", webhook.run, webhook.pulse)


def web(config: Config, daemon: Daemon) -> Web:
    """The API and the pages."""
    sources = {
        source.name: source.token_file.read_text("utf-8").strip()
        for source in config.sources
        if isinstance(source, HttpSource)
    }
    return Web(create(daemon, Tokens(owner_token(config.data), sources)), config.http)


async def until_told(
    daemon: Daemon, server: Web, ready: Callable[[Daemon], None], watchdog: Watchdog
) -> None:
    """Supervise until a signal comes or we are cancelled, then stop cleanly: the speakers keep what they were told."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    running = asyncio.create_task(daemon.supervisor.run(), name="supervisor")
    try:
        with suppress(TimeoutError):  # warnings do not wait for a console that finds its port taken
            async with asyncio.timeout(CONSOLE_S):
                await server.serving.wait()
        watchdog.ready()
        ready(daemon)
        await told.wait()
        log.info("told to stop")
    finally:
        watchdog.stopping()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def secrets(config: Config) -> list[str]:
    """What no log may show. A file that cannot be read is complained of where it is needed."""
    found = [owner_token(config.data)]
    for file in secret_files(config):
        with suppress(OSError, UnicodeDecodeError):
            found.append(file.read_text("utf-8"))
    return found


def run(path: Path) -> int:
    """The daemon in this process; returns its exit code."""
    config = load(path)
    logs.start(config.log, secrets(config))
    asyncio.run(serve(path))
    return 0
