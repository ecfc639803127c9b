"""The clock is set while the daemon's parts live: each waiting part is woken, and the office is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from gateway.monitoring.alarms import Alarms
from gateway.monitoring.clock import LOOK_S, ClockMonitor
from gateway.runtime.clock import CHINA, LoopClock
from gateway.runtime.events import Events
from tests.support.county import cap, day
from tests.support.world import World

Virtual = Callable[[Any], Any]


def test_jumps_wake_and_are_shown_for_an_hour_and_a_clock_put_right_is_no_alarm(virtual: Virtual) -> None:
    woken: list[float] = []

    async def story() -> None:
        clock = LoopClock(datetime(2026, 12, 1, tzinfo=CHINA))
        alarms = Alarms(clock, Events())

        def up() -> list[str]:
            return [alarm.name for alarm in alarms.up()]

        monitor = ClockMonitor(clock, alarms, lambda: woken.append(1.0))
        keeping = asyncio.create_task(monitor.run())
        await asyncio.sleep(5)
        clock.jump(-600)
        await asyncio.sleep(1.5)
        assert len(woken) == 1
        assert up() == ["clock jump"]
        assert alarms.up()[0].why.fields["seconds"] == "-600"
        await asyncio.sleep(3600)
        assert up() == []
        clock.trusted = False
        await asyncio.sleep(LOOK_S + 1)
        assert up() == ["clock"]
        clock.jump(86400)
        clock.trusted = True
        await asyncio.sleep(1.5)
        assert up() == []
        assert len(woken) == 2
        clock.jump(-86400)
        await asyncio.sleep(1.5)
        assert up() == ["clock jump", "clock parted"]
        parted = alarms.up()[1]
        assert parted.rings
        assert parted.why.fields["seconds"] == "-86400"
        clock.jump(86400)
        await asyncio.sleep(1.5)
        assert up() == ["clock jump"]
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

    virtual(story())


def test_a_held_warning_is_asked_again_when_the_clock_leaps_past_its_hour(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, day(6, 20))
        await world.start()
        await world.send(cap("A1", day(6, 20), level="橙", code="11B06"))
        await asyncio.sleep(5)
        assert not world.heard("a", "A1")
        world.clock.jump(timedelta(minutes=10).total_seconds())
        await asyncio.sleep(30)
        assert world.heard("a", "A1")
        await world.end()

    virtual(story())
