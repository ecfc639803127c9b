"""The composition root: configuration → objects → supervised tasks → a clean stop, from top to bottom."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from gateway.app.beforehand import Beforehand
from gateway.app.brokers import Brokers
from gateway.app.daemon import Daemon, Outside
from gateway.app.desk import desk
from gateway.app.feeds import Feeds
from gateway.app.lately import lately
from gateway.app.lines import OpenLine, open_configured
from gateway.app.receipts import seals
from gateway.app.recordings import recordings
from gateway.app.roster import begun
from gateway.app.tasks import Task
from gateway.app.voices import SiteVoices
from gateway.app.web import web
from gateway.app.webhooks import Webhooks
from gateway.config.config import Config, load, secret_files
from gateway.console import Desk, owner_token
from gateway.console.server import Web
from gateway.model.event import Event
from gateway.model.speaker import Roster
from gateway.pipeline.recordings import Recordings
from gateway.runtime import logs
from gateway.runtime.clock import Clock, SystemClock
from gateway.runtime.loop import DaemonLoop
from gateway.runtime.memory import keep_heap_small
from gateway.runtime.systemd import Watchdog
from gateway.site.load import lexicon, load_site
from gateway.store.copies.backup import Backup
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.ledger import Ledger

log = logging.getLogger(__name__)

CONSOLE_S = 5.0
"""How long the start waits for the console to listen. Our choice."""

Ready = Callable[[Desk], None]
"""Called once the daemon serves, with its desk."""


async def serve(configuration: Path, clock: Clock | None = None, ready: Ready = lambda _: None) -> None:
    """Run the daemon until it is cancelled or told to stop (SIGTERM, SIGINT). Raises ConfigWrong,
    LedgerBusy."""
    config = load(configuration)
    clock = clock or system_clock(config)
    site, names = load_site(config), lexicon(config)
    async with opened_ledger(config, clock) as ledger, begun(ledger, site, clock) as roster:
        recorded = recordings(config, ledger)
        async with SiteVoices(config, names, recorded) as voices:
            lines = {line.name: open_configured(line, roster, clock) for line in config.lines}
            await voices.opened()
            await _serve_site(config, ledger, clock, roster, lines, voices, recorded, ready)


async def _serve_site(
    config: Config,
    ledger: Ledger,
    clock: Clock,
    roster: Roster,
    lines: Mapping[str, OpenLine],
    voices: SiteVoices,
    recorded: Recordings,
    ready: Ready,
) -> None:
    """Compose the daemon with all that is outside it, and run its tasks until it is told to stop."""
    keys = seals(config)
    brokers = Brokers(config, clock, keys)
    webhooks = Webhooks(config, ledger, clock)
    drivers = {name: line.driver for name, line in lines.items()}
    ready_words = Beforehand(ledger, voices.announcer, roster, drivers)
    listeners = (*webhooks.listeners, recorded.note, ready_words.note)
    outside = _outside(lines, voices, brokers, listeners)
    daemon = Daemon(config, ledger, clock, roster, outside)
    feeds = Feeds(config, clock, daemon.intake)
    asked = desk(daemon, feeds, keys)
    server = web(config, asked)
    watchdog = Watchdog(daemon.watched.status)
    further = (
        *brokers.tasks(daemon.intake.keep, daemon.delivery.outbox.retry, daemon.delivery.answers.retry),
        Task("backup", Backup(ledger, ledger_file(config), clock, daemon.disk.copied).run),
        *webhooks.tasks(),
        *feeds.tasks(),
        Task("recordings", recorded.run),
        *voices.tasks(roster, partial(lately, ledger, ledger), clock.now),
        Task("beforehand", partial(ready_words.run, daemon.pipeline.judging)),
        Task("http", server.run, (server.pulse,)),
    )
    await until_told(daemon.run(further, watchdog.alive), server, lambda: ready(asked), watchdog)


def _outside(
    lines: Mapping[str, OpenLine],
    voices: SiteVoices,
    brokers: Brokers,
    listeners: Iterable[Callable[[Event], None]],
) -> Outside:
    """What the daemon reaches of these."""
    return Outside(
        lines=lines,
        voices=voices.announcer,
        publish=brokers.publish,
        answer=brokers.answer,
        brokers=brokers.up,
        engines=voices.engines,
        voice=voices.state,
        show=brokers.show,
        learn=voices.learn,
        unacknowledged=brokers.unacknowledged,
        listeners=listeners,
    )


def system_clock(config: Config) -> SystemClock:
    """The clock of this machine. It is trusted as it is where nothing real can sound, or an operator
    vouches for it."""
    assured = config.simulated or config.clock.trust == "always"
    return SystemClock(assured=assured, memory=config.data / "clock.json")


def ledger_file(config: Config) -> Path:
    """The file of the ledger of this site."""
    return config.data / "ledger.sqlite"


@asynccontextmanager
async def opened_ledger(config: Config, clock: Clock) -> AsyncIterator[Ledger]:
    """The ledger of this site, whose writes have a thread of their own. Raises LedgerBusy."""
    with suppress(OSError):  # a disk that refuses is the ledger's to tell of
        config.data.mkdir(parents=True, exist_ok=True)
    path = ledger_file(config)
    with ThreadPoolExecutor(1, "ledger") as executor:
        ledger = await Ledger.open(
            path,
            executor,
            ballast=Ballast(path.with_suffix(".ballast")),
            now=clock.now,
            sure=lambda: clock.trusted,
        )
        try:
            yield ledger
        finally:
            await ledger.close()


async def until_told(
    running: Coroutine[Any, Any, None], server: Web, ready: Callable[[], None], watchdog: Watchdog
) -> None:
    """Run the daemon until a signal comes or this is cancelled, then stop cleanly.

    The speakers keep what they were told.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    supervisor = asyncio.create_task(running, name="supervisor")
    try:
        with suppress(TimeoutError):  # warnings do not wait for a console that finds its port taken
            async with asyncio.timeout(CONSOLE_S):
                await server.serving.wait()
        gc.collect()
        # What is here now stays. A search through it for garbage would hold up a warning for 0.1 s.
        gc.freeze()
        watchdog.ready()
        ready()
        await stop.wait()
        log.info("told to stop")
    finally:
        watchdog.stopping()
        supervisor.cancel()
        with suppress(asyncio.CancelledError):
            await supervisor


def secrets(config: Config) -> list[str]:
    """The texts that no log may show. A file that cannot be read is a fault where it is needed, not here."""
    texts = [owner_token(config.data)]
    for file in secret_files(config):
        with suppress(OSError, UnicodeDecodeError):
            texts.append(file.read_text("utf-8"))
    return texts


def run(path: Path) -> int:
    """The daemon in this process; returns its exit code."""
    keep_heap_small()
    config = load(path)
    logs.start(config.log, secrets(config))
    with asyncio.Runner(loop_factory=DaemonLoop) as runner:
        runner.run(serve(path))
    return 0
