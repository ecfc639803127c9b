"""The desk that the console asks, made of the daemon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.app.daemon import Daemon
from gateway.console.desk import Desk
from gateway.model.drill import Drill


class _Drills:
    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self.close = daemon.close_drill

    async def open(
        self, places: Sequence[str], source: str, start: datetime, end: datetime, person: str
    ) -> Drill:
        return await self._daemon.open_drill(places, source, start, end, person)


class _Feeds:
    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self.secret = daemon.hook_secret

    def ask(self, source: str) -> None:
        self._daemon.feeds[source]()


def desk(daemon: Daemon) -> Desk:
    """Each noun of the console, from the object that knows it."""
    return Desk(
        http=daemon.config.http,
        simulated=daemon.config.simulated,
        now=daemon.clock.now,
        accept=daemon.accept,
        documents=daemon.ledger,
        receipts=daemon.receipts,
        quarantine=daemon.ledger,
        review=daemon,
        dry_run=daemon.explain,
        air=daemon,
        on_air=daemon.on_air,
        speech=daemon,
        taught=daemon.ledger.taught,
        drills=_Drills(daemon),
        known_drills=lambda: daemon.ledger.drills(daemon.clock.now()),
        alarms=daemon.alarms,
        feeds=_Feeds(daemon),
        rules=daemon.rules,
        roster=daemon.roster,
        lines=daemon.lines,
        vitals=daemon.vitals,
        metrics=daemon.metrics.page,
        events=daemon.events,
    )
