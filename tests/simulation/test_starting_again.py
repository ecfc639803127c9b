"""A daemon starts on a disk that refuses writes, or with plans that were ended when it died."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import apsw
import pytest

from gateway.model.delivery import Outcome
from gateway.model.record import LedgerFailed
from tests.support.county import ROSTER, START, TOGETHER, cap, reference
from tests.support.world import World

Virtual = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.mark.parametrize(
    ("ailment", "before"),
    [(apsw.FullError, False), (apsw.ReadOnlyError, False), (apsw.IOError, True), (apsw.ReadOnlyError, True)],
)
def test_a_daemon_starts_on_a_disk_that_takes_nothing_and_a_red_sounds(
    virtual: Virtual, ailment: type[apsw.Error], before: bool
) -> None:
    async def story() -> None:
        world = World(1)
        if before:
            await world.start()
            await world.rest(1)
            world.ail(ailment)
            world.crash()
            await world.rest(3)
        else:
            world.ail(ailment)
            await world.start()
        await world.rest(1)
        assert world.daemon
        assert world.ledger.trouble or before
        with pytest.raises(LedgerFailed):
            await world.send(cap("A1", START))
        await world.rest(20)
        assert world.ledger.trouble
        assert "disk" in {alarm.name for alarm in world.desk.alarms.up()}
        assert all(world.heard(name, "A1") for name in TOGETHER)
        world.ail(None)
        await world.send(cap("A1", START), patient=True)
        await world.rest(5)
        assert world.ledger.trouble is None
        assert world.ledger.numbered(ROSTER).version == 1
        await world.rest(120)
        assert [len(world.said(name)) for name in ("f1", "f2")] == [1, 1]
        await world.rest(3600)
        assert not world.ledger.live()
        assert [len(world.said(name)) for name in ("f1", "f2")] == [3, 3]
        await world.end()

    virtual(story())


def test_a_plan_that_a_cancel_ended_just_before_a_crash_is_settled_and_told(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("A1", START))
        await world.rest(8)
        [plan] = world.ledger.live()
        cancel = cap(
            "A1C", world.wall(world.now), msg_type="Cancel", references=reference("A1", START), info=False
        )
        sending = asyncio.create_task(world.send(cancel))
        while not world.ledger.unsettled():
            await asyncio.sleep(0)
        world.crash()
        await sending
        await world.rest(30)
        row = world.ledger.plan(plan)
        assert row
        assert row.ended
        assert len(row.bursts) == len(TOGETHER) * len(row.plan.schedule.bursts)
        assert all(burst.outcome for burst in row.bursts)
        assert sum(burst.outcome is Outcome.CANCELLED for burst in row.bursts) >= len(TOGETHER) * 2
        assert not world.ledger.unsettled()
        assert all(sound.ended for name in TOGETHER for sound in world.said(name))
        await world.end()

    virtual(story())


def test_a_warning_that_is_stopped_by_its_key_while_the_daemon_starts_is_silent_everywhere(
    virtual: Virtual,
) -> None:
    """The first bursts begin in the moment in which the stop looks who sounds."""

    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("A1", START))
        await world.rest(2)
        [plan] = world.ledger.live()
        (row,) = [world.ledger.plan(plan)]
        assert row
        world.crash()
        silenced = await world.ask(lambda desk: desk.air.stop(row.plan.alert, "王"))
        await world.rest(3)
        assert silenced
        assert not any(world.horns[name].playing for name in TOGETHER)
        await world.rest(60)
        after = world.ledger.plan(plan)
        assert after
        assert {burst.outcome for burst in after.bursts} <= {Outcome.CANCELLED, Outcome.PLAYED}
        assert not any(world.horns[name].playing for name in TOGETHER)
        await world.end()

    virtual(story())


def test_a_ledger_of_before_that_cannot_even_be_opened_goes_on_when_it_can(virtual: Virtual) -> None:
    """The daemon then takes up arrivals that were not judged and plans with bursts to come."""

    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("A1", START))
        await world.rest(60)
        world.disk.barred = True
        world.crash()
        await world.rest(30)
        assert world.daemon
        assert world.ledger.trouble
        assert not world.ledger.live()
        world.disk.barred = False
        await world.rest(10)
        assert world.ledger.trouble is None
        assert len(world.ledger.live()) == 1
        await world.rest(3600)
        assert [len(world.said(name)) for name in TOGETHER if name != "a"] == [3, 3, 3, 3]
        await world.end()

    virtual(story())
