"""Planted bugs of who has the air, how often, where and when, and of what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from gateway.delivery import airtime
from gateway.delivery.playing import Playing
from gateway.delivery.programme import Programme
from gateway.judge import admit, exercise, lineage, reissue, road, warn
from gateway.judge.rules import Rules
from gateway.model.delivery import Burst, Outcome
from gateway.model.plan import plan_id
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.pipeline.held import Held
from gateway.store.sqlite.ledger import Ledger
from tests.simulation.planting import Patch, breaks, taken_up

# --- who has the air, how often -----------------------------------------------------------------------------


@breaks("red_before_lower")
def the_lower_class_first(patch: Patch) -> None:
    """Of the turns that wait the last in rank goes first."""
    last = lambda turns: max(turns, key=lambda turn: turn.rank, default=None)  # noqa: E731
    patch.setattr("gateway.delivery.programme.first", last)


@breaks("red_before_lower")
def nothing_is_cut_off(patch: Patch) -> None:
    """A red waits until the programme is over."""
    patch.setattr("gateway.delivery.turns.cuts", lambda plan, sounding: False)


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
    """The ledger does not keep how often a burst was interrupted.

    A notice is said again after every crash.
    """
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
    taken_up(patch, lambda plan, clock, known: replace(plan, start=clock.now()) if known else plan)


@breaks("repeats_bounded")
def the_second_broker_is_heard_too(patch: Patch) -> None:
    """The same document over another road is a new one."""
    real = plan_id
    patch.setattr(lineage, "repeated", lambda *_: None)
    patch.setattr(lineage, "reissued", lambda *_: None)
    patch.setattr(reissue, "reissue", lambda *_: None)
    numbers = count()
    patch.setattr(warn, "plan_id", lambda alert, act, at: real(f"{alert}{next(numbers)}", act, at))


@breaks("one_warning_one_voice", "repeats_bounded", theme="sources")
def another_office_is_another_warning(patch: Patch) -> None:
    """The same warning over another road is said by a plan of its own."""
    patch.setattr(road, "kindred", lambda *_: [])
    patch.setattr(reissue, "reissue", lambda *_: None)
    patch.setattr(lineage, "reissued", lambda *_: None)


@breaks("no_end_by_who_is_not_believed", theme="sources")
def a_relay_may_end(patch: Patch) -> None:
    """Any sender that names a warning ends it."""
    patch.setattr(lineage, "heeds", lambda *_: True)


# --- what may sound, where and when -------------------------------------------------------------------------


@breaks("nights_are_quiet")
def no_quiet_hours(patch: Patch) -> None:
    """The relay table does not know the night."""
    patch.setattr(Rules, "quiet_span", lambda *_: None)


@breaks("nights_are_quiet")
def the_gate_stands_open(patch: Patch) -> None:
    """The guard is asked when a document is judged and not before a burst.

    A warning that an office adds at night sounds.
    """
    patch.setattr("gateway.app.delivery.may_sound", lambda *_, **__: None)


@breaks("no_test_is_live")
def an_exercise_on_air(patch: Patch) -> None:
    """Only the absence of a status holds a document back, and what is no drill is said as it stands."""
    patch.setattr(admit, "_status", lambda *_: None)
    patch.setattr(exercise, "exercise", warn.warn)


@breaks("nobody_else_hears")
def the_whole_county(patch: Patch) -> None:
    """Every speaker of the county is in the area."""
    patch.setattr(Roster, "inside", lambda self, regions: self.outdoors)


# --- what is told -------------------------------------------------------------------------------------------


@breaks("receipts_match_plays")
def sent_counts_as_played(patch: Patch) -> None:
    """A speaker that was sent the order counts as having played it."""
    real = Playing._order

    async def order(self: Playing, names: list[str], utterance: Any) -> None:
        await real(self, names, utterance)
        for name in names:
            if self._bursts[name].outcome is None:
                self._end(name, Outcome.PLAYED, Why(Reason.SPOKEN))

    patch.setattr(Playing, "_order", order)


@breaks("every_refusal_has_a_reason")
def an_outcome_without_a_reason(patch: Patch) -> None:
    """A cancelled burst does not say by whom."""
    real = Ledger.record

    async def record(self: Ledger, bursts: Sequence[Burst], *rest: Any) -> None:
        plain = [replace(one, why=None) if one.outcome is Outcome.CANCELLED else one for one in bursts]
        await real(self, plain, *rest)

    patch.setattr(Ledger, "record", record)


@breaks("every_key_ends")
def a_hold_after_a_hold_is_forgotten(patch: Patch) -> None:
    """A warning that leaves the night's hold for a veto window waits for ever.

    The first night of this simulation found it in the product.
    """

    async def run(self: Held) -> None:
        while True:
            self._changed.clear()
            pause: float | None = None
            for document in self._ledger.held():
                until = document.verdict.until  # type: ignore[union-attr]
                pause = (until - self._clock.now()).total_seconds()  # type: ignore[operator]
                if pause > 0:
                    break
                await self.release(document, document.verdict)  # type: ignore[arg-type]
                pause = None
            try:
                with self.pulse.resting():
                    async with asyncio.timeout(pause):
                        await self._changed.wait()
            except TimeoutError:
                pass

    patch.setattr(Held, "run", run)


@breaks("queues_bounded")
def every_sound_leaves_a_task(patch: Patch) -> None:
    """A task a burst that nobody ends."""
    real = Playing.run

    async def run(self: Playing) -> None:
        self._kept = asyncio.create_task(asyncio.Event().wait())  # type: ignore[attr-defined]
        await real(self)

    patch.setattr(Playing, "run", run)
