"""Several at one line: a later play overtakes, a cancelled one leaves the line usable, questions wait."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from drivers import Fault
from drivers.errors import CutShort, DriverError
from firmware_sim.speaker import Heard
from tests.support.drivers.bench import Bench, OnLine, now

MOMENTS_S = (0.0, 0.003, 0.01, 0.02, 0.04, 0.08, 0.2, 0.6, 1.5)
"""When something happens, in seconds after the play was asked for."""
SWEEP = 10
"""How often each unit is asked in a sweep of questions."""


@pytest.mark.parametrize("moment", MOMENTS_S)
def test_a_later_play_overtakes_whenever_it_comes(on_line: OnLine, moment: float) -> None:
    async def story(line: Bench) -> None:
        earlier = line.start(line.units, line.first)
        await asyncio.sleep(moment)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        for unit, end in zip(line.units, await earlier, strict=True):
            assert isinstance(end, Fault)
            assert isinstance(end.error, CutShort)
            assert end.error.fields["reason"] == "overtaken"
            assert line.whole(unit, line.second)
            later = line.heard(unit, line.second)[0].began
            assert all(heard.began <= later and not heard.whole for heard in last(line, unit))
        await asyncio.sleep(60)
        assert all(line.second.owns(line.speakers[unit].heard[-1]) for unit in line.units)

    on_line(story)


def last(line: Bench, unit: int) -> list[Heard]:
    """The last sound of the earlier burst; sentences before it came to their own end."""
    return line.heard(unit, line.first)[-1:]


def test_an_order_that_a_later_play_finds_unsent_never_goes_out(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        asking = await line.occupy()
        earlier = line.start(line.units, line.first)
        await asyncio.sleep(0)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(isinstance(end, Fault) for end in await earlier)
        await asking
        await asyncio.sleep(60)
        for unit in line.units:
            assert line.heard(unit, line.first) == []
            assert line.whole(unit, line.second)

    on_line(story)


def test_plays_to_different_units_sound_together(on_line: OnLine) -> None:
    """A line of one unit plays the two one after the other."""

    async def story(line: Bench) -> None:
        unit, other = line.units[0], line.units[-1]
        playing = line.start([unit], line.first)
        await (playing if other == unit else asyncio.sleep(1.5))
        assert await line.play([other], line.second) == [line.member.end]
        assert await playing == [line.member.end]
        assert line.whole(unit, line.first)
        assert line.whole(other, line.second)
        together = line.heard(other, line.second)[0].began < (line.heard(unit, line.first)[-1].ended or 0.0)
        assert together is (unit != other)

    on_line(story)


@pytest.mark.parametrize("moment", MOMENTS_S)
def test_a_play_that_is_cancelled_leaves_the_line_usable(on_line: OnLine, moment: float) -> None:
    async def story(line: Bench) -> None:
        token = line.token()
        playing = line.start(line.units, line.first, token)
        await asyncio.sleep(moment)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        said = len([report for report in line.reports if report.token == token])
        for unit in line.units:
            await line.driver.status(unit)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.second) for unit in line.units)
        assert len([report for report in line.reports if report.token == token]) == said

    on_line(story)


def test_a_play_that_is_cancelled_while_it_waits_for_the_line_is_never_heard(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        asking = await line.occupy()
        playing = line.start(line.units, line.first)
        await asyncio.sleep(0)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        await asking
        for unit in line.units:
            assert line.heard(unit, line.first) == []
            assert line.whole(unit, line.second)

    on_line(story)


def test_a_cancelled_play_sounds_on(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        playing = line.start(line.units, line.first)
        await asyncio.sleep(1.5)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await asyncio.sleep(0.3)
        assert line.sounding == line.units

    on_line(story)


def test_a_sweep_of_questions_costs_a_round_of_orders_one_exchange_at_most(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        async def starts() -> float:
            """From the call to play until the last unit sounds; its end is awaited."""
            began = now()
            await line.play(line.units, line.first)
            return max(line.heard(unit, line.first)[0].began for unit in line.units) - began

        async def ask(unit: int) -> float:
            began = now()
            with suppress(DriverError):
                await line.driver.status(unit)
            return now() - began

        exchange = max([await ask(unit) for unit in line.units])
        alone = await starts()
        for horn in line.speakers.values():
            horn.heard.clear()
        sweep = [asyncio.create_task(ask(unit)) for unit in line.units * SWEEP]
        await asyncio.sleep(0.001)
        beside = await starts()
        await asyncio.gather(*sweep)
        assert beside <= alone + exchange

    on_line(story)
