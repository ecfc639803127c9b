"""The desk: what the console may ask of a daemon, each noun from the object that knows it."""

from __future__ import annotations

from gateway.app.daemon import Daemon
from gateway.console.desk import Desk, Feeds
from gateway.model.record import OWNER
from gateway.receipts.seals import UNSIGNED, Seals


def desk(daemon: Daemon, feeds: Feeds, seals: Seals = UNSIGNED) -> Desk:
    """The desk of this daemon. `seals` sign the receipts that are asked for over HTTP."""
    shared, office, watched = daemon.shared, daemon.office, daemon.watched
    config, ledger, clock = shared.config, shared.ledger, shared.clock

    def receipts(key: str, source: str) -> list[dict[str, object]]:
        owed = ledger.receipts(key)
        return [seals.letter(receipt) for receipt in owed if source in (OWNER, receipt.source)]

    return Desk(
        http=config.http,
        simulated=config.simulated,
        now=clock.now,
        accept=daemon.intake.accept,
        documents=ledger,
        receipts=receipts,
        quarantine=ledger,
        review=office.review,
        dry_run=daemon.pipeline.judging.dry_run,
        air=office.air,
        resumptions=office.resumptions,
        on_air=watched.on_air,
        speech=office.speech,
        taught=ledger.pronunciations,
        drills=office.drills,
        known_drills=lambda: ledger.drills(clock.now()),
        alarms=shared.alarms,
        feeds=feeds,
        rules=shared.rules,
        roster=lambda: shared.roster,
        lines=watched.lines,
        vitals=watched.vitals,
        metrics=daemon.monitoring.metrics.page,
        events=shared.events.follow,
    )
