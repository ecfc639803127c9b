"""The journey of a warning, its left half: bytes on disk, read, judged, planned, in the ledger. The dispatcher does the rest.

Acknowledged as soon as the bytes are safe, never while anything speaks. One bad document never delays another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.clock import Clock
from gateway.delivery import receipts
from gateway.delivery.events import Event, Events
from gateway.intake import Acceptance, Accepted, Read, Rejected, Unreadable
from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Judgement, Past, Policy
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Document, Entry, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Quarantine, Step
from gateway.pulse import Pulse
from gateway.store.ledger import Ledger

log = logging.getLogger(__name__)

MEMORY = timedelta(hours=3)
"""How far back the judges see documents that are not related by reference: the window of 'same hazard and level' (practice.md)."""

AGAIN_S = 1.0
"""Pause before a decision the disk did not take is written again. Our choice."""

MOST_UNKEPT = 10_000
"""So many documents are remembered while the disk fails; the oldest goes first. Our choice: a storm's worth."""

NOBODY = Policy("", frozenset())
"""The policy of a source that is no longer configured: it may speak for nobody."""


class Judge(Protocol):
    def __call__(
        self,
        alert: Alert,
        policy: Policy,
        past: Sequence[Past],
        roster: Roster,
        now: datetime,
        held: Hold | None = None,
    ) -> Judgement: ...


class Air(Protocol):
    """What the dispatcher is told at once; it could find all but the unkept in the ledger."""

    def take(self, plan: Plan, source: str, kept: bool = True) -> None: ...

    def end(self, plan_id: str, why: Why) -> None: ...

    def wake(self) -> None: ...


