"""Planted bugs of durability and of what still holds.

They show whether the simulation finds them. They are patches of the tests, never switches in the product. The
others are in bugs_of_delivery, bugs_of_ends, bugs_of_restarts and bugs_of_stopping.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from gateway.delivery.dispatcher import Dispatcher
from gateway.delivery.live import Live
from gateway.delivery.programme import Programme
from gateway.intake import Acceptance, Accepted
from gateway.judge import endings, lineage
from gateway.model.alert import Arrival
from gateway.model.delivery import Burst
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed, Receipt
from gateway.model.verdict import Air, Hold
from gateway.pipeline.handover import Handover
from gateway.pipeline.pipeline import Pipeline
from gateway.receipts.outbox import Outbox
from gateway.store.sqlite.ledger import Ledger
from gateway.store.sqlite.writer import Writer
from tests.simulation import (
    bugs_of_delivery,  # noqa: F401 - enters its own in the list
    bugs_of_ends,  # noqa: F401 - enters its own in the list
    bugs_of_restarts,  # noqa: F401 - enters its own in the list
    bugs_of_stopping,  # noqa: F401 - enters its own in the list
)
from tests.simulation.planting import ALL, Patch, breaks, named, taken_up

__all__ = ["ALL", "named"]


# --- durability ---------------------------------------------------------------------------------------------


@breaks("every_key_ends")
def acknowledge_before_commit(patch: Patch) -> None:
    """The writer answers at once and commits twenty milliseconds later."""

    async def run(self: Writer) -> None:
        while True:
            if not (self._urgent or self._waiting):
                await self._wait()
            batch = self._batch()
            self.connection.execute("BEGIN")
            self._transactions._chained.begin()
            for work, future, *_ in batch:
                result = self._transactions._alone(work)
                if not future.done():
                    future.set_result(result)
            if batch:
                self._transactions._chained.finish()
            try:
                await asyncio.sleep(0.02)
            finally:
                self.connection.execute("COMMIT")

    patch.setattr(Writer, "run", run)


@breaks("counters_only_rise")
def answer_before_the_sync(patch: Patch) -> None:
    """The whole group is answered when it is written, not when it is on the disk."""
    real = Ledger.__init__

    def open_(self: Ledger, reader: Any, writer: Writer, *rest: Any) -> None:
        writer.connection.pragma("synchronous", "off")
        real(self, reader, writer, *rest)

    patch.setattr(Ledger, "__init__", open_)


@breaks("every_key_ends")
def acknowledge_what_the_disk_refused(patch: Patch) -> None:
    """A warning that could not be kept is acknowledged all the same."""
    real = Pipeline.accept

    async def accept(self: Pipeline, arrival: Arrival) -> Acceptance:
        try:
            return await real(self, arrival)
        except LedgerFailed:
            return Accepted(0, tuple(alert.key for alert in self._judging.parse(arrival)), False)

    patch.setattr(Pipeline, "accept", accept)


@breaks("a_red_needs_no_disk")
def a_red_waits_for_the_disk(patch: Patch) -> None:
    """Nothing sounds that is not kept, not even a red."""
    patch.setattr(Handover, "give_pending", lambda self, entry: None)


@breaks("every_key_ends")
def forget_what_was_not_judged(patch: Patch) -> None:
    """An arrival that was acknowledged and not judged when the daemon died is not looked at again."""
    real = Pipeline.run

    async def run(self: Pipeline) -> None:
        with pytest.MonkeyPatch.context() as blind:
            blind.setattr(self._backlog, "_ledger", _Blind(self._ledger))
            started = asyncio.create_task(real(self))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await started

    patch.setattr(Pipeline, "run", run)


class _Blind:
    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    def unjudged(self, *_: object) -> list[Any]:
        return []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


@breaks("every_key_ends")
def forget_what_is_held_at_a_restart(patch: Patch) -> None:
    """A hold ends by a timer in memory only."""
    real = Ledger.held
    before: dict[int, set[str]] = {}

    def held(self: Ledger) -> list[Any]:
        found = real(self)
        old = before.setdefault(id(self), {one.key for one in found})
        return [one for one in found if one.key not in old]

    patch.setattr(Ledger, "held", held)


@breaks("receipts_match_plays")
def receipts_after_the_fact(patch: Patch) -> None:
    """The outcome is written at once, the receipt for it a moment later: a crash between them loses it."""
    real = Ledger.record

    async def record(
        self: Ledger,
        bursts: Sequence[Burst],
        receipts: Sequence[Any] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        await real(self, bursts, (), ends, plans)
        await asyncio.sleep(0.2)
        await real(self, (), receipts)

    patch.setattr(Ledger, "record", record)


@breaks("receipts_match_plays")
def receipts_told_before_they_are_sent(patch: Patch) -> None:
    """The outbox ticks a receipt off and then publishes it."""

    async def run(self: Outbox) -> None:
        while True:
            self._wake.clear()
            for receipt in self._ledger.owed():
                await self._ledger.told([receipt.id])
                await asyncio.sleep(0.01)
                await self._publish(receipt)
            await self._wake.wait()

    patch.setattr(Outbox, "run", run)


@breaks("receipts_match_plays")
def receipts_written_anew(patch: Patch) -> None:
    """A receipt's body is made when it is sent, not when the fact was kept.

    Sent again, it says something else.
    """
    real, numbers = Ledger.owed, count()

    def owed(self: Ledger, most: int = 100) -> list[Receipt]:
        return [
            replace(one, body=json.dumps({**json.loads(one.body), "told": next(numbers)}))
            for one in real(self, most)
        ]

    patch.setattr(Ledger, "owed", owed)


# --- what still holds ---------------------------------------------------------------------------------------


@breaks("nothing_stale")
def no_expiry_before_play(patch: Patch) -> None:
    """Delivery does not ask whether the warning still holds."""
    taken_up(
        patch,
        lambda plan, *_: replace(plan, not_after=None, schedule=replace(plan.schedule, until=None)),
    )


@breaks("nothing_after_its_end", "nobody_else_hears")
def forget_the_tombstone(patch: Patch) -> None:
    """A Cancel that came first leaves no mark."""
    patch.setattr(lineage, "cancelled_before", lambda *_: None)


@breaks("nothing_after_its_end")
def forget_what_was_cancelled(patch: Patch) -> None:
    """The dispatcher does not notice that a plan ended in the ledger."""

    patch.setattr(Dispatcher, "end", lambda self, plan_id, why: None)


@breaks("nothing_after_its_end")
def an_update_replaces_nothing(patch: Patch) -> None:
    """The warning that an Update names goes on beside it."""
    patch.setattr(endings, "replaced", lambda *_: [])


@breaks("nothing_after_its_end")
def a_stop_leaves_what_waits(patch: Patch) -> None:
    """Stop silences what sounds and lets the next bursts come."""
    real = Programme.cancel

    def cancel(self: Programme, live: Live, name: str, why: Why, now: Any) -> None:
        if why.reason is not Reason.STOPPED:
            real(self, live, name, why, now)

    patch.setattr(Programme, "cancel", cancel)


@breaks("nothing_without_a_yes", theme="asked")
def an_unknown_hour_asks_nobody(patch: Patch) -> None:
    """While the clock cannot be trusted what is grave sounds, whoever should be asked."""

    def uncertain(rule: Any, fields: Any, now: Any, held: Any = None, *, grave: bool) -> Air | Hold:
        return Air(Why(Reason.AIRED, fields)) if grave else Hold(Why(Reason.CLOCK_UNTRUSTED), now)

    patch.setattr("gateway.judge.warn.uncertain", uncertain)


@breaks("nothing_while_held")
def a_hold_forgotten_at_a_restart(patch: Patch) -> None:
    """Hold everything lives in memory only."""
    patch.setattr(Ledger, "held_until", lambda self: None)
