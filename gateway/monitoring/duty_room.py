"""The duty room: a speaker of its own kind, which rings until a person acknowledges by name
(docs/practice.md, People)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.i18n import sentence
from gateway.intake.glance import looks_grave
from gateway.model.alarm import Alarm, AlarmKind
from gateway.model.event import Accepted, Event, Rejected
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
"""The bursts of a ring, in seconds: at once, twice more in the first minute, then every two minutes for two
hours. Then the duty room is rung again from the beginning. Our choice."""
RECENT = timedelta(hours=2)
"""After a crash an older plan rings no more. Our choice: it has been heard."""
NEWEST = 100
"""After a crash so many documents and arrivals in quarantine are looked at, the newest ones. Our choice."""
NOTICE_S = 0.02
"""Seconds between a decision and its ring. Our choice: by then the first order of the warning is on its
way."""
SETTLE_S = 2.0
"""Seconds that a change waits for others, so that causes that come together are rung together. Our choice."""
GRAVEST_FIRST = (Reason.AIRED, Reason.UNREACHED, Reason.ON_HOLD, Reason.UNORDERED, Reason.SOURCE_SILENT)
"""Of several causes the first of these is said. Our choice."""
NIGHT_HOLDS = frozenset({Reason.HELD_AT_NIGHT, Reason.QUIET_HOURS, Reason.LIFT_UNCLEAR})
"""Holds that ring the duty room although they end by themselves. A hold that waits for a person rings it
always."""


class Ledger(Plans, Documents, contract.Arrivals, contract.Alarms, Protocol):
    """The part of the ledger that the duty room reads and writes."""


class Dispatcher(Protocol):
    """The part of the dispatcher that the duty room uses (gateway/delivery/dispatcher.py)."""

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None: ...

    def end(self, plan_id: str, why: Why) -> None: ...


class DutyRoom:
    """Rings for the alarms that ring, and raises ALERT for a warning that a person must know of. Give `note`
    to `Events.listen` and let the supervisor run `run`."""

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
        """Whether a document speaks of red, orange or a move order."""
        self._unheard = unheard
        """Sources whose documents ring nobody."""
        self._changed = asyncio.Event()
        alarms.changed = self._changed.set
        self._ring: Plan | None = None
        """The plan that rings now."""
        self._rung_for: tuple[str, ...] = ()
        """The names of the alarms that it rings for."""
        self.pulse = Pulse()

    def note(self, event: Event) -> None:
        """An event has happened. A decision is looked at a moment later, so that the order of the warning
        goes first."""
        match event:
            case Rejected(quarantine=number):
                asyncio.get_running_loop().call_later(NOTICE_S, self._ring_for_arrival, number)
            case Accepted(verdict=Quarantine(why=Why(Reason.CONTENT_GRAVER) as why), key=key):
                # The ledger shows the document that we hold under this key, not the one that came.
                self._alarms.call(AlarmKind.ALERT, key, why)
            case Accepted(verdict=Air() | Hold() | Quarantine(), key=key):
                asyncio.get_running_loop().call_later(NOTICE_S, self._ring_for_document, key)

    def _ring_for_arrival(self, number: int) -> None:
        """Ring for an arrival that cannot be read and looks grave."""
        try:
            row = self._ledger.arrival(number)
        except LedgerFailed:
            return
        if row and row[0].source not in self._unheard and looks_grave(row[0]):
            why = Why(Reason.GRAVE_UNREAD, {"source": row[0].source, "number": str(number)})
            self._alarms.call(AlarmKind.QUARANTINE, str(number), why)

    def _ring_for_document(self, key: str) -> None:
        try:
            document = self._ledger.document(key)
        except LedgerFailed:
            return
        if document is None or document.source in self._unheard:
            return
        verdict = document.verdict
        rings = (
            (verdict.name == "air" and self._aired_grave(key))
            or (isinstance(verdict, Hold) and self._waits(document, verdict))
            or (verdict.name == "quarantine" and self._grave(document))
        )
        # A warning that sounded from memory has rung already.
        if rings and not self._alarms.called(AlarmKind.ALERT, key):
            self._alarms.call(AlarmKind.ALERT, key, verdict.why)

    def _waits(self, document: Document, held: Hold) -> bool:
        return held.until is None or held.why.reason in NIGHT_HOLDS or self._grave(document)

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
        self._ring_after_crash()
        while True:
            await self._look()
            with self.pulse.resting():
                try:
                    async with asyncio.timeout(RINGS_S[-1] + 60 if self._ring else None):
                        await self._changed.wait()
                except TimeoutError:
                    self._rung_for = ()  # two hours without an answer: ring again
            self._changed.clear()
            await asyncio.sleep(SETTLE_S)

    def _ring_after_crash(self) -> None:
        """Ring for what the last start should have rung for and did not."""
        since = self._clock.now() - RECENT
        try:
            newest = self._ledger.documents(NEWEST)
            waits = [*self._ledger.held(), *(one for one in newest if isinstance(one.verdict, Hold))]
            refused = [one for one in newest if one.verdict.name == "quarantine" and one.at >= since]
            recent = [row.plan.alert for row in self._ledger.since(since)]
            for key in dict.fromkeys([*recent, *(document.key for document in (*waits, *refused))]):
                if key and not self._ledger.raised(AlarmKind.ALERT.named(key)):
                    self._ring_for_document(key)
            self._ring_for_unread(since, {document.arrival for document in newest})
        except LedgerFailed as error:
            log.error("the ledger cannot be read, nobody is rung for what came before: %s", error)

    def _ring_for_unread(self, since: datetime, read: set[int]) -> None:
        """Ring for arrivals that cannot be read, as far as nobody was rung for them. `read` are the numbers
        of those that could be."""
        for number, arrival, why in self._ledger.quarantined(NEWEST):
            unread = number not in read and why.reason not in (Reason.CONTENT_CHANGED, Reason.CONTENT_GRAVER)
            name = AlarmKind.QUARANTINE.named(str(number))
            if unread and arrival.at >= since and not self._ledger.raised(name):
                self._ring_for_arrival(number)

    async def _look(self) -> None:
        ringing = self._alarms.ringing()
        names = tuple(alarm.name for alarm in ringing)
        if names == self._rung_for:
            return
        self._rung_for = names
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
        in_ledger = True
        try:
            await self._ledger.add_plan(self._ring, "duty room", f"ring for {', '.join(names)}")
        except LedgerFailed as error:
            log.error("the duty room is rung from memory: %s", error)
            in_ledger = False
        self._dispatcher.take(self._ring, "", in_ledger)

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
    """The sentences of a ring: the gravest cause in its own words, how many more there are, and what to
    do."""
    gravest = min(ringing, key=_rank)
    more = len(ringing) - 1
    others = [f"另有{more}件事需要处理。"] if more else []
    return ["值班室请注意。", sentence(gravest.why, "zh"), *others, "请到控制台确认。"]


def _rank(alarm: Alarm) -> int:
    reason = alarm.why.reason
    return GRAVEST_FIRST.index(reason) if reason in GRAVEST_FIRST else len(GRAVEST_FIRST)