class Pipeline:
    """`air` is told of plans and endings, `owed` is called when the ledger owes receipts."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        read: Read,
        judge: Judge,
        policies: Mapping[str, Policy],
        roster: Callable[[], Roster],
        events: Events,
        air: Air,
        owed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._read = read
        self._judge = judge
        self._policies = policies
        self._roster = roster
        self._events = events
        self._air = air
        self._owed = owed
        self._arrived: asyncio.Queue[tuple[int, Arrival]] = asyncio.Queue()
        self._unkept: dict[str, Entry] = {}
        self._held_changed = asyncio.Event()
        self._judging = Pulse(lambda: not self._arrived.empty())
        self._asking = Pulse()
        self.pulses = (self._judging, self._asking)

    @property
    def waiting(self) -> int:
        """Arrivals that are safe and not judged yet."""
        return self._arrived.qsize()

    def wake(self) -> None:
        """The clock was set: what is held is looked at anew."""
        self._held_changed.set()

    async def accept(self, arrival: Arrival) -> Acceptance:
        """Commit the bytes, then say whether they can be read. What follows happens in `run`. Raises LedgerFailed: then nothing is promised."""
        try:
            number, new = await self._ledger.arrive(arrival)
        except LedgerFailed:
            self._from_memory(arrival)
            raise
        try:
            alerts = self._understand(arrival)
        except Unreadable as unreadable:
            if new:
                await self._quarantine(number, arrival, unreadable)
            return Rejected(number, unreadable.why, unreadable.element, unreadable.line)
        keys = tuple(alert.key for alert in alerts)
        known = self._ledger.known([key.digest for key in keys], arrival.source)
        if new:
            self._arrived.put_nowait((number, arrival))
        return Accepted(number, keys, not new or all(key.digest in known for key in keys))

    async def run(self) -> None:
        """Judge what arrives, first what was acknowledged before the last stop; ask again about what is held."""
        for number, arrival in self._ledger.unjudged():
            for pulse in self.pulses:
                pulse.tick()
            await self._enter(number, arrival)
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self._judge_arrivals(), name="judge arrivals")
            halves.create_task(self._ask_held_again(), name="ask held again")

    async def _judge_arrivals(self) -> None:
        while True:
            with self._judging.resting():
                arrived = await self._arrived.get()
            await self._enter(*arrived)

    async def _enter(self, number: int, arrival: Arrival) -> None:
        try:
            alerts = self._understand(arrival)
        except Unreadable as unreadable:
            await self._quarantine(number, arrival, unreadable)
            return
        entries: list[Entry] = []
        for alert in alerts:
            judgement = self._decide(alert, arrival, entries)
            entries.append(Entry(alert, arrival.source, arrival.at, judgement))
        told = [
            (entry.alert.key.digest, receipts.accepted(entry.alert, entry.judgement.verdict))
            for entry in entries
        ]
        try:
            await self._ledger.enter(number, entries, [(key, receipts.body(event)) for key, event in told])
        except LedgerFailed as error:
            log.error("arrival %d is judged and waits for the disk: %s", number, error)
            for entry in entries:
                self._air_unkept(entry)
            asyncio.get_running_loop().call_later(AGAIN_S, self._arrived.put_nowait, (number, arrival))
            return
        for entry, (_, event) in zip(entries, told, strict=True):
            verdict = entry.judgement.verdict
            log.info("alert %s: %s (%s)", entry.alert.key.digest, verdict.name, verdict.why.reason)
            self._events.publish(event)
            self._tell_air(entry)
        self._held_changed.set()
        self._owed()

    def _tell_air(self, entry: Entry) -> None:
        """What is in the ledger now; what sounded from memory before is left to the ledger's word."""
        if self._unkept.pop(entry.alert.key.digest, None):
            self._air.wake()
            return
        for ending in entry.judgement.endings:
            self._air.end(ending.plan, ending.why)
        if entry.judgement.plan:
            self._air.take(entry.judgement.plan, entry.source)

    def _from_memory(self, arrival: Arrival) -> None:
        """The disk does not take it, so it is not acknowledged and will come again. What is grave sounds now."""
        try:
            alerts = self._understand(arrival)
        except Unreadable:
            return
        for alert in alerts:
            if alert.key.digest not in self._unkept:
                judgement = self._decide(alert, arrival, list(self._unkept.values()))
                self._air_unkept(Entry(alert, arrival.source, arrival.at, judgement))

    def _air_unkept(self, entry: Entry) -> None:
        """Plans of red, orange and move orders, and every end, need no disk."""
        key, plan = entry.alert.key.digest, entry.judgement.plan
        if key in self._unkept:
            return
        while len(self._unkept) >= MOST_UNKEPT:
            del self._unkept[next(iter(self._unkept))]
        self._unkept[key] = entry
        for ending in entry.judgement.endings:
            self._air.end(ending.plan, ending.why)
        if plan and plan.class_.grave:
            log.critical("alert %s sounds from memory: the disk does not take it", key)
            self._air.take(plan, entry.source, kept=False)

    def _understand(self, arrival: Arrival) -> tuple[Alert, ...]:
        try:
            return self._read(arrival.raw)
        except Unreadable:
            raise
        except Exception as error:
            log.exception("the reader failed on a document from %s", arrival.source)
            raise Unreadable(Why(Reason.READER_FAILED, {"error": type(error).__name__})) from error

    def _decide(
        self, alert: Alert, arrival: Arrival, before: Sequence[Entry], held: Hold | None = None
    ) -> Judgement:
        now = self._clock.now()
        past = self._past(alert, arrival.source, now - MEMORY)
        past += [_sibling(entry) for entry in before if entry.alert.key != alert.key]
        if held:
            past = [one for one in past if one.alert.key != alert.key or one.source != arrival.source]
        policy = self._policies.get(arrival.source, NOBODY)
        try:
            return self._judge(alert, policy, past, self._roster(), now, held)
        except Exception:
            log.exception("alert %s could not be judged", alert.key.digest)
            why = Why(Reason.JUDGE_FAILED)
            return Judgement(Quarantine(why), (Step("judge", "", "", "failed"),))

    def _past(self, alert: Alert, source: str, since: datetime) -> list[Past]:
        """A disk that cannot be read has no past: rather twice than not at all."""
        try:
            return self._ledger.past(alert, source, since)
        except LedgerFailed:
            log.exception("the ledger cannot be read, alert %s is judged without its past", alert.key.digest)
            return []

    async def _quarantine(self, number: int, arrival: Arrival, unreadable: Unreadable) -> None:
        event: Event = receipts.rejected(arrival, number, unreadable.why, unreadable.element, unreadable.line)
        log.warning("arrival %d from %s is unreadable: %s", number, arrival.source, unreadable.why)
        await self._ledger.quarantine(number, arrival.source, unreadable.why, receipts.body(event))
        self._events.publish(event)
        self._owed()

    async def _ask_held_again(self) -> None:
        """What was held until a time is judged anew then, with the same past it would have had."""
        while True:
            self._held_changed.clear()
            pause: float | None = None
            for document in self._ledger.held():
                assert isinstance(document.verdict, Hold)
                assert document.verdict.until
                pause = (document.verdict.until - self._clock.now()).total_seconds()
                if pause > 0:
                    break
                self._asking.tick()
                await self._release(document, document.verdict)
                pause = None
            try:
                with self._asking.resting():
                    async with asyncio.timeout(pause):
                        await self._held_changed.wait()
            except TimeoutError:
                pass

    async def _release(self, document: Document, held: Hold) -> None:
        kept = self._ledger.arrival(document.arrival)
        assert kept
        judgement = self._decide(document.alert, kept[0], [], held)
        event = receipts.accepted(document.alert, judgement.verdict)
        entry = Entry(document.alert, document.source, document.at, judgement)
        try:
            await self._ledger.decide(document.key, document.source, judgement, [receipts.body(event)])
        except LedgerFailed as error:
            log.error("alert %s is decided and waits for the disk: %s", document.key, error)
            self._air_unkept(entry)
            await asyncio.sleep(AGAIN_S)
            return
        log.info("alert %s, held: now %s", document.key, judgement.verdict.name)
        self._events.publish(event)
        self._tell_air(entry)
        self._owed()


def _sibling(entry: Entry) -> Past:
    """An alert of the same document, decided a moment ago and not yet in the ledger."""
    plan = entry.judgement.plan
    return Past(entry.alert, entry.source, entry.judgement.verdict.name, entry.at, plan, plan is not None)
