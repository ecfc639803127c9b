"""A clock that somebody vouches for leaps by a day: no live red is lost, and none that has ended sounds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.reason import Reason
from tests.support.county import START, TOGETHER, cap, reference
from tests.support.world import World

Virtual = Callable[[Coroutine[Any, Any, Any]], Any]
DAY_S = 86400.0
LEAPS = [(DAY_S, False), (DAY_S, True), (-DAY_S, True)]
"""By how much, and whether the daemon dies just before."""


@pytest.mark.parametrize(("leap", "restart"), LEAPS)
def test_a_live_red_sounds_all_its_bursts(virtual: Virtual, leap: float, restart: bool) -> None:
    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("R1", START))
        await world.rest(200)
        if restart:
            world.crash()
        world.clock.jump(leap)
        await world.rest(60)
        assert not world.clock.trusted
        assert "clock parted" in {alarm.name for alarm in world.desk.alarms.up()}
        await world.rest(2000)
        for name in TOGETHER:
            starts = [sound.began - world.said(name)[0].began for sound in world.said(name)]
            assert starts == pytest.approx([0, 600, 1800], abs=5), f"each at its time, at {name}"
        await world.end()

    virtual(story())


@pytest.mark.parametrize(("leap", "restart"), LEAPS)
def test_what_has_ended_does_not_sound_again(virtual: Virtual, leap: float, restart: bool) -> None:
    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        brief = cap("E1", START, minutes=5)
        await world.send(brief)
        await world.send(cap("C1", START))
        await world.rest(200)
        end = cap("C2", START + timedelta(seconds=200), msg_type="Cancel", references=reference("C1", START))
        await world.send(end)
        await world.rest(200)
        said = [len(world.said(name)) for name in TOGETHER]
        if restart:
            world.crash()
        world.clock.jump(leap)
        await world.rest(20)
        await world.send(brief)
        await world.send(cap("E2", START - timedelta(days=2), minutes=300))
        await world.rest(700)
        assert not world.heard("a", "E2")
        lifts = 1
        assert [len(world.said(name)) - before for name, before in zip(TOGETHER, said, strict=True)] <= [
            lifts
        ] * 5
        assert not world.ledger.live()
        await world.end()

    virtual(story())


@pytest.mark.parametrize("leap", [DAY_S, -DAY_S])
def test_a_new_red_sounds_and_a_yellow_waits_until_the_clock_is_put_right(
    virtual: Virtual, leap: float
) -> None:
    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        world.clock.jump(leap)
        await world.rest(20)
        await world.send(cap("Y1", world.wall(world.now), level="黄"))
        await world.send(cap("R1", world.wall(world.now)))
        await world.rest(200)
        assert [len(world.said(name)) for name in TOGETHER] == [1] * len(TOGETHER)
        (held,) = world.ledger.held()
        assert held.verdict.why.reason is Reason.CLOCK_UNTRUSTED
        world.clock.jump(-leap)
        await world.rest(200)
        assert world.heard("a", "Y1")
        await world.end()

    virtual(story())
