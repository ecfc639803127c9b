"""The journey of a warning, its left half: bytes on disk, read, judged, planned, in the ledger. The dispatcher does the rest.

Acknowledged as soon as the bytes are safe, never while anything speaks. One bad document never delays another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from gateway.clock import Clock
from gateway.delivery import receipts
from gateway.delivery.events import Event, Events
from gateway.intake import Acceptance, Accepted, Read, Rejected, Unreadable
from gateway.logs import about
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

TOGETHER = 16
"""So many arrivals that wait are judged before the first of them is committed. Our choice: some ten milliseconds' worth."""

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
        trusted: bool = True,
    ) -> Judgement: ...


Arrived = tuple[int, Arrival, tuple[Alert, ...]]
"""An arrival that is on the disk, by its number, and what it says."""
Senses = Callable[[Alert], tuple[str, ...]]
"""The judges' keys to what an alert says: it is compared with documents that share one."""


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
        senses: Senses,
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
        self._senses = senses
        self._policies = policies
        self._roster = roster
        self._events = events
        self._air = air
        self._owed = owed
        self._arrived: asyncio.Queue[Arrived] = asyncio.Queue()
        self._unkept: dict[str, Entry] = {}
        self._held_changed = asyncio.Event()
        self._replayed: set[int] = set()
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
            with about(source=arrival.source):
                log.info(
                    "arrival %d of %d bytes is kept: %s", number, len(arrival.raw), [k.digest for k in keys]
                )
            self._arrived.put_nowait((number, arrival, alerts))
        return Accepted(number, keys, not new or all(key.digest in known for key in keys))

    async def run(self) -> None:
        """Judge what arrives, first what was acknowledged before the last stop; ask again about what is held."""
        left = self._ledger.unjudged()
        self._replayed = {number for number, _ in left}
        for number, arrival in left:
            for pulse in self.pulses:
                pulse.tick()
            await self._enter_again(number, arrival)
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self._judge_arrivals(), name="judge arrivals")
            halves.create_task(self._ask_held_again(), name="ask held again")

    async def _judge_arrivals(self) -> None:
        while True:
            with self._judging.resting():
                arrived = [await self._arrived.get()]
            while len(arrived) < TOGETHER and not self._arrived.empty():
                arrived.append(self._arrived.get_nowait())
            # what came while the last start was looking at what was left is judged already
            await self._enter([one for one in arrived if one[0] not in self._replayed])

    async def _enter_again(self, number: int, arrival: Arrival) -> None:
        """What was acknowledged and not judged before the last stop."""
        try:
            alerts = self._understand(arrival)
        except Unreadable as unreadable:
            await self._quarantine(number, arrival, unreadable)
        else:
            await self._enter([(number, arrival, alerts)])

    async def _enter(self, arrived: Sequence[Arrived]) -> None:
        """Judge in order, each with those before it as its past; what was judged together is committed together."""
        before: list[Entry] = []
        writes: list[Coroutine[Any, Any, None]] = []
        for number, arrival, alerts in arrived:
            entries: list[Entry] = []
            for alert in alerts:
                judgement = self._decide(alert, arrival, [*before, *entries])
                entries.append(self._entry(alert, arrival, judgement))
            before += entries
            writes.append(self._keep((number, arrival, alerts), entries))
        await asyncio.gather(*writes)

    async def _keep(self, arrived: Arrived, entries: Sequence[Entry]) -> None:
        """Into the ledger, then onto the air."""
        number = arrived[0]
        told = [receipts.accepted(entry.alert, entry.judgement.verdict) for entry in entries]
        owed = [
            (entry.alert.key.digest, receipts.body(event)) for entry, event in zip(entries, told, strict=True)
        ]
        try:
            await self._ledger.enter(number, entries, owed)
        except LedgerFailed as error:
            log.error("arrival %d is judged and waits for the disk: %s", number, error)
            for entry in entries:
                self._air_unkept(entry)
            self._replayed.discard(number)
            asyncio.get_running_loop().call_later(AGAIN_S, self._arrived.put_nowait, arrived)
            return
        for entry, event in zip(entries, told, strict=True):
            verdict = entry.judgement.verdict
            with about(alert=entry.alert.key.digest, source=entry.source):
                log.info("judged: %s (%s)", verdict.name, verdict.why.reason)
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
                self._air_unkept(self._entry(alert, arrival, judgement))

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
            with about(alert=key, plan=plan.id):
                log.critical("it sounds from memory: the disk does not take it")
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
            return self._judge(alert, policy, past, self._roster(), now, held, self._clock.trusted)
        except Exception:
            with about(alert=alert.key.digest, source=arrival.source):
                log.exception("the judge failed")
            why = Why(Reason.JUDGE_FAILED)
            return Judgement(Quarantine(why), (Step("judge", "", "", "failed"),))

    def _entry(self, alert: Alert, arrival: Arrival, judgement: Judgement) -> Entry:
        return Entry(alert, arrival.source, arrival.at, judgement, self._senses(alert))

    def _past(self, alert: Alert, source: str, since: datetime) -> list[Past]:
        """A disk that cannot be read has no past: rather twice than not at all."""
        try:
            return self._ledger.past(alert, source, since, self._senses(alert))
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
                pause = 0.0  # the answer may be another hold, a veto window after the night: look again
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
        with about(alert=document.key, source=document.source):
            log.info("held until now: %s (%s)", judgement.verdict.name, judgement.verdict.why.reason)
        self._events.publish(event)
        self._tell_air(entry)
        self._owed()


def _sibling(entry: Entry) -> Past:
    """An alert of the same document, decided a moment ago and not yet in the ledger."""
    plan = entry.judgement.plan
    return Past(entry.alert, entry.source, entry.judgement.verdict.name, entry.at, plan, plan is not None)
