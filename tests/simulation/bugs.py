"""Bugs planted to see whether the simulation finds them. Patches of the tests, never switches in the product.

Each names the invariants that must find it: a bug found by another one would prove nothing about these.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from gateway.clock import Clock
from gateway.delivery import airtime
from gateway.delivery.dispatcher import Dispatcher
from gateway.delivery.live import Live
from gateway.delivery.playing import Playing
from gateway.delivery.programme import Programme
from gateway.delivery.receipts import Outbox
from gateway.judge import admit, lineage, verdict
from gateway.judge.relay import Rules
from gateway.model.delivery import Burst, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Receipt
from gateway.model.region import Region
from gateway.pipeline import Pipeline
from gateway.store.ledger import Ledger
from gateway.store.writer import Writer

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """`plant` breaks the product; one of `breaks` must notice."""

    plant: Callable[[Patch], None]
    breaks: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.plant.__name__


def named(name: str) -> Bug:
    return next(bug for bug in ALL if bug.name == name)


ALL: list[Bug] = []


def breaks(*invariants: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Enters a bug in the list."""

    def enter(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        ALL.append(Bug(plant, invariants))
        return plant

    return enter


# --- durability -------------------------------------------------------------------------------------------------------


@breaks("every_key_ends", "counters_only_rise")
def acknowledge_before_commit(patch: Patch) -> None:
    """The writer answers at once and commits twenty milliseconds later."""

    async def run(self: Writer) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch = list(self._waiting)
            self._waiting.clear()
            self._connection.execute("BEGIN")
            for work, future in batch:
                result = work(self._connection)
                if not future.done():
                    future.set_result(result)
            try:
                await asyncio.sleep(0.02)
            finally:
                self._connection.execute("COMMIT")

    patch.setattr(Writer, "run", run)


@breaks("counters_only_rise")
def answer_before_the_sync(patch: Patch) -> None:
    """The whole group is answered when it is written, not when it is on the disk."""
    real = Ledger.__init__

    def open_(self: Ledger, connection: Any, *rest: Any, **more: Any) -> None:
        connection.pragma("synchronous", "off")
        real(self, connection, *rest, **more)

    patch.setattr(Ledger, "__init__", open_)


@breaks("every_key_ends")
def forget_what_was_not_judged(patch: Patch) -> None:
    """What was acknowledged and not yet judged when the daemon died is not looked at again."""
    real = Pipeline.run

    async def run(self: Pipeline) -> None:
        with pytest.MonkeyPatch.context() as blind:
            blind.setattr(self, "_ledger", _Blind(self._ledger))
            started = asyncio.create_task(real(self))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await started

    patch.setattr(Pipeline, "run", run)


class _Blind:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def unjudged(self) -> list[Any]:
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
    ) -> None:
        await real(self, bursts, (), ends)
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
    """A receipt's body is made when it is sent, not when the fact was kept: sent again it says something else."""
    real, numbers = Ledger.owed, count()

    def owed(self: Ledger, most: int = 100) -> list[Receipt]:
        return [
            replace(one, body=json.dumps({**json.loads(one.body), "told": next(numbers)}))
            for one in real(self, most)
        ]

    patch.setattr(Ledger, "owed", owed)


# --- what still holds -------------------------------------------------------------------------------------------------


@breaks("nothing_stale")
def no_expiry_before_play(patch: Patch) -> None:
    """Delivery does not ask whether the warning still holds."""
    _taken_up(
        patch,
        lambda plan, *_: replace(plan, not_after=None, schedule=replace(plan.schedule, until=None)),
    )


def _taken_up(patch: Patch, change: Callable[[Plan, Clock, bool], Plan]) -> None:
    """Delivery takes plans up as `change` makes them: told the clock, and whether bursts of it were found in the ledger."""
    real = Live.__init__

    def init(
        self: Live, plan: Plan, source: str, roster: Any, clock: Clock, bursts: Sequence[Burst] = ()
    ) -> None:
        real(self, change(plan, clock, bool(bursts)), source, roster, clock, bursts)

    patch.setattr(Live, "__init__", init)


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
    """What an Update names goes on beside it."""
    patch.setattr(verdict, "_replaced", lambda *_: [])


@breaks("nothing_after_its_end")
def a_stop_leaves_what_waits(patch: Patch) -> None:
    """Stop silences what sounds and lets the next bursts come."""
    real = Programme.cancel

    def cancel(self: Programme, live: Live, name: str, why: Why, now: Any) -> None:
        if why.reason is not Reason.STOPPED:
            real(self, live, name, why, now)

    patch.setattr(Programme, "cancel", cancel)


@breaks("nothing_while_held")
def a_hold_forgotten_at_a_restart(patch: Patch) -> None:
    """Hold everything lives in memory only."""
    patch.setattr(Ledger, "held_until", lambda self: None)


# --- who has the air, how often ---------------------------------------------------------------------------------------


@breaks("red_before_lower")
def the_lower_class_first(patch: Patch) -> None:
    """Of the turns that wait the last in rank goes first."""
    last = lambda turns: max(turns, key=lambda turn: turn.rank, default=None)  # noqa: E731
    patch.setattr("gateway.delivery.programme.first", last)


@breaks("red_before_lower")
def nothing_is_cut_off(patch: Patch) -> None:
    """A red waits until the programme is over."""
    patch.setattr("gateway.delivery.dispatcher.cuts", lambda plan, sounding: False)


