"""Arrivals that cannot be parsed: their bytes stay, and their sender is told the reason.

A person can have them parsed and judged again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from gateway.intake import Rejected, Unreadable
from gateway.intake.glance import looks_grave
from gateway.intake.lanes import Waiting
from gateway.intake.readers.members import Lost, lost
from gateway.model.alert import Arrival
from gateway.model.record import LedgerFailed
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.judging import OF_OTHER_CONTENT
from gateway.receipts import bodies as receipts
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.store import contract

log = logging.getLogger(__name__)


class Quarantining:
    """Puts arrivals into quarantine and takes them out.

    `receipts_owed` is called after receipts were written.
    """

    def __init__(
        self,
        ledger: contract.Arrivals,
        clock: Clock,
        backlog: Backlog,
        events: Events,
        receipts_owed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._backlog = backlog
        self._events = events
        self._receipts_owed = receipts_owed
        self._putting: set[int] = set()
        """The arrivals whose quarantine is being written."""

    async def put(self, number: int, arrival: Arrival, unreadable: Unreadable) -> None:
        """Quarantine an arrival and owe its sender the reason. Raises LedgerFailed.

        Does nothing where it is being done: right after a start, the replay also finds what came just now.
        """
        if number in self._putting:
            return
        self._putting.add(number)
        try:
            await self._put(number, arrival, unreadable)
        finally:
            self._putting.remove(number)

    async def _put(self, number: int, arrival: Arrival, unreadable: Unreadable) -> None:
        event = receipts.rejected(arrival, number, unreadable.why, unreadable.element, unreadable.line)
        log.warning("arrival %d from %s is unreadable: %s", number, arrival.source, unreadable.why)
        await self._ledger.quarantine(number, arrival.source, unreadable.why, receipts.body(event))
        self._events.publish(event)
        self._receipts_owed()

    async def put_members(self, number: int, arrival: Arrival) -> tuple[Rejected, ...]:
        """Quarantine each member of a document that cannot be read, under a number of its own.

        All at once, so that the ledger commits them together: nothing else is judged until they are written.
        A second time it changes nothing. Raises LedgerFailed.
        """
        try:
            members = lost(arrival)
        except Exception:  # a fault of ours in one member stops no other document
            log.exception("the members of arrival %d cannot be told apart", number)
            return ()
        puts = [self._put_member(number, arrival, member) for member in members]
        return tuple(await asyncio.gather(*puts))

    async def _put_member(self, number: int, arrival: Arrival, member: Lost) -> Rejected:
        alone, unreadable = replace(arrival, raw=member.raw, charset="", reply=None), member.unreadable
        own, new = await self._ledger.arrive(alone, looks_grave(alone))
        why, place = unreadable.why, (unreadable.element, unreadable.line)
        event = receipts.rejected(arrival, number, why, *place, member.member, own)
        await self._ledger.quarantine(own, arrival.source, why, receipts.body(event))
        if new:
            log.warning("member %d of arrival %d is unreadable: %s", member.member, number, why)
            self._events.publish(event)
        self._receipts_owed()
        return Rejected(own, why, *place, member.member)

    async def put_waiting(self, waiting: Waiting, arrival: Arrival, unreadable: Unreadable) -> None:
        """The same for an arrival whose turn has come. If the disk refuses, it waits for another turn."""
        try:
            if waiting.number in self._putting:
                self._backlog.put_off(waiting)  # should that write fail, it is done at the next turn
                return
            row = self._ledger.arrival(waiting.number)
            if row is None or row[1] == "new":
                await self.put(waiting.number, arrival, unreadable)
        except LedgerFailed as error:
            log.error("arrival %d is unreadable, which waits for the disk: %s", waiting.number, error)
            self._backlog.put_off(waiting)

    async def release(self, number: int, person: str) -> bool:
        """Parse and judge an arrival again, by this person's order. Returns whether it was in quarantine."""
        # The reason stays beside the arrival: `released` reads it, also after a restart.
        arrival = await self._ledger.unquarantine(number, person, self._clock.now())
        if arrival:
            self._backlog.put(number, arrival, None, looks_grave(arrival))
        return arrival is not None

    def released(self, number: int) -> bool:
        """Whether a person let go an arrival that was in quarantine for the identity of one that we hold.

        What it says now holds. Raises LedgerFailed.
        """
        row = self._ledger.arrival(number)
        return (
            row is not None and row[1] == "new" and row[2] is not None and row[2].reason in OF_OTHER_CONTENT
        )
