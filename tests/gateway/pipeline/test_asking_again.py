"""A held document is judged again when its time has come: the end of the quiet hours, or a right clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.intake.readers import parse
from gateway.judge.sense import senses
from gateway.model.alert import Arrival
from gateway.model.judgement import Policy
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.handover import Handover
from gateway.pipeline.held import CLOCK_S, Held
from gateway.pipeline.judging import Judging
from gateway.pipeline.outage import Outage
from gateway.pipeline.pending import Pending
from gateway.pipeline.pipeline import Pipeline
from gateway.pipeline.quarantine import Quarantining
from gateway.runtime.clock import LoopClock
from gateway.runtime.events import Events
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import CONFIG, ROSTER, SENDER, START, cap
from tests.support.inline import Inline
from tests.support.rules import judge

Virtual = Callable[[Any], Any]
UNSET = START.replace(year=1970)
EVENING = START.replace(hour=23, minute=0)


class Unset(LoopClock):
    """A board without a battery.

    It counts from 1970 until it is told the time, and nothing announces the change.
    """

    right: datetime | None = None

    def now(self) -> datetime:
        return super().now() + (self.right - UNSET if self.right else timedelta(0))

    @property
    def trusted(self) -> bool:
        return self.right is not None

    @trusted.setter
    def trusted(self, trusted: bool) -> None:
        raise AssertionError("this board learns the time, nobody vouches for it")


class Air:
    """The dispatcher's side: which plans it was given, when by the loop."""

    def __init__(self) -> None:
        self.taken: list[tuple[Plan, float]] = []

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None:
        self.taken.append((plan, asyncio.get_running_loop().time()))

    def name(self, plan_id: str, source: str) -> None: ...

    def end(self, plan_id: str, why: Why) -> None: ...

    def pause(self, document: str, warnings: Collection[str]) -> None: ...

    def wake(self) -> None: ...


async def begin(ledger: Ledger, clock: LoopClock) -> tuple[Pipeline, Air, asyncio.Task[None]]:
    air = Air()
    policies = {source.name: Policy(source.name, frozenset({SENDER})) for source in CONFIG.sources}
    pending, events = Pending(), Events()
    handover = Handover(air, pending, events, lambda: None)
    judging = Judging(
        ledger.past,
        clock,
        lambda one: parse(one.raw),
        judge,
        senses,
        policies,
        lambda _: ROSTER,
        lambda _: (),
        pending,
    )
    held = Held(ledger, clock, judging, handover)
    backlog = Backlog(ledger)
    quarantine = Quarantining(ledger, clock, backlog, events, lambda: None)
    outage = Outage(ledger, judging, pending, handover)
    pipeline = Pipeline(ledger, judging, handover, backlog, quarantine, outage, held.wake, lambda: None)

    async def both() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pipeline.run())
            tasks.create_task(held.run())

    return pipeline, air, asyncio.create_task(both())


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_with_an_unset_clock_a_red_sounds_and_a_yellow_waits_over_a_restart_until_it_is_right(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = Unset(UNSET)
        ledger = await Ledger.open(str(tmp_path / "ledger"), Inline())
        pipeline, air, task = await begin(ledger, clock)
        for name, level in (("R", "红"), ("Y", "黄")):
            await pipeline.accept(Arrival(cap(name, START, level=level), "county", "", clock.now()))
        await asyncio.sleep(3600)
        assert [plan.class_.name for plan, _ in air.taken] == ["RED"]
        (held,) = ledger.held()
        assert isinstance(held.verdict, Hold)
        assert held.verdict.why.reason is Reason.CLOCK_UNTRUSTED
        await end(task)
        pipeline, air, task = await begin(ledger, clock)
        await asyncio.sleep(60)
        assert air.taken == []
        clock.right = START - timedelta(minutes=59)
        told = asyncio.get_running_loop().time()
        await asyncio.sleep(300)
        ((plan, at),) = air.taken
        assert plan.class_.name == "YELLOW"
        assert 120 <= at - told <= 120 + CLOCK_S + 1, "its veto window opened when the clock was right"
        await end(task)
        await ledger.close()

    virtual(story())


def test_a_warning_that_is_stale_when_the_clock_is_right_never_sounds(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = Unset(UNSET)
        ledger = await Ledger.open(str(tmp_path / "ledger"), Inline())
        pipeline, air, task = await begin(ledger, clock)
        await pipeline.accept(Arrival(cap("Y", START, level="黄", minutes=30), "county", "", clock.now()))
        await asyncio.sleep(10)
        clock.right = START + timedelta(hours=1)
        await asyncio.sleep(3600)
        assert air.taken == []
        assert ledger.held() == []
        await end(task)
        await ledger.close()

    virtual(story())


def test_a_warning_held_at_night_sounds_when_the_night_is_over_also_after_a_restart(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = LoopClock(EVENING)
        ledger = await Ledger.open(str(tmp_path / "ledger"), Inline())
        pipeline, air, task = await begin(ledger, clock)
        gale = cap("G", EVENING, code="11B06", level="橙", minutes=900)
        await pipeline.accept(Arrival(gale, "county", "", clock.now()))
        await asyncio.sleep(3600)
        await end(task)
        pipeline, later, task = await begin(ledger, clock)
        await asyncio.sleep(8 * 3600)
        assert air.taken == []
        ((plan, _),) = later.taken
        assert plan.start == (EVENING + timedelta(days=1)).replace(hour=6, minute=30)
        again = cap("H", clock.now(), code="11B06", level="橙", minutes=900).replace(
            b"H\xe5\x8f\xb7", b"G\xe5\x8f\xb7"
        )
        await pipeline.accept(Arrival(again, "county", "", clock.now()))
        await asyncio.sleep(60)
        assert len(later.taken) == 1, "it sounded an hour ago, whenever it had come"
        await end(task)
        await ledger.close()

    virtual(story())
