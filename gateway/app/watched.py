"""Watched: all that is watched, as one value of this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.app.delivery import DeliveryParts
from gateway.app.intake import Intake
from gateway.app.lines import Lines
from gateway.app.pipeline import PipelineParts
from gateway.app.shared import Shared
from gateway.delivery import OnAir
from gateway.monitoring.canary import CANARY, Canary
from gateway.monitoring.vitals import Disk, Polls, Vitals, free
from gateway.monitoring.voice import VoiceState
from gateway.runtime.supervisor import Supervisor

Ups = Callable[[], Mapping[str, bool]]
"""By name, whether each is up."""


class Watched:
    """Asks every part how it is. Nothing is kept: each question is answered by the parts as they are now."""

    def __init__(
        self,
        shared: Shared,
        lines: Lines,
        delivery: DeliveryParts,
        pipeline: PipelineParts,
        intake: Intake,
        canary: Canary,
        supervisor: Supervisor,
        brokers: Ups,
        engines: Ups,
        voice: Callable[[], VoiceState],
    ) -> None:
        self._shared = shared
        self._lines = lines
        self._delivery = delivery
        self._pipeline = pipeline
        self._intake = intake
        self._canary = canary
        self._supervisor = supervisor
        self.brokers = brokers
        self._engines = engines
        self._voice = voice

    def lines(self) -> dict[str, bool]:
        """Whether each line's port is there."""
        return self._lines.up(self._supervisor.down)

    def on_air(self) -> list[OnAir]:
        """What the site's speakers say now."""
        return [saying for saying in self._delivery.dispatcher.on_air() if saying.speaker != CANARY]

    def vitals(self) -> Vitals:
        """Everything, now."""
        shared, supervisor, seen, polls = (
            self._shared,
            self._supervisor,
            self._intake.seen,
            self._delivery.polls,
        )
        ledger, clock = shared.ledger, shared.clock
        return Vitals(
            now=clock.now(),
            trusted=clock.trusted,
            jumped=clock.jumped,
            lines=self.lines(),
            brokers=self.brokers(),
            voices=self._engines(),
            voice=self._voice(),
            tasks=supervisor.tasks(),
            lag=supervisor.lag,
            alarms=shared.alarms.up(),
            on_air=len(self.on_air()),
            owed=ledger.owing(),
            waiting=len(self._pipeline.backlog),
            held_until=self._delivery.gate.until,
            arrivals=seen.arrivals,
            sources=seen.last,
            oldest_unacknowledged=seen.oldest,
            disk=self._disk(),
            speakers=dict(polls.conditions),
            polls=Polls(polls.due, polls.answered),
            canary_age=self._canary.age,
            commits=ledger.commits,
        )

    def _disk(self) -> Disk:
        trouble = self._shared.ledger.trouble
        return Disk(trouble.message if trouble else "", free(self._shared.config.data))

    def status(self) -> str:
        """One line for `systemctl status`."""
        lines, alarms = self.lines(), self._shared.alarms.up()
        up = f"线路 lines {sum(lines.values())}/{len(lines)}"
        return f"{up}, 正在播 on air {len(self.on_air())}, 报警 alarms {len(alarms)}"
