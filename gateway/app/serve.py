"""The composition root: configuration → objects → supervised tasks → a clean stop. Start-up is a list read from top to bottom."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from drivers.link.reach import reach
from drivers.protocol import LineSpec
from drivers.registry import open_line
from gateway.app.brokers import Connection
from gateway.app.daemon import Daemon, OpenLine
from gateway.app.desk import desk
from gateway.app.roster import begin
from gateway.config.config import Config, load, secret_files
from gateway.config.lines import LineTable
from gateway.config.sources import FeedSource, HttpSource, MqttSource
from gateway.console import Tokens, create, owner_token
from gateway.console.server import Web
from gateway.model.record import Receipt
from gateway.model.speaker import Roster
from gateway.pipeline.recordings import Recordings
from gateway.receipts.seals import Seals
from gateway.runtime import logs
from gateway.runtime.clock import Clock, SystemClock
from gateway.runtime.loop import SwiftLoop
from gateway.runtime.memory import thrifty
from gateway.runtime.systemd import Watchdog
from gateway.site.load import lexicon, load_site
from gateway.store.copies.backup import Backup
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.ledger import Ledger
from gateway.voice import CannotSay
from gateway.voice.announcer import Announcer, open_voices
from gateway.voice.engines.choice import chosen, missing
from gateway.voice.engines.espeak import EspeakVoice
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.rehearsal import Rehearsal
from gateway.voice.sound.clips import CLIPS_BYTES, Clips
from gateway.voice.sound.shelf import Shelf

log = logging.getLogger(__name__)

CONSOLE_S = 5.0
"""How long the start waits for the console to listen. Our choice."""


async def serve(
    configuration: Path, clock: Clock | None = None, ready: Callable[[Daemon], None] = lambda _: None
) -> None:
    """Run the daemon until it is cancelled or told to stop (SIGTERM, SIGINT). Raises ConfigWrong, LedgerBusy."""
    config = load(configuration)
    clock = clock or SystemClock(
        assured=config.simulated or config.clock.trust == "always", memory=config.data / "clock.json"
    )
    roster, names = load_site(config), lexicon(config)
    with suppress(OSError):  # a disk that refuses is the ledger's to tell of
        config.data.mkdir(parents=True, exist_ok=True)
    executor = ThreadPoolExecutor(1, "ledger")
    path = config.data / "ledger.sqlite"
    ledger = await Ledger.open(
        path,
        executor,
        ballast=Ballast(path.with_suffix(".ballast")),
        now=clock.now,
        sure=lambda: clock.trusted,
    )
    roster, keeping = await begin(ledger, roster, clock)
    voice = EspeakVoice(lexicon=names)

    def learn(taught: Mapping[str, str]) -> None:
        voice.lexicon = Lexicon.of(taught).over(names)
        if opening.done():
            opening.result().forget()

    clips = Clips(config.clips, Shelf(config.data / "clips", CLIPS_BYTES)) if config.clips else None
    announcer = Announcer(
        voice, chosen=chosen(config.voice), shelf=Shelf(config.data / "speech"), clips=clips
    )
    opening = asyncio.create_task(open_voices(announcer), name="voices")
    await asyncio.sleep(0)  # its worker starts while we go on
    lines = {line.name: open_configured(line, roster, clock) for line in config.lines}
    voices = await opening
    seals = Seals(receipt_keys(config))
    brokers = {broker.name: Connection(broker, config, clock, seals) for broker in config.brokers}
    daemon = Daemon(
        config,
        ledger,
        clock,
        roster,
        lines,
        voices,
        publish=lambda receipt: publish(config, brokers, receipt),
        brokers=lambda: {name: connection.up for name, connection in brokers.items()},
        engines=lambda: _engines(config, voices),
        seals=seals,
        learn=learn,
    )
    for connection in brokers.values():
        connection.on_up = daemon.retry_receipts
        for name, task in connection.tasks(daemon.keep):
            daemon.supervisor.add(name, task)
        for topic in connection.topics:
            daemon.holds(topic.oldest_unacknowledged)
    daemon.show_speakers(lambda name, state: show(brokers.values(), f"speakers/{name}", state))
    daemon.supervisor.add("backup", Backup(ledger, path, clock, daemon.disk.copied).run)
    call_hooks(config, daemon)
    ask_feeds(config, daemon)
    play_recordings(config, daemon, ledger, voices)
    if config.voice:
        daemon.supervisor.add("rehearsal", Rehearsal(voices, daemon.roster).run)
    readying = asyncio.create_task(clips.open(), name="clips") if clips else None
    server = web(config, daemon)
    daemon.supervisor.add("http", server.run, server.pulse)
    watchdog = Watchdog(daemon.status)
    daemon.supervisor.fed = watchdog.alive
    try:
        await until_told(daemon, server, ready, watchdog)
    finally:
        for unfinished in filter(None, (readying, keeping)):
            unfinished.cancel()
        await voices.close()
        await ledger.close()
        executor.shutdown()


def _engines(config: Config, voices: Announcer) -> dict[str, bool]:
    """Which voices speak: our own, and the one the site has chosen beside it."""
    found = {"espeak-ng": voices.speaks}
    if config.voice:
        found[config.voice.engine] = voices.chosen_speaks and not missing(config.voice)
    return found


def show(brokers: Iterable[Connection], name: str, state: Mapping[str, object]) -> None:
    """Retain a state at every broker."""
    for connection in brokers:
        connection.show(name, state)


def open_configured(line: LineTable, roster: Roster, clock: Clock) -> OpenLine:
    """The driver of a configured line over its serial port or socket."""
    spec = LineSpec(roster.units(line.name), lambda: int(clock.now().timestamp()), line.port)
    return OpenLine(*open_line(line.protocol, line, spec, reach(line.port, line.baud)))


async def publish(config: Config, brokers: Mapping[str, Connection], receipt: Receipt) -> None:
    """A receipt goes to the broker its warning came from; who came over HTTP asks for it there."""
    source = next((source for source in config.sources if source.name == receipt.source), None)
    if isinstance(source, MqttSource):
        await brokers[source.broker].publish(receipt)


def receipt_keys(config: Config) -> dict[str, bytes]:
    """The key that signs each source's receipts: an MQTT source's is its broker's. The file's text, without the blanks around it, is the key."""
    files = {broker.name: broker.receipt_key_file for broker in config.brokers}
    wanted = {one.name: one.receipt_key_file for one in config.sources if isinstance(one, HttpSource)}
    wanted |= {one.name: files[one.broker] for one in config.sources if isinstance(one, MqttSource)}
    return {name: file.read_bytes().strip() for name, file in wanted.items() if file}


def call_hooks(config: Config, daemon: Daemon) -> None:
    """Each webhook is a task of its own, so that none waits for another."""
    if not config.webhooks:
        return
    from gateway.monitoring.webhooks import Hook, Webhook

    for number, table in enumerate(config.webhooks, start=1):
        hook = Hook(table.url, table.secret_file.read_bytes().strip(), table.events)
        webhook = Webhook(hook, daemon.clock.now, daemon.alert)
        daemon.listen(webhook.note)
        daemon.supervisor.add(f"webhook {number}", webhook.run, webhook.pulse)


def ask_feeds(config: Config, daemon: Daemon) -> None:
    """Each feed is a task of its own, so that none waits for another."""
    feeds = [source for source in config.sources if isinstance(source, FeedSource)]
    if not feeds:
        return
    from gateway.intake.feed import Feed  # its client costs 18 MB: only who asks somebody pays
    from gateway.intake.fetch import Fetch

    for table in feeds:
        host = urlsplit(table.url).hostname or ""
        fetch = Fetch(frozenset({host}) if table.inside else frozenset())
        headers = header_lines(table.headers_file) if table.headers_file else {}
        feed = Feed(
            table.name,
            table.url,
            table.every_s,
            fetch,
            daemon.clock.now,
            daemon.heard,
            headers,
            table.most,
            table.mutable,
        )
        daemon.feeds[table.name] = feed.wake
        daemon.supervisor.add(f"feed {table.name}", partial(feed.run, daemon.accept))


def play_recordings(config: Config, daemon: Daemon, ledger: Ledger, voices: Announcer) -> None:
    """What came with a warning is played in place of our own voice, as soon as it is there."""

    async def fetched(url: str, most: int, seconds: float) -> bytes:
        from gateway.intake.fetch import Fetch, NotFetched  # its client costs 18 MB: only who fetches pays

        fetch = Fetch()
        try:
            return (await fetch.get(url, most, seconds)).body or b""
        except NotFetched as failed:
            raise CannotSay(str(failed)) from failed
        finally:
            await fetch.close()

    recordings = Recordings(config.data / "recordings", ledger, fetched)
    voices.recordings, voices.recorded = recordings.get, recordings.seconds
    daemon.listen(recordings.note)
    daemon.supervisor.add("recordings", recordings.run)


def header_lines(file: Path) -> dict[str, str]:
    """`Name: value`, one a line. Raises OSError."""
    lines = (line.partition(":") for line in file.read_text("utf-8").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def web(config: Config, daemon: Daemon) -> Web:
    """The API and the pages."""
    sources = {
        source.name: source.token_file.read_text("utf-8").strip()
        for source in config.sources
        if isinstance(source, HttpSource)
    }
    return Web(create(desk(daemon), Tokens(owner_token(config.data), sources)), config.http)


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
        gc.collect()
        gc.freeze()  # what is here now stays: looking through it for garbage would hold every warning up for a tenth of a second
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
    thrifty()
    config = load(path)
    logs.start(config.log, secrets(config))
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        runner.run(serve(path))
    return 0
