"""The delivery's objects: who may play, the dispatcher, the receipts, the polls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from gateway.app.lines import Lines
from gateway.app.shared import Shared
from gateway.delivery import Voices
from gateway.delivery.dispatcher import Dispatcher
from gateway.delivery.gate import Gate, MaySound
from gateway.judge.guard import may_sound
from gateway.judge.rules import Rules
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Plan
from gateway.model.record import Receipt
from gateway.model.speaker import Roster
from gateway.monitoring.canary import SPEAKER
from gateway.monitoring.polling import Condition, Polling
from gateway.pipeline.open_drills import OpenDrills
from gateway.receipts.answers import Answers, Send
from gateway.receipts.outbox import Outbox

Show = Callable[[str, Mapping[str, object]], None]
"""Publishes the newest state of a speaker, by its id."""


class DeliveryParts:
    """From the ledger to the speakers and back.

    `publish` sends a receipt and raises ConnectionError. `answer` sends one where its sender wants it. `show`
    publishes the state of a speaker.
    """

    def __init__(
        self,
        shared: Shared,
        lines: Lines,
        drills: OpenDrills,
        voices: Voices,
        publish: Callable[[Receipt], Awaitable[None]],
        answer: Send,
        show: Show,
    ) -> None:
        ledger, clock, roster, rules = shared.ledger, shared.clock, shared.roster, shared.rules
        self.outbox = Outbox(ledger, publish)
        self.answers = Answers(ledger, answer)
        self.gate = Gate(shared.alarms, _guard(drills, rules), rules.quiet_until, shared.config.watch_only)
        self.dispatcher = Dispatcher(
            ledger,
            clock,
            Roster(roster.version, roster.villages, (*roster.speakers, SPEAKER)),
            lines.all,
            voices,
            shared.events,
            shared.alarms,
            self.gate,
            lines.clips,
            self.owed,
            lambda speaker: self.polls.weak(speaker),
        )
        self.polls = Polling(
            clock,
            roster,
            lines.site,
            shared.alarms,
            shared.events,
            self.dispatcher.sounds,
            _showing(show, clock.now),
        )

    def owed(self) -> None:
        """The ledger owes receipts."""
        self.outbox.wake()
        self.answers.wake()


def _guard(drills: OpenDrills, rules: Rules) -> MaySound:
    def ask(plan: Plan, speaker: str, now: datetime, minutes: float) -> Wait | Drop | None:
        return drills.barred(plan, speaker) or may_sound(plan, speaker, now, minutes, rules)

    return ask


def _showing(show: Show, now: Callable[[], datetime]) -> Callable[[str, Condition], None]:
    def published(speaker: str, condition: Condition) -> None:
        show(speaker, {"speaker": speaker, "at": now().isoformat(timespec="seconds"), **condition.shown})

    return published
