"""The desk: what the console may ask of a daemon (`gateway.console.desk.Desk`), put together from the nouns that answer it."""

from __future__ import annotations

from gateway.app.daemon import Daemon
from gateway.app.feeds import Feeds
from gateway.model.record import OWNER
from gateway.model.speaker import Roster
from gateway.receipts.seals import UNSIGNED, Seals


class Desk:
    """Hands each question to the object that knows. `seals` sign the receipts that are asked for over HTTP."""

    def __init__(self, daemon: Daemon, feeds: Feeds, seals: Seals = UNSIGNED) -> None:
        shared, office, watched = daemon.shared, daemon.office, daemon.watched
        self._roster = shared.roster
        self._seals = seals
        self.config = shared.config
        self.ledger = shared.ledger
        self.clock = shared.clock
        self.rules = shared.rules
        self.alarms = shared.alarms
        self.events = shared.events.follow
        self.metrics = daemon.monitoring.metrics

        self.accept = daemon.intake.accept
        self.explain = daemon.pipeline.judging.dry_run
        self.feeds = feeds.wake
        self.hook_secret = feeds.secret

        self.stop = office.air.stop
        self.hold = office.air.hold
        self.resume = office.air.resume
        self.acknowledge = shared.alarms.acknowledge
        self.approve = office.review.approve
        self.veto = office.review.veto
        self.correct = office.review.correct
        self.release = office.review.release
        self.say = office.speech.say
        self.teach = office.speech.teach
        self.open_drill = office.drills.open
        self.close_drill = office.drills.close

        self.lines = watched.lines
        self.brokers = watched.brokers
        self.on_air = watched.on_air
        self.vitals = watched.vitals

    def roster(self) -> Roster:
        return self._roster

    def receipts(self, key: str, source: str) -> list[dict[str, object]]:
        """What a source was or will be told of a document, oldest first; OWNER sees what every source was told."""
        receipts = self.ledger.receipts(key)
        return [self._seals.letter(receipt) for receipt in receipts if source in (OWNER, receipt.source)]
