"""The daemon without its sockets: everything from the sources' `accept` to the drivers, in one thread.

The same object runs in the real daemon, in the demo and in the simulation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from drivers import Driver, Fault, Report
from drivers.errors import LinkLost
from gateway.codes import meaning
from gateway.config.config import Config
from gateway.delivery import OnAir, Voices
from gateway.delivery.dispatcher import Dispatcher
from gateway.delivery.gate import Gate
from gateway.intake import Acceptance
from gateway.intake.signature import pinned
from gateway.judge.guard import may_sound
from gateway.judge.judge import judge
from gateway.judge.sense import senses
from gateway.model.alert import Alert, Arrival
from gateway.model.event import Event
from gateway.model.hazard import Level
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import OWNER, Document, Entry, LedgerFailed, Receipt
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.canary import CANARY, SPEAKER, Canary, NullDriver
from gateway.monitoring.clock import ClockMonitor
from gateway.monitoring.disk import DiskMonitor
from gateway.monitoring.duty_room import DutyRoom
from gateway.monitoring.metrics import Metrics, Tally
from gateway.monitoring.polling import Seen, Supervision
from gateway.monitoring.sources import Sources
from gateway.monitoring.tasks import TaskMonitor
from gateway.monitoring.vitals import Disk, Polls, SpeakerPulse, Vitals, free
from gateway.monitoring.watcher import Watcher
from gateway.office.acts import Acts
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.gauges import Gauges
from gateway.pipeline.handover import Handover
from gateway.pipeline.held import Held
from gateway.pipeline.judging import Judging
from gateway.pipeline.open_drills import OpenDrills
from gateway.pipeline.outage import Outage
from gateway.pipeline.parsing import Parsing
from gateway.pipeline.pending import Pending
from gateway.pipeline.pipeline import Pipeline
from gateway.pipeline.quarantine import Quarantining
from gateway.receipts.outbox import Outbox
from gateway.receipts.seals import UNSIGNED, Seals
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.runtime.supervisor import Supervisor
from gateway.site.load import rules_of
from gateway.site.policies import policies
from gateway.store.sqlite.ledger import Ledger

RECENT = 200
"""Documents of an earlier life in which the drafts of gauges are looked for. Our choice."""


@dataclass(frozen=True)
class OpenLine:
    """A line with its driver; `clips` are its stored clips by meaning."""

    driver: Driver
    clips: Mapping[str, int]


class Daemon(Acts):
    """Compose it, then await `supervisor.run()`. `publish` sends receipts; `brokers` tells which brokers are connected, `engines` which
    voices speak; `learn` is told how names are said whenever somebody teaches it."""

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        lines: Mapping[str, OpenLine],
        voices: Voices,
        publish: Callable[[Receipt], Awaitable[None]],
        brokers: Callable[[], Mapping[str, bool]] = dict,
        engines: Callable[[], Mapping[str, bool]] = dict,
        seals: Seals = UNSIGNED,
        learn: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> None:
        self.config = config
        events = Events()
        alarms = Alarms(clock, events, ledger)
        self._lines = dict.fromkeys(lines, True)
        self.brokers = brokers
        self._engines = engines
        self._seals = seals
        self.feeds: dict[str, Callable[[], None]] = {}
        """What makes each configured feed be asked at once."""
        self._intake = Sources(source.name for source in config.sources)
        outbox = Outbox(ledger, publish)
        self.retry_receipts = outbox.retry
        rules = rules_of(roster)
        self._policies = policies(config)
        self._open_drills = OpenDrills(ledger, clock)
        self._gauges = Gauges(roster.stations, clock, alarms, roster.refuges)
        with suppress(LedgerFailed):
            self._gauges.remember(one.alert for one in ledger.documents(RECENT))
        self._gate = Gate(alarms, self._may_sound, rules.quiet_until, config.watch_only)
        null = NullDriver()
        everywhere = Roster(roster.version, roster.villages, (*roster.speakers, SPEAKER))
        drivers = {**{name: line.driver for name, line in lines.items()}, CANARY: null}
        dispatcher = Dispatcher(
            ledger,
            clock,
            everywhere,
            drivers,
            voices,
            events,
            alarms,
            self._gate,
            {name: line.clips for name, line in lines.items()},
            outbox.wake,
            lambda speaker: self._supervision.weak(speaker),
        )
        super().__init__(
            ledger,
            clock,
            roster,
            dispatcher,
            alarms,
            events,
            lambda one, held: self._held.release(one, held),
            rules,
            self._policies.keys() - {CANARY},
            learn,
        )
        with suppress(LedgerFailed):
            learn(ledger.taught())
        tally = Tally(clock.now)
        self._events.listen(tally.note)
        self.metrics = Metrics(tally, self.vitals, self._arrived)
        files = {source.name: source.certificates for source in config.sources}
        pending = Pending()
        handover = Handover(dispatcher, pending, events, outbox.wake)
        self._judging = Judging(
            ledger.past,
            clock,
            Parsing(self._policies, pinned(files), self._gauges),
            partial(judge, rules=rules),
            senses,
            self._policies,
            lambda source: Roster(0, (), (SPEAKER,)) if source == CANARY else roster,
            self._open_drills.open,
            pending,
        )
        self._held = Held(ledger, clock, self._judging, handover)
        self._backlog = Backlog(ledger)
        self._quarantine = Quarantining(ledger, clock, self._backlog, events, outbox.wake)
        self._pipeline = Pipeline(
            ledger,
            self._judging,
            handover,
            self._backlog,
            self._quarantine,
            Outage(ledger, self._judging, pending, handover),
            self._held.wake,
            outbox.wake,
        )
        self._supervision = Supervision(
            clock,
            roster,
            {name: line.driver for name, line in lines.items()},
            self.alarms,
            self._events,
            lambda speaker: self._dispatcher.sounds(speaker),
        )
        duty = DutyRoom(
            ledger, clock, roster, self.alarms, self._dispatcher, _grave, unheard=frozenset({CANARY})
        )
        self._events.listen(duty.note)
        self._canary = Canary(clock, null)
        expected = {
            source.name: timedelta(seconds=seconds)
            for source in config.sources
            if (seconds := source.silent_after_s)
        }
        watcher = Watcher(self.vitals, self.alarms, clock.now(), expected)
        self.disk = DiskMonitor(self.alarms)
        ledger.on_trouble(self.disk.written)
        ledger.on_seen_late(self._seen_late)
        self.supervisor = Supervisor(TaskMonitor(self.alarms).changed)
        for name, driver in drivers.items():
            self.supervisor.add(f"line {name}", self._listening(name, driver))
        self.supervisor.add("dispatcher", self._dispatcher.run, *self._dispatcher.pulses)
        self.supervisor.add("pipeline", self._pipeline.run, self._pipeline.pulse)
        self.supervisor.add("held", self._held.run, self._held.pulse)
        self.supervisor.add("receipts", outbox.run, outbox.pulse)
        clock_monitor = ClockMonitor(clock, self.alarms, self._dispatcher.wake, self._held.wake)
        self.supervisor.add("clock", clock_monitor.run)
        self.supervisor.add("alarms", self.alarms.run, self.alarms.pulse)
        self.supervisor.add("duty room", duty.run, duty.pulse)
        self.supervisor.add("polls", self._supervision.run)
        self.supervisor.add("watch", watcher.run)
        if roster.stations:
            self.supervisor.add("stations", self._gauges.run)
        if config.canary:
            self.supervisor.add("canary", lambda: self._canary.run(self.accept))

    def _listening(self, name: str, driver: Driver) -> Callable[[], Awaitable[None]]:
        def report(report: Report) -> None:
            if report.token is None:
                self._lines[name] = not (
                    isinstance(report.fact, Fault) and isinstance(report.fact.error, LinkLost)
                )
            self._dispatcher.report(name, report)
            self._supervision.report(name, report)

        return lambda: driver.run(report)

    def _may_sound(self, plan: Plan, speaker: str, now: datetime, minutes: float) -> Wait | Drop | None:
        return self._open_drills.barred(plan, speaker) or may_sound(plan, speaker, now, minutes, self.rules)

    def _seen_late(self) -> None:
        """The ledger of earlier lives can be read at last: what they left goes on."""
        self._gate.until = self._gate.until or self.ledger.held_until()
        self._dispatcher.wake()
        self._backlog.replay()
        self._held.wake()
        self.retry_receipts()

    def _arrived(self, key: str) -> datetime | None:
        document = self.ledger.document(key)
        return document.at if document else None

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def accept(self, arrival: Arrival) -> Acceptance:
        with self._intake.taking(arrival):
            return await self._pipeline.accept(arrival)

    async def keep(self, arrival: Arrival, urgent: bool) -> None:
        """For sources that are told nothing but that it is safe. Raises LedgerFailed, Backlogged."""
        with self._intake.taking(arrival):
            await self._pipeline.keep(arrival, urgent)

    def explain(self, raw: bytes, source: str) -> list[Entry]:
        """A dry run of these bytes as if they came from this source. Raises Unreadable."""
        return self._judging.dry_run(raw, source)

    async def release(self, number: int, person: str) -> None:
        """What is quarantined is read and judged again. Raises Refused."""
        if not await self._quarantine.release(number, person):
            raise Refused(Why(Reason.NOT_QUARANTINED, {"number": str(number)}))

    def hook_secret(self, source: str) -> bytes | None:
        file = next(
            (
                one.hook_secret_file
                for one in self.config.sources
                if one.name == source and one.kind == "feed"
            ),
            None,
        )
        return file.read_bytes().strip() if file and source in self.feeds else None

    def heard(self, source: str) -> None:
        """A source that is asked has answered."""
        self._intake.heard(source, self.clock.now())

    def holds(self, age: Callable[[], float | None]) -> None:
        """A source tells by `age` for how many seconds it has held what it has not acknowledged."""
        self._intake.holding.append(age)

    def receipts(self, key: str, source: str) -> list[dict[str, object]]:
        """What was or will be told to a source of a document, oldest first; to OWNER all of it."""
        found = self.ledger.receipts(key)
        return [self._seals.letter(one) for one in found if source in (OWNER, one.source)]

    def roster(self) -> Roster:
        return self._roster

    def on_air(self) -> list[OnAir]:
        return [one for one in self._dispatcher.on_air() if one.speaker != CANARY]

    def show_speakers(self, told: Callable[[str, Mapping[str, object]], None]) -> None:
        """Tell how each speaker is, now and at every change."""

        def show(name: str, seen: Seen) -> None:
            at = self.clock.now().isoformat(timespec="seconds")
            told(name, {"speaker": name, "at": at, **seen.state})

        self._supervision.told = show
        for name, seen in self._supervision.seen.items():
            show(name, seen)

    def lines(self) -> Mapping[str, bool]:
        """Whether each line's port is there."""
        return {name: up and f"line {name}" not in self.supervisor.down for name, up in self._lines.items()}

    def vitals(self) -> Vitals:
        """Everything watched, now."""
        return Vitals(
            now=self.clock.now(),
            trusted=self.clock.trusted,
            jumped=self.clock.jumped,
            lines=self.lines(),
            brokers=self.brokers(),
            voices=self._engines(),
            tasks=self.supervisor.tasks(),
            lag=self.supervisor.lag,
            alarms=self.alarms.up(),
            on_air=len(self.on_air()),
            owed=self.ledger.owing(),
            waiting=len(self._backlog),
            held_until=self._gate.until,
            arrivals=self._intake.arrivals,
            sources=self._intake.last,
            oldest_unacknowledged=self._intake.oldest,
            disk=Disk(trouble.said if (trouble := self.ledger.trouble) else "", free(self.config.data)),
            speakers={
                name: SpeakerPulse(seen.heard, seen.silent, seen.battery)
                for name, seen in self._supervision.seen.items()
            },
            polls=Polls(self._supervision.due, self._supervision.answered),
            canary_age=self._canary.age,
            commits=self.ledger.commits,
        )

    def status(self) -> str:
        """One line for `systemctl status`."""
        up = sum(self.lines().values())
        alarms = len(self.alarms.up())
        return f"线路 lines {up}/{len(self._lines)}, 正在播 on air {len(self.on_air())}, 报警 alarms {alarms}"

    def listen(self, heard: Callable[[Event], None]) -> None:
        """Call `heard` with every event, at once: it must be quick and never raise."""
        self._events.listen(heard)

    def alert(self, key: str) -> Alert | None:
        """The document of this key."""
        document = self.ledger.document(key)
        return document.alert if document else None

    def events(self) -> AbstractContextManager[asyncio.Queue[Event]]:
        return self._events.follow()


def _grave(document: Document) -> bool:
    """Whether a document that does not sound speaks of red or orange."""
    return any(meaning.level(info) <= Level.ORANGE for info in document.alert.infos)
