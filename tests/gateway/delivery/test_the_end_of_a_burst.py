"""Every order carries the end of its warning to its driver: what would begin later does not begin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drivers import Units, Utterance
from gateway.delivery.live import Live
from gateway.model.delivery import Outcome
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, ToneName
from gateway.runtime.clock import LoopClock
from tests.support.county import LINES, ROSTER, START, TOGETHER, cap
from tests.support.orders import Tapped
from tests.support.world import World

Virtual = Callable[[Any], Any]
MINUTES = 30.0


def plan(minutes: float | None) -> Plan:
    until = None if minutes is None else START + timedelta(minutes=minutes)
    script = Script(ToneName.RED, ("暴雨红色预警。",), "warning-red")
    schedule = Schedule(2, (0.0, 600.0), until)
    return Plan("p", "k", Act.WARNING, Class.RED, (Part(("a",), script),), schedule, START, until, 1)


def test_the_end_of_a_plan_in_the_loops_time_is_the_earlier_of_two_clocks(virtual: Virtual) -> None:
    async def story() -> None:
        clock, loop = LoopClock(START), asyncio.get_running_loop()
        end = loop.time() + 60 * MINUTES
        live = Live(plan(MINUTES), "county", ROSTER, clock)
        assert live.not_after == pytest.approx(end)
        await asyncio.sleep(100)
        assert live.not_after == pytest.approx(end), "it stays where it is while time passes"
        clock.jump(600)
        assert live.not_after == pytest.approx(end - 600), "a clock put forward ends it sooner"
        clock.jump(-1200)
        assert live.not_after == pytest.approx(end), "a clock put back prolongs nothing"
        clock.trusted = False
        clock.jump(86400 * 365)
        assert live.not_after == pytest.approx(end), "a clock that nobody set ends nothing"
        assert Live(plan(None), "county", ROSTER, clock).not_after is None

    virtual(story())


@pytest.mark.parametrize("restart", [False, True])
def test_every_order_on_every_line_carries_the_end_of_its_warning(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch, restart: bool
) -> None:
    ends: dict[int, list[float | None]] = {}
    real = Tapped.play

    async def play(self: Tapped, units: Units, utterance: Utterance) -> None:
        ends.setdefault(id(self._driver), []).append(utterance.not_after)
        await real(self, units, utterance)

    monkeypatch.setattr(Tapped, "play", play)

    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("R1", START, minutes=MINUTES))
        await world.rest(100)
        if restart:
            world.crash()
        await world.rest(600)
        assert len(ends) == (len(LINES) - 1) * (1 + restart), "one township, its lines, each life's drivers"
        for sent in ends.values():
            assert sent == pytest.approx([world.began + 60 * MINUTES] * len(sent), abs=0.01)
        await world.end()

    virtual(story())


def test_an_order_that_is_late_on_its_way_does_not_begin_after_the_end(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last question and the line stands the voice, the queue of the line, a hold of the disk."""
    real = Tapped.play

    async def play(self: Tapped, units: Units, utterance: Utterance) -> None:
        await asyncio.sleep(90)
        await real(self, units, utterance)

    monkeypatch.setattr(Tapped, "play", play)

    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("R1", START, minutes=1))
        await world.rest(200)
        assert not any(world.said(name) for name in TOGETHER)
        (row,) = world.ledger.plans(world.ledger.documents()[0].key)
        first = {burst.outcome for burst in row.bursts if burst.number == 0}
        assert first == {Outcome.EXPIRED}
        await world.end()

    virtual(story())
