"""A warning's journey to the ledger: bytes kept → parsed → judged → planned → in the ledger → handed over.

A source is answered as soon as its bytes are on disk. A document that is bad delays no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gateway.intake import Acceptance, Accepted, Backlogged, Differing, Rejected, Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.lanes import Waiting
from gateway.intake.readers.members import losing, unread
from gateway.judge.conflict import changes
from gateway.judge.lineage import changed, conflicts, content
from gateway.model.alert import Alert, Arrival
from gateway.model.record import CANARY, Entry, LedgerFailed
from gateway.pipeline import Ledger
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.handover import Handover
from gateway.pipeline.judging import Judging, differs
from gateway.pipeline.outage import Outage
from gateway.pipeline.pending import AGAIN_S
from gateway.pipeline.quarantine import Quarantining
from gateway.receipts import bodies as receipts
from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

SECOND = timedelta(seconds=1)

Write = Coroutine[Any, Any, None]

TOGETHER = 16
"""So many arrivals are judged before the first is committed. Our choice: some ten milliseconds' worth."""


class Pipeline:
    """Supervise `run`. `wake_held` is called after decisions, `receipts_owed` when a source sends again."""

    def __init__(
        self,
        ledger: Ledger,
        judging: Judging,
        handover: Handover,
        backlog: Backlog,
        quarantine: Quarantining,
        outage: Outage,
        wake_held: Callable[[], None],
        receipts_owed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._judging = judging
        self._handover = handover
        self._backlog = backlog
        self._quarantine = quarantine
        self._outage = outage
        self._wake_held = wake_held
        self._receipts_owed = receipts_owed
        self.pulse = Pulse(lambda: len(backlog) > 0)

    async def keep(self, arrival: Arrival, urgent: bool = False) -> None:
        """Commit the bytes, urgent ones first. Raises LedgerFailed, Backlogged: then nothing is kept."""
        urgent = urgent or looks_grave(arrival)
        number, new = await self._commit(arrival, urgent)
        if new:
            self._backlog.put(number, arrival, None, urgent)

    async def accept(self, arrival: Arrival) -> Acceptance:
        """Keep the bytes, and answer whether they can be parsed."""
        urgent = looks_grave(arrival)
        number, new = await self._commit(arrival, urgent)
        try:
            alerts = self._judging.parse(arrival)
        except Unreadable as unreadable:
            if new:
                await self._quarantine.put(number, arrival, unreadable)
            members = tuple(
                Rejected(number, one.unreadable.why, one.unreadable.element, one.unreadable.line, one.member)
                for one in unread(arrival)
            )
            place = (unreadable.element, unreadable.line)
            return Rejected(number, unreadable.why, *place, members=members)
        known = self._known(alerts, arrival.source, number)
        if known:
            alerts = tuple(
                self._stamped(alert, arrival.source) if alert.key.digest in known else alert
                for alert in alerts
            )
            known = self._known(alerts, arrival.source, number)
        keys = tuple(alert.key for alert in alerts)
        differing = tuple(self._differing(alerts, arrival.source, known)) if new else ()
        if new:
            self._backlog.put(number, arrival, alerts, urgent)
        strays = await self._quarantine.put_members(number, arrival) if losing(alerts) else ()
        duplicate = not new or all(key.digest in known for key in keys)
        return Accepted(number, keys, duplicate, strays, differing)

    def _stamped(self, alert: Alert, source: str) -> Alert:
        """An alert of a known identity; with a later time where it brings the text of the one that we have.
        Most come again as they were: that is asked first, it costs less."""
        held = self._ledger.document(alert.key.digest, source)
        if held is None or content(held.alert) == content(alert):
            return alert
        return self._judging.stamped(alert, source)

    def _known(self, alerts: Sequence[Alert], source: str, number: int) -> set[str]:
        """The keys of the alerts that came from this source before this arrival."""
        return self._ledger.known([alert.key.digest for alert in alerts], source, number)

    def _differing(self, alerts: Sequence[Alert], source: str, known: set[str]) -> Iterator[Differing]:
        """Those of the alerts whose identity is known from this source with other content."""
        for alert in alerts:
            held = self._ledger.document(alert.key.digest, source) if alert.key.digest in known else None
            if held and held.verdict.name != "quarantine" and conflicts(held.alert, alert):
                shown = [vars(change) for change in changes(held.alert, alert)]
                yield Differing(alert.key, changed(held.alert, alert, source).why, tuple(shown))

    async def _commit(self, arrival: Arrival, urgent: bool) -> tuple[int, bool]:
        """The arrival's number, and whether its bytes are new."""
        if self._backlog.full and not urgent:
            raise Backlogged(f"{len(self._backlog)} documents wait to be judged")
        with self._outage.arriving(arrival, urgent):
            number, new = await self._ledger.arrive(arrival, urgent)
        if not new:
            self._receipts_owed()  # a source that sends it again has not had our receipt
        return number, new

    async def run(self) -> None:
        """Judge arrivals, also those that an earlier run has kept; until cancelled."""
        self._backlog.restart()
        self._wake_held()
        while True:
            try:
                with self.pulse.resting():
                    first = await self._backlog.first()
                await self._judge_together(first)
            except LedgerFailed as error:
                log.error("what waits to be judged cannot be fetched: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def _judge_together(self, first: Waiting) -> None:
        """Judge the next arrivals of a lane, commit them together, and stop when a more urgent one waits."""
        recent: list[Entry] = []
        writes: list[Write] = []
        waiting: Waiting | None = first
        try:
            while waiting:
                judged = await self._judge(waiting, recent)
                if judged is None:
                    return
                write, entries = judged
                writes.append(write)
                recent += entries
                if self._backlog:
                    await asyncio.sleep(0)  # other tasks have their turn
                waiting = self._backlog.next(first.urgent) if len(writes) < TOGETHER else None
        finally:
            await asyncio.gather(*writes)

    async def _judge(self, waiting: Waiting, recent: Sequence[Entry]) -> tuple[Write, Sequence[Entry]] | None:
        """The decisions on an arrival's documents, and the write that puts them into the ledger.

        None if it gave way to an urgent arrival: it is judged after that.
        """
        arrival = waiting.arrival
        assert arrival
        try:
            alerts = waiting.alerts or self._judging.parse(arrival)
        except Unreadable as unreadable:
            return self._quarantine.put_waiting(waiting, arrival, unreadable), []
        waiting = replace(waiting, alerts=alerts)
        entries = await self._entries(waiting, arrival, alerts, recent)
        if entries is None:
            return None
        differing = {entry.alert.key.digest for entry in entries if differs(entry.judgement)}
        if differing and self._quarantine.released(waiting.number):
            alerts = tuple(
                self._newer(alert, arrival.source) if alert.key.digest in differing else alert
                for alert in alerts
            )
            entries = await self._entries(waiting, arrival, alerts, recent)
            if entries is None:
                return None
        return self._enter(replace(waiting, alerts=alerts), arrival, entries), entries

    async def _entries(
        self, waiting: Waiting, arrival: Arrival, alerts: Sequence[Alert], recent: Sequence[Entry]
    ) -> list[Entry] | None:
        """The documents of an arrival with their judgements; None if it gave way.

        Between two of them other tasks have their turn, and what they change holds for those that follow, as
        it does between two arrivals.
        """
        entries: list[Entry] = []
        for entry in self._judging.each(alerts, arrival, recent):
            entries.append(entry)
            if len(entries) < len(alerts):
                self.pulse.tick()
                await asyncio.sleep(0)
                if self._backlog.gives_way(waiting):
                    return None
        return entries

    def _newer(self, alert: Alert, source: str) -> Alert:
        """A document that a person let go although its identity is that of another: it is the newer one.

        It gets the next time, in steps of a second, that no document of its name has.
        """
        newer = replace(alert, sent=alert.sent + SECOND)
        while self._ledger.known([newer.key.digest], source):
            newer = replace(newer, sent=newer.sent + SECOND)
        return newer

    async def _enter(self, waiting: Waiting, arrival: Arrival, entries: Sequence[Entry]) -> None:
        """Write decisions with their receipts into the ledger, then hand them over to delivery."""
        verdicts = [(entry.alert, entry.judgement.verdict) for entry in entries]
        accepted = [receipts.accepted(alert, verdict, arrival, waiting.number) for alert, verdict in verdicts]
        owed = [(event.key, receipts.body(event)) for event in accepted if arrival.source != CANARY]
        try:
            with self._outage.entering(entries, waiting.urgent):
                if waiting.alerts and losing(waiting.alerts):
                    await self._quarantine.put_members(waiting.number, arrival)
                planned = await self._ledger.enter(waiting.number, entries, owed, waiting.urgent)
        except LedgerFailed as error:
            log.error("arrival %d is judged and waits for the disk: %s", waiting.number, error)
            self._backlog.put_off(waiting)
            return
        self._handover.give(entries, accepted, planned)
        self._wake_held()