@breaks("what_was_cut_off_begins_again")
def what_was_cut_off_is_over(patch: Patch) -> None:
    """A burst that was pre-empted counts as ended."""
    real = Programme.taken_away

    def taken(self: Programme, burst: Burst, why: Why) -> None:
        live = self.live[burst.plan]
        ended = replace(burst, outcome=Outcome.PREEMPTED, why=why, ended=live.now())
        real(self, ended, why)
        self.sum_up(live)

    patch.setattr(Programme, "taken_away", taken)


@breaks("repeats_bounded")
def crashes_are_not_counted(patch: Patch) -> None:
    """The ledger does not keep how often a burst was interrupted: a notice is said again after every crash."""
    real = Ledger.record

    async def record(self: Ledger, bursts: Sequence[Burst], *rest: Any) -> None:
        await real(self, [replace(one, crashes=0) for one in bursts], *rest)

    patch.setattr(Ledger, "record", record)


@breaks("everybody_is_told", "every_key_ends")
def forget_what_was_not_finished(patch: Patch) -> None:
    """After a restart a burst that had begun counts as said."""
    real = airtime.due

    def due(plan: Any, bursts: Any, speaker: str, now: Any) -> Any:
        missed, waiting = real(plan, bursts, speaker, now)
        return missed, None if waiting and waiting.tries else waiting

    patch.setattr("gateway.delivery.live.due", due)


@breaks("repeats_bounded")
def a_new_token_for_every_order(patch: Patch) -> None:
    """A burst that is sent again bears another name, so that a speaker which remembers says it again."""
    real, numbers = Playing.__init__, count()

    def init(self: Playing, *args: Any, **more: Any) -> None:
        real(self, *args, **more)
        self.token = self.plan.token(self.number, next(numbers) % 12)

    patch.setattr(Playing, "__init__", init)


@breaks("the_schedule_holds")
def the_schedule_begins_anew(patch: Patch) -> None:
    """After a restart a plan counts its bursts from then."""
    _taken_up(patch, lambda plan, clock, known: replace(plan, start=clock.now()) if known else plan)


@breaks("repeats_bounded")
def the_second_broker_is_heard_too(patch: Patch) -> None:
    """The same document over another road is a new one."""
    real = verdict.plan_id
    patch.setattr(lineage, "duplicate", lambda *_: False)
    patch.setattr(verdict, "_same_before", lambda *_: None)
    numbers = count()
    patch.setattr(verdict, "plan_id", lambda alert, act, at: real(f"{alert}{next(numbers)}", act, at))


# --- what may sound, where and when -----------------------------------------------------------------------------------


@breaks("nights_are_quiet")
def no_quiet_hours(patch: Patch) -> None:
    """The relay table does not know the night."""
    patch.setattr(Rules, "quiet_until", lambda *_: None)


@breaks("no_test_is_live")
def an_exercise_on_air(patch: Patch) -> None:
    """Only the absence of a status holds a document back."""
    patch.setattr(admit, "_status", lambda *_: None)


@breaks("nobody_else_hears")
def the_whole_county(patch: Patch) -> None:
    """A region is compared by its county."""
    patch.setattr(Region, "covers", lambda self, other: self.code[:6] == other.code[:6])


# --- what is told -----------------------------------------------------------------------------------------------------


@breaks("receipts_match_plays")
def sent_counts_as_played(patch: Patch) -> None:
    """Whoever was sent the order counts as having played it."""
    real = Playing._order

    async def order(self: Playing, names: list[str], utterance: Any) -> None:
        await real(self, names, utterance)
        for name in names:
            if self._bursts[name].outcome is None:
                self._end(name, Outcome.PLAYED, Why(Reason.SPOKEN))

    patch.setattr(Playing, "_order", order)


@breaks("every_refusal_has_a_reason")
def an_outcome_without_a_reason(patch: Patch) -> None:
    """What is cancelled does not say by whom."""
    real = Ledger.record

    async def record(self: Ledger, bursts: Sequence[Burst], *rest: Any) -> None:
        plain = [replace(one, why=None) if one.outcome is Outcome.CANCELLED else one for one in bursts]
        await real(self, plain, *rest)

    patch.setattr(Ledger, "record", record)


@breaks("every_key_ends")
def a_hold_after_a_hold_is_forgotten(patch: Patch) -> None:
    """What leaves the night's hold for a veto window waits for ever: found by the first night of this simulation, in the product."""

    async def ask(self: Pipeline) -> None:
        while True:
            self._held_changed.clear()
            pause: float | None = None
            for document in self._ledger.held():
                pause = (document.verdict.until - self._clock.now()).total_seconds()  # type: ignore[union-attr, operator]
                if pause > 0:
                    break
                await self._release(document, document.verdict)  # type: ignore[arg-type]
                pause = None
            try:
                async with asyncio.timeout(pause):
                    await self._held_changed.wait()
            except TimeoutError:
                pass

    patch.setattr(Pipeline, "_ask_held_again", ask)


@breaks("queues_bounded")
def every_sound_leaves_a_task(patch: Patch) -> None:
    """A task a burst that nobody ends."""
    real = Playing.run

    async def run(self: Playing) -> None:
        self._kept = asyncio.create_task(asyncio.Event().wait())  # type: ignore[attr-defined]
        await real(self)

    patch.setattr(Playing, "run", run)
