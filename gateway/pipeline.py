"""The journey of a warning, its left half: bytes on disk, read, judged, planned, in the ledger. The dispatcher does the rest.

Acknowledged as soon as the bytes are safe, never while anything speaks. One bad document never delays another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from gateway.clock import Clock
from gateway.delivery import receipts
from gateway.delivery.events import Event, Events
from gateway.intake import Acceptance, Accepted, Backlogged, Read, Rejected, Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.lanes import Lanes, Waiting
from gateway.logs import about
from gateway.model.alert import Alert, Arrival
from gateway.model.drill import Drill
from gateway.model.judgement import Judgement, Past, Policy
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY, Document, Entry, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Quarantine, Step
from gateway.pulse import Pulse
from gateway.store.ledger import Ledger
from gateway.unkept import Air, Unkept

log = logging.getLogger(__name__)

T = TypeVar("T")

MEMORY = timedelta(hours=3)
"""How far back the judges see documents that are not related by reference: the window of 'same hazard and level' (practice.md)."""

AGAIN_S = 1.0
"""Pause before a decision the disk did not take is written again. Our choice."""

HANG_S = 1.0
"""What is grave waits so long for a disk that hangs, then it sounds from memory; it is acknowledged when the disk has it. Our choice: an SD
card that tidies itself up may take seconds."""

CLOCK_S = 10.0
"""How often what waits for the clock looks whether it can be trusted. Our choice."""

TOGETHER = 16
"""So many arrivals that wait are judged before the first of them is committed. Our choice: some ten milliseconds' worth."""

PAGE = 500
"""Arrivals looked at together after a start: what an earlier run left is not all held in memory. Our choice."""

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
        *,
        drills: Sequence[Drill] = (),
    ) -> Judgement: ...


Drilling = Callable[[Sequence[Plan]], Sequence[Drill]]
"""The drills that are open; plans that were decided and are not in the ledger yet may have ended them at some speakers."""


Senses = Callable[[Alert], tuple[str, ...]]
"""The judges' keys to what an alert says: it is compared with documents that share one."""


