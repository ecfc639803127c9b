"""The duty room is a speaker of its own kind: it rings until somebody acknowledges by name (practice.md,
People)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from gateway.i18n import sentence
from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.event import Accepted, Event
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.record import Document, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Air, Hold, Quarantine
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock
from gateway.runtime.pulse import Pulse
from gateway.store import contract
from gateway.store.contract import Documents, Plans

log = logging.getLogger(__name__)

RINGS_S = (0.0, 30.0, 60.0, *(60.0 + 120.0 * count for count in range(1, 60)))
"""At once, twice more in the first minute, then every two minutes for two hours; then it begins anew. Our
choice."""
LATELY = timedelta(hours=2)
"""What was planned longer ago calls nobody after a crash: it has been heard. Our choice."""
NOTICE_S = 0.02
"""The duty room is called so long after a decision. Our choice: by then its first order is on its way."""
SETTLE_S = 2.0
"""Causes that come together are rung together. Our choice."""
ORDER = (Reason.AIRED, Reason.UNREACHED, Reason.ON_HOLD, Reason.UNORDERED, Reason.SOURCE_SILENT)
"""What is said first of several; everything else follows. Our choice."""
HELD = frozenset({Reason.HELD_AT_NIGHT, Reason.QUIET_HOURS})
"""Holds that call the duty room though they end by themselves: at night. What waits for a person calls it
always."""


class Ledger(Plans, Documents, contract.Alarms, Protocol):
    """The part of the ledger that the duty room reads and writes."""


class Dispatcher(Protocol):
    """The dispatcher."""

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None: ...

    def end(self, plan_id: str, why: Why) -> None: ...


class DutyRoom:
    """Rings for what `alarms` says rings, and for warnings that somebody must know of; `note` every event.
    `grave` tells whether a document that was not aired speaks of red, orange or a move."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        alarms: Alarms,
        dispatcher: Dispatcher,
        grave: Callable[[Document], bool],
        unheard: frozenset[str] = frozenset(),
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._alarms = alarms
        self._dispatcher = dispatcher
        self._grave = grave
        self._unheard = unheard
        self._changed = asyncio.Event()
        alarms.changed = self._changed.set
        self._ring: Plan | None = None
        self._said: tuple[str, ...] = ()
        self.pulse = Pulse()

    def note(self, event: Event) -> None:
        """What was decided of a document: looked at a moment later, so that what sounds goes first."""
        match event:
            case Accepted(verdict=Air() | Hold() | Quarantine(), key=key):
                asyncio.get_running_loop().call_later(NOTICE_S, self._decided, key)

    def _decided(self, key: str) -> None:
        try:
            document = self._ledger.document(key)
        except LedgerFailed:
            return
        if document is None or document.source in self._unheard:
            return
        verdict = document.verdict
        called = (
            (verdict.name == "air" and self._aired_grave(key))
            or (isinstance(verdict, Hold) and self._waits(document, verdict))
            or (verdict.name == "quarantine" and self._grave(document))
        )
        # What sounded from memory has called already.
        if called and not self._alarms.called(AlarmKind.ALERT, key):
            self._alarms.call(AlarmKind.ALERT, key, verdict.why)

    def _waits(self, document: Document, held: Hold) -> bool:
        return held.until is None or held.why.reason in HELD or self._grave(document)

    def _aired_grave(self, key: str) -> bool:
        return any(
            row.plan.class_.grave and row.plan.act is not Act.CORRECTION for row in self._ledger.plans(key)
        )

    async def run(self) -> None:
        """Ring and stop ringing until cancelled."""
        for live in self._ledger.live():
            row = self._ledger.plan(live)
            if row and row.plan.act is Act.RING:
                self._dispatcher.end(live, Why(Reason.REPLACED))
        self._call_after_crash()
        while True:
            await self._look()
            with self.pulse.resting():
                try:
                    async with asyncio.timeout(RINGS_S[-1] + 60 if self._ring else None):
                        await self._changed.wait()
                except TimeoutError:
                    self._said = ()  # two hours and nobody came: ring anew
            self._changed.clear()
            await asyncio.sleep(SETTLE_S)

    def _call_after_crash(self) -> None:
        """Whoever would have been called when the daemon went down is called now."""
        recent = [row.plan.alert for row in self._ledger.since(self._clock.now() - LATELY)]
        for key in dict.fromkeys([*recent, *(document.key for document in self._ledger.held())]):
            if key and not self._ledger.raised(AlarmKind.ALERT.named(key)):
                self._decided(key)

    async def _look(self) -> None:
        ringing = self._alarms.ringing()
        names = tuple(alarm.name for alarm in ringing)
        if names == self._said:
            return
        self._said = names
        if self._ring:
            self._dispatcher.end(self._ring.id, Why(Reason.REPLACED if names else Reason.ACKNOWLEDGED))
            self._ring = None
        if not names:
            self._alarms.clear(AlarmKind.DUTY_ROOM)
            return
        targets = tuple(speaker.id for speaker in self._roster.duty_room)
        if not targets:
            self._alarms.set(AlarmKind.DUTY_ROOM, "", Why(Reason.NO_DUTY_ROOM))
            return
        self._ring = self._plan(ringing, targets)
        kept = True
        try:
            await self._ledger.add_plan(self._ring, "duty room", f"ring for {', '.join(names)}")
        except LedgerFailed as error:
            log.error("the duty room is rung from memory: %s", error)
            kept = False
        self._dispatcher.take(self._ring, "", kept)

    def _plan(self, ringing: Sequence[Alarm], targets: tuple[str, ...]) -> Plan:
        now = self._clock.now()
        script = Script(ToneName.ORANGE, tuple(words(ringing)), "warning")
        seed = " ".join(alarm.name for alarm in ringing)
        return Plan(
            plan_id(seed, Act.RING, now),
            "",
            Act.RING,
            Class.RED,
            (Part(targets, script),),
            Schedule(1, RINGS_S),
            now,
            now + timedelta(seconds=RINGS_S[-1] + 60),
            self._roster.version,
        )


def words(ringing: Sequence[Alarm]) -> list[str]:
    """What is said: the gravest cause in its own sentence, how many more, and what to do."""
    gravest = min(ringing, key=_rank)
    more = len(ringing) - 1
    said = ["值班室请注意。", sentence(gravest.why, "zh")]
    return [*said, *([f"另有{more}件事需要处理。"] if more else []), "请到控制台确认。"]


def _rank(alarm: Alarm) -> int:
    return ORDER.index(alarm.why.reason) if alarm.why.reason in ORDER else len(ORDER)
