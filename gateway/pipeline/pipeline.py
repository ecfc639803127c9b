"""The journey of a warning, its left half: bytes on disk, read, judged, planned, in the ledger. The dispatcher does the rest.

Acknowledged as soon as the bytes are safe, never while anything speaks. One bad document never delays another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from gateway.intake import Acceptance, Accepted, Backlogged, Rejected, Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.lanes import Lanes, Waiting
from gateway.model.alert import Alert, Arrival
from gateway.model.record import CANARY, Entry, LedgerFailed
from gateway.pipeline.judging import Court
from gateway.pipeline.unkept import AGAIN_S, Unkept
from gateway.receipts import bodies as receipts
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.runtime.logs import about
from gateway.runtime.pulse import Pulse
from gateway.store.sqlite.ledger import Ledger

log = logging.getLogger(__name__)

T = TypeVar("T")

HANG_S = 1.0
"""What is grave waits so long for a disk that hangs, then it sounds from memory; it is acknowledged when the disk has it. Our choice: an SD
card that tidies itself up may take seconds."""

TOGETHER = 16
"""So many arrivals that wait are judged before the first of them is committed. Our choice: some ten milliseconds' worth."""

PAGE = 500
"""Arrivals looked at together after a start: what an earlier run left is not all held in memory. Our choice."""


class Pipeline:
    """`decided` is called when something was decided that may be held, `owed` when the ledger owes receipts."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        court: Court,
        unkept: Unkept,
        events: Events,
        decided: Callable[[], None],
        owed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._court = court
        self._unkept = unkept
        self._events = events
        self._decided = decided
        self._owed = owed
        self._lanes = Lanes(self._fetch)
        self._replayed: set[int] = set()
        self.pulse = Pulse(lambda: len(self._lanes) > 0)

    @property
    def waiting(self) -> int:
        """Arrivals that are safe and not judged yet."""
        return len(self._lanes)

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
            alerts = self._court.understand(arrival)
        except Unreadable as unreadable:
            if new:
                await self._quarantine(number, arrival, unreadable)
            return Rejected(number, unreadable.why, unreadable.element, unreadable.line)
        keys = tuple(alert.key for alert in alerts)
        known = self._ledger.known([key.digest for key in keys], arrival.source, number)
        if new:
            self._wait(number, arrival, alerts, urgent)
        return Accepted(number, keys, not new or all(key.digest in known for key in keys))

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
        """Judge what arrives, also what was acknowledged before the last stop."""
        self._lanes.clear()
        self._replayed.clear()
        self.replay()
        while True:
            try:
                with self.pulse.resting():
                    first = await self._lanes.first()
                await self._enter(first)
            except LedgerFailed as error:
                log.error("what waits to be judged cannot be fetched: %s", error)
                await asyncio.sleep(AGAIN_S)

    def replay(self) -> None:
        """What an earlier run left in the ledger waits for its turn."""
        last = 0
        while page := self._ledger.unjudged(last, PAGE):
            for number, arrival in page:
                self._replayed.add(number)
                self._lanes.put(number, arrival, None, looks_grave(arrival.raw))
            last = page[-1][0]
        self._decided()

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
            alerts = one.alerts or self._court.understand(arrival)
        except Unreadable as unreadable:
            return self._reject(one, arrival, unreadable), []
        entries: list[Entry] = []
        for alert in alerts:
            judgement = self._court.decide(alert, arrival, [*before, *entries])
            judgement = self._unkept.as_it_sounds(alert.key.digest, judgement)
            entries.append(self._court.entry(alert, arrival, judgement))
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
        self._decided()
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
            alerts = self._court.understand(arrival)
            known = self._ledger.known([alert.key.digest for alert in alerts], arrival.source)
        except Unreadable:
            return
        except LedgerFailed as error:
            log.error("the ledger cannot be read either: %s", error)
        for alert in alerts:
            if alert.key.digest not in self._unkept and alert.key.digest not in known:
                judgement = self._court.decide(alert, arrival, self._unkept.entries())
                self._unkept.air(self._court.entry(alert, arrival, judgement))

    async def _quarantine(self, number: int, arrival: Arrival, unreadable: Unreadable) -> None:
        event = receipts.rejected(arrival, number, unreadable.why, unreadable.element, unreadable.line)
        log.warning("arrival %d from %s is unreadable: %s", number, arrival.source, unreadable.why)
        await self._ledger.quarantine(number, arrival.source, unreadable.why, receipts.body(event))
        self._events.publish(event)
        self._owed()
