"""The monitoring's objects: the duty room, the monitors of the clock and of everything else, the metrics."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.app.delivery import DeliveryParts
from gateway.app.pipeline import PipelineParts
from gateway.app.shared import Shared
from gateway.app.watched import Watched
from gateway.codes import deeds, meaning
from gateway.config.config import Config
from gateway.judge import deed
from gateway.model.hazard import Level
from gateway.model.record import Document
from gateway.monitoring.canary import CANARY
from gateway.monitoring.clock import ClockMonitor
from gateway.monitoring.duty_room import DutyRoom
from gateway.monitoring.metrics import Metrics, Tally
from gateway.monitoring.watcher import Watcher


class MonitoringParts:
    """What is wrong becomes an alarm, and an alarm calls people."""

    def __init__(
        self, shared: Shared, delivery: DeliveryParts, pipeline: PipelineParts, watched: Watched
    ) -> None:
        ledger, clock, alarms = shared.ledger, shared.clock, shared.alarms
        dispatcher = delivery.dispatcher
        tally = Tally(clock.now)
        shared.events.listen(tally.note)
        self.metrics = Metrics(tally, watched.vitals, self._arrived)
        self.duty_room = DutyRoom(
            ledger, clock, shared.roster, alarms, dispatcher, _grave, unheard=frozenset({CANARY})
        )
        shared.events.listen(self.duty_room.note)
        self.clock = ClockMonitor(clock, alarms, dispatcher.wake, pipeline.held.wake)
        self.watcher = Watcher(watched.vitals, alarms, clock.now(), _silences(shared.config))
        self._ledger = ledger

    def _arrived(self, key: str) -> datetime | None:
        """When the document of this key came."""
        document = self._ledger.document(key)
        return document.at if document else None


def _grave(document: Document) -> bool:
    """Whether a document speaks of red or orange, or has an act that is more than a notice, be it unknown."""
    acts = [word for info in document.alert.infos if (word := deed.written(info))]
    if any(not (known := deeds.deed(word)) or not known.tells for word in acts):
        return True
    return any(meaning.level(info) <= Level.ORANGE for info in document.alert.infos)


def _silences(config: Config) -> dict[str, timedelta]:
    """How long each source may be silent; sources that may be silent for ever are left out."""
    limits = {source.name: source.silent_after_s for source in config.sources}
    return {name: timedelta(seconds=seconds) for name, seconds in limits.items() if seconds}
