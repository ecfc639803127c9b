"""The daemon without its sockets: everything from an arrival to the drivers, in one thread.

The real daemon, the demo and the simulation compose it in the same way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.app.delivery import DeliveryParts, Show
from gateway.app.intake import Intake
from gateway.app.lines import Lines, OpenLine
from gateway.app.monitoring import MonitoringParts
from gateway.app.office import OfficeParts
from gateway.app.pipeline import PipelineParts
from gateway.app.shared import share
from gateway.app.tasks import Task, supervise
from gateway.app.watched import Ups, Watched
from gateway.config.config import Config
from gateway.delivery import Voices
from gateway.model.event import Event
from gateway.model.record import Answer, Receipt
from gateway.model.speaker import Roster
from gateway.monitoring.canary import Canary, NullDriver
from gateway.monitoring.disk import DiskMonitor
from gateway.monitoring.tasks import TaskMonitor
from gateway.monitoring.voice import VoiceState
from gateway.pipeline.open_drills import OpenDrills
from gateway.receipts.answers import Send, Unanswerable
from gateway.runtime.clock import Clock
from gateway.runtime.supervisor import Supervisor
from gateway.store.contract import Ledger


async def _unanswerable(_answer: Answer) -> None:
    raise Unanswerable("there is no broker")


@dataclass(frozen=True)
class Outside:
    """What the daemon reaches beyond itself. Whatever is left out is not there."""

    lines: Mapping[str, OpenLine]
    voices: Voices
    publish: Callable[[Receipt], Awaitable[None]]
    """Sends a receipt. Raises ConnectionError where its way is down."""
    answer: Send = _unanswerable
    """Sends a receipt where its sender wants it."""
    brokers: Ups = dict
    """Which brokers are connected."""
    engines: Ups = dict
    """Which voices speak."""
    voice: Callable[[], VoiceState] = VoiceState
    """The voice that shall speak, as it is now."""
    show: Show = lambda name, state: None
    """Publishes the newest state of a speaker."""
    learn: Callable[[Mapping[str, str]], None] = lambda taught: None
    """Takes the pronunciations that people taught, at the start and at every change."""
    unacknowledged: Iterable[Callable[[], float | None]] = ()
    """Sources that tell for how many seconds they have kept what is not acknowledged yet."""
    listeners: Iterable[Callable[[Event], None]] = ()
    """Hear every event, at once: they must be quick and never raise."""


class Daemon:
    """One object a noun. Await `run`."""

    def __init__(
        self, config: Config, ledger: Ledger, clock: Clock, roster: Roster, outside: Outside
    ) -> None:
        self.shared = share(config, ledger, clock, roster, outside.listeners)
        self.disk = DiskMonitor(self.shared.alarms)
        self.supervisor = Supervisor(TaskMonitor(self.shared.alarms).changed)
        drills, ends_here = OpenDrills(ledger, clock), NullDriver()
        self.lines = Lines(outside.lines, ends_here)
        self.canary = Canary(clock, ends_here)
        self.delivery = DeliveryParts(
            self.shared,
            self.lines,
            drills,
            outside.voices,
            outside.publish,
            outside.answer,
            outside.show,
        )
        dispatcher, owed = self.delivery.dispatcher, self.delivery.owed
        self.pipeline = PipelineParts(self.shared, drills, dispatcher, owed)
        self.intake = Intake(config, clock, self.pipeline.pipeline, outside.unacknowledged)
        self.office = OfficeParts(self.shared, dispatcher, self.pipeline, outside.learn)
        self.watched = Watched(
            self.shared,
            self.lines,
            self.delivery,
            self.pipeline,
            self.intake,
            self.canary,
            self.supervisor,
            outside.brokers,
            outside.engines,
            outside.voice,
        )
        self.monitoring = MonitoringParts(self.shared, self.delivery, self.pipeline, self.watched)
        ledger.on_trouble(self.disk.written)
        ledger.on_seen_late(self._go_on)

    def tasks(self) -> Iterator[Task]:
        """All that must run, in the order in which it starts."""
        delivery, pipeline, monitoring = self.delivery, self.pipeline, self.monitoring
        yield from self.lines.tasks(delivery.dispatcher.report, delivery.polls.report)
        yield Task("dispatcher", delivery.dispatcher.run, delivery.dispatcher.pulses)
        yield Task("pipeline", pipeline.pipeline.run, (pipeline.pipeline.pulse,))
        yield Task("held", pipeline.held.run, (pipeline.held.pulse,))
        yield Task("receipts", delivery.outbox.run, (delivery.outbox.pulse,))
        yield Task("answers", delivery.answers.run, (delivery.answers.pulse,))
        yield Task("clock", monitoring.clock.run)
        yield Task("alarms", self.shared.alarms.run, (self.shared.alarms.pulse,))
        yield Task("duty room", monitoring.duty_room.run, (monitoring.duty_room.pulse,))
        yield Task("polls", delivery.polls.run)
        yield Task("watch", monitoring.watcher.run)
        if self.shared.roster.stations:
            yield Task("stations", pipeline.gauges.run)
        if self.shared.config.canary:
            yield Task("canary", lambda: self.canary.run(self.intake.accept))

    async def run(self, further: Iterable[Task] = (), all_alive: Callable[[], None] = lambda: None) -> None:
        """Keep these tasks and `further` ones running until cancelled. `all_alive` is called after each
        round in which all have shown life."""
        supervise(self.supervisor, (*self.tasks(), *further))
        await self.supervisor.run(all_alive)

    def _go_on(self) -> None:
        """The ledger could not be read at the start and can be now: what earlier lives left in it goes on."""
        gate = self.delivery.gate
        gate.until = gate.until or self.shared.ledger.held_until()
        self.delivery.dispatcher.wake()
        self.pipeline.backlog.replay()
        self.pipeline.held.wake()
        self.delivery.outbox.retry()
        self.delivery.answers.retry()