class Pipeline:
    """`roster` has the speakers that a source can reach, `air` is told of plans and endings, `owed` is called when the ledger owes receipts."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        read: Read,
        judge: Judge,
        senses: Senses,
        policies: Mapping[str, Policy],
        roster: Callable[[str], Roster],
        drills: Drilling,
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
        self._drills = drills
        self._events = events
        self._owed = owed
        self._lanes = Lanes(self._fetch)
        self._unkept = Unkept(air)
        self._held_changed = asyncio.Event()
        self._replayed: set[int] = set()
        self._judging = Pulse(lambda: len(self._lanes) > 0)
        self._asking = Pulse()
        self.pulses = (self._judging, self._asking)

    @property
    def waiting(self) -> int:
        """Arrivals that are safe and not judged yet."""
        return len(self._lanes)

    def wake(self) -> None:
        """The clock was set: what is held is looked at anew."""
        self._held_changed.set()

    async def keep(self, arrival: Arrival, urgent: bool = False) -> None:
        """Commit the bytes, the urgent and what looks grave before the rest. What follows happens in `run`. Raises LedgerFailed, Backlogged:
        then nothing is promised."""
        urgent = urgent or looks_grave(arrival.raw)
        number, new = await self._commit(arrival, urgent)
        if new:
            self._wait(number, arrival, None, urgent)

    async def accept(self, arrival: Arrival) -> Acceptance:
        """The same, and say whether the bytes can be read."""
        urgent = looks_grave(arrival.raw)
        number, new = await self._commit(arrival, urgent)
        try:
            alerts = self._understand(arrival)
        except Unreadable as unreadable:
            if new:
                await self._quarantine(number, arrival, unreadable)
            return Rejected(number, unreadable.why, unreadable.element, unreadable.line)
        keys = tuple(alert.key for alert in alerts)
        known = self._ledger.known([key.digest for key in keys], arrival.source, number)
        if new:
            self._wait(number, arrival, alerts, urgent)
        return Accepted(number, keys, not new or all(key.digest in known for key in keys))

    def dry_run(self, raw: bytes, source: str) -> list[Entry]:
        """What would become of these bytes if they came from this source now: nothing is kept, nothing sounds. Raises Unreadable."""
        arrival = Arrival(raw, source, "", self._clock.now())
        entries: list[Entry] = []
        for alert in self._understand(arrival):
            entries.append(self._entry(alert, arrival, self._decide(alert, arrival, entries)))
        return entries

    async def again(self, number: int, person: str) -> bool:
        """What was quarantined is read and judged anew, by this person's order. Whether there was such an arrival."""
        arrival = await self._ledger.unquarantine(number, person, self._clock.now())
        if arrival:
            self._wait(number, arrival, None, looks_grave(arrival.raw))
        return arrival is not None

    async def _commit(self, arrival: Arrival, urgent: bool) -> tuple[int, bool]:
        if self._lanes.full and not urgent:
            raise Backlogged(f"{len(self._lanes)} documents wait to be judged")
        try:
            with self._patience(urgent, self._from_memory, arrival):
                number, new = await self._ledger.arrive(arrival, urgent)
        except LedgerFailed:
            self._from_memory(arrival)
            raise
        if not new:
            self._owed()  # whoever sends it again has not had our receipt
        return number, new

    def _wait(self, number: int, arrival: Arrival, alerts: tuple[Alert, ...] | None, urgent: bool) -> None:
        """Until its turn. What came while the last start was looking at what was left waits already."""
        with about(source=arrival.source):
            log.info("arrival %d of %d bytes is kept", number, len(arrival.raw))
        if number not in self._replayed:
            self._lanes.put(number, arrival, alerts, urgent)

    def _fetch(self, number: int) -> Arrival | None:
        found = self._ledger.arrival(number)
        return found[0] if found and found[1] == "new" else None

    async def run(self) -> None:
        """Judge what arrives, also what was acknowledged before the last stop; ask again about what is held."""
        self._lanes.clear()
        self._replayed.clear()
        self.replay()
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self._judge_arrivals(), name="judge arrivals")
            halves.create_task(self._ask_held_again(), name="ask held again")

    def replay(self) -> None:
        """What an earlier run left in the ledger waits for its turn."""
        last = 0
        while page := self._ledger.unjudged(last, PAGE):
            for number, arrival in page:
                self._replayed.add(number)
                self._lanes.put(number, arrival, None, looks_grave(arrival.raw))
            last = page[-1][0]
        self._held_changed.set()

    async def _judge_arrivals(self) -> None:
        while True:
            try:
                with self._judging.resting():
                    first = await self._lanes.first()
                await self._enter(first)
            except LedgerFailed as error:
                log.error("what waits to be judged cannot be fetched: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def _enter(self, first: Waiting) -> None:
        """Judge in order, each with those before it as its past, and let others have their turn between two; what was judged together is
        committed together, and ends as soon as something more urgent waits."""
        before: list[Entry] = []
        writes: list[Coroutine[Any, Any, None]] = []
        one: Waiting | None = first
        try:
            while one:
                write, entries = self._weigh(one, before)
                writes.append(write)
                before += entries
                if self._lanes:
                    await asyncio.sleep(0)
                one = self._lanes.next(first.urgent) if len(writes) < TOGETHER else None
        finally:
            await asyncio.gather(*writes)

    def _weigh(self, one: Waiting, before: Sequence[Entry]) -> tuple[Coroutine[Any, Any, None], list[Entry]]:
        """What shall be written of an arrival, and what was decided of its documents."""
        arrival = one.arrival
        assert arrival
        try:
            alerts = one.alerts or self._understand(arrival)
        except Unreadable as unreadable:
            return self._reject(one, arrival, unreadable), []
        entries: list[Entry] = []
        for alert in alerts:
            judgement = self._decide(alert, arrival, [*before, *entries])
            judgement = self._unkept.as_it_sounds(alert.key.digest, judgement)
            entries.append(self._entry(alert, arrival, judgement))
        return self._keep(Waiting(one.number, arrival, alerts, one.urgent), entries), entries

    async def _reject(self, one: Waiting, arrival: Arrival, unreadable: Unreadable) -> None:
        try:
            await self._quarantine(one.number, arrival, unreadable)
        except LedgerFailed as error:
            log.error("arrival %d is unreadable, which waits for the disk: %s", one.number, error)
            self._later(one)

    def _later(self, one: Waiting) -> None:
        """It is judged anew when the disk may take the answer."""
        assert one.arrival
        again = (one.number, one.arrival, one.alerts, one.urgent)
        asyncio.get_running_loop().call_later(AGAIN_S, self._lanes.put, *again)

    async def _keep(self, one: Waiting, entries: Sequence[Entry]) -> None:
        """Into the ledger, then onto the air."""
        number, arrival = one.number, one.arrival
        assert arrival
        told = [receipts.accepted(entry.alert, entry.judgement.verdict, arrival, number) for entry in entries]
        owed = [
            (entry.alert.key.digest, receipts.body(event)) for entry, event in zip(entries, told, strict=True)
        ]
        try:
            with self._patience(one.urgent, self._air_unkept, entries):
                there = await self._ledger.enter(
                    number, entries, owed if arrival.source != CANARY else [], one.urgent
                )
        except LedgerFailed as error:
            log.error("arrival %d is judged and waits for the disk: %s", number, error)
            self._air_unkept(entries)
            self._later(one)
            return
        for entry in entries:
            self._unkept.kept(entry, entry.alert.key.digest in there)
        for entry, event in zip(entries, told, strict=True):
            verdict = entry.judgement.verdict
            with about(alert=entry.alert.key.digest, source=entry.source):
                log.info("judged: %s (%s)", verdict.name, verdict.why.reason)
            if entry.source != CANARY:
                self._events.publish(event)
        self._held_changed.set()
        self._owed()

    @contextmanager
    def _patience(self, urgent: bool, unkept: Callable[[T], None], what: T) -> Iterator[None]:
        """A disk that hangs is waited for, but not with what is urgent."""
        timer = asyncio.get_running_loop().call_later(HANG_S, unkept, what) if urgent else None
        try:
            yield
        finally:
            if timer:
                timer.cancel()

    def _air_unkept(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._unkept.air(entry)

    def _from_memory(self, arrival: Arrival) -> None:
        """The disk does not take it, so it is not acknowledged and will come again. What is grave and not known already sounds now."""
        known: set[str] = set()
        try:
            alerts = self._understand(arrival)
            known = self._ledger.known([alert.key.digest for alert in alerts], arrival.source)
        except Unreadable:
            return
        except LedgerFailed as error:
            log.error("the ledger cannot be read either: %s", error)
        for alert in alerts:
            if alert.key.digest not in self._unkept and alert.key.digest not in known:
                judgement = self._decide(alert, arrival, self._unkept.entries())
                self._unkept.air(self._entry(alert, arrival, judgement))

    def _understand(self, arrival: Arrival) -> tuple[Alert, ...]:
        try:
            return self._read(arrival)
        except Unreadable:
            raise
        except Exception as error:
            log.exception("the reader failed on a document from %s", arrival.source)
            raise Unreadable(Why(Reason.READER_FAILED, {"error": type(error).__name__})) from error

    def _decide(
        self, alert: Alert, arrival: Arrival, before: Sequence[Entry], held: Hold | None = None
    ) -> Judgement:
        now = self._clock.now()
        past = self._past(alert, now - MEMORY)
        past += [_sibling(entry) for entry in before if entry.alert.key != alert.key]
        past = [replace(one, trust=self._policies.get(one.source, NOBODY).trust) for one in past]
        if held:
            past = [one for one in past if one.alert.key != alert.key or one.source != arrival.source]
        policy, roster = self._policies.get(arrival.source, NOBODY), self._roster(arrival.source)
        decided = [plan for one in (*before, *self._unkept.entries()) if (plan := one.judgement.plan)]
        try:
            drills = self._drills(decided)
            return self._judge(alert, policy, past, roster, now, held, self._clock.trusted, drills=drills)
        except Exception:
            with about(alert=alert.key.digest, source=arrival.source):
                log.exception("the judge failed")
            why = Why(Reason.JUDGE_FAILED)
            return Judgement(Quarantine(why), (Step("judge", "", "", "failed"),))

    def _entry(self, alert: Alert, arrival: Arrival, judgement: Judgement) -> Entry:
        return Entry(alert, arrival.source, arrival.at, judgement, self._senses(alert))

    def _past(self, alert: Alert, since: datetime) -> list[Past]:
        """A disk that cannot be read has no past: rather twice than not at all."""
        try:
            return self._ledger.past(alert, since, self._senses(alert))
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
            left = [(self._left(document), document) for document in self._ledger.held()]
            for _, document in [one for one in left if one[0] <= 0]:
                assert isinstance(document.verdict, Hold)
                self._asking.tick()
                await self.release(document, document.verdict)
            # After a release look again: the answer may be another hold, a veto window after the night.
            pause = min((max(0.0, seconds) for seconds, _ in left), default=None)
            try:
                with self._asking.resting():
                    async with asyncio.timeout(pause):
                        await self._held_changed.wait()
            except TimeoutError:
                pass

    def _left(self, document: Document) -> float:
        """Seconds until it is asked again. What waits for the clock is looked at every so often: being put right is not always a jump."""
        held = document.verdict
        assert isinstance(held, Hold)
        assert held.until
        if held.why.reason is Reason.CLOCK_UNTRUSTED:
            return 0.0 if self._clock.trusted else CLOCK_S
        return (held.until - self._clock.now()).total_seconds()

    async def release(self, document: Document, held: Hold) -> None:
        """What was held is judged anew, with the same past it would have had: its time has come, or people said yes."""
        kept = self._ledger.arrival(document.arrival)
        assert kept
        judgement = self._decide(document.alert, kept[0], [], held)
        if held.approved:
            step = Step("approval", "person", "、".join(held.approved), "yes")
            judgement = replace(judgement, trace=(step, *judgement.trace))
        judgement = self._unkept.as_it_sounds(document.key, judgement)
        event = receipts.accepted(document.alert, judgement.verdict, kept[0], document.arrival)
        entry = Entry(document.alert, document.source, document.at, judgement)
        try:
            await self._ledger.decide(document.key, document.source, judgement, [receipts.body(event)])
        except LedgerFailed as error:
            log.error("alert %s is decided and waits for the disk: %s", document.key, error)
            self._unkept.air(entry)
            await asyncio.sleep(AGAIN_S)
            return
        with about(alert=document.key, source=document.source):
            log.info("held until now: %s (%s)", judgement.verdict.name, judgement.verdict.why.reason)
        self._events.publish(event)
        self._unkept.kept(entry)
        self._owed()


def _sibling(entry: Entry) -> Past:
    """An alert of the same document, decided a moment ago and not yet in the ledger."""
    plan = entry.judgement.plan
    return Past(entry.alert, entry.source, entry.judgement.verdict.name, entry.at, plan, plan is not None)
