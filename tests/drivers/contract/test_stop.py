"""A stop goes before all that waits for the line, and nothing sounds after it."""

from __future__ import annotations

import asyncio

import pytest

from drivers import EVERYONE, Fault, Finished, Units
from tests.support.drivers.bench import Bench, OnLine, now

SILENT_S = 0.5
"""A stop is heard within this time on a line of a few units."""
MOMENTS_S = (0.0, 0.003, 0.01, 0.02, 0.04, 0.08, 0.2, 0.6)
"""When the stop is asked for, in seconds after the play."""


@pytest.mark.parametrize("everyone", [True, False])
def test_a_stop_silences_all_that_sounds_and_ends_the_play(on_line: OnLine, everyone: bool) -> None:
    async def story(line: Bench) -> None:
        units: Units = EVERYONE if everyone else line.units
        playing = line.start(units, line.first)
        await asyncio.sleep(1.5)
        assert line.sounding == line.units
        asked = now()
        await line.driver.stop(units)
        assert line.sounding == []
        for unit in line.units:
            ended = line.heard(unit, line.first)[-1].ended
            assert ended is not None
            assert ended - asked <= SILENT_S
        async with asyncio.timeout(SILENT_S):
            ends = await playing
        for end in ends:
            assert end == Finished(line.member.end.known)
        await line.driver.stop(units)
        assert line.lost() == []
        await nothing_follows(line)

    on_line(story)


@pytest.mark.parametrize("moment", MOMENTS_S)
def test_whenever_a_stop_comes_nothing_sounds_after_it(on_line: OnLine, moment: float) -> None:
    async def story(line: Bench) -> None:
        playing = line.start(line.units, line.first)
        await asyncio.sleep(moment)
        await asyncio.gather(line.driver.stop(line.units), line.driver.stop(line.units))
        assert line.sounding == []
        async with asyncio.timeout(SILENT_S):
            ends = await playing
        assert all(isinstance(end, Finished) for end in ends)
        await nothing_follows(line)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.second) for unit in line.units)

    on_line(story)


def test_a_stop_of_one_unit_leaves_the_others_alone(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        stopped, *others = line.units
        playing = line.start(line.units, line.first)
        await asyncio.sleep(1.5)
        await line.driver.stop([stopped])
        assert line.sounding == others
        end, *ends = await playing
        assert isinstance(end, Finished)
        assert not line.whole(stopped, line.first)
        assert ends == [line.member.end] * len(others)
        assert all(line.whole(unit, line.first) for unit in others)

    on_line(story)


def test_a_stop_overtakes_questions_that_wait_for_the_line(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        unit = line.units[0]
        playing = line.start([unit], line.first)
        await asyncio.sleep(1.5)
        asking = [asyncio.create_task(line.driver.status(line.units[-1])) for _ in range(30)]
        if unit != line.units[-1]:
            line.speakers[line.units[-1]].faults.dead = True
        await asyncio.sleep(0.001)
        asked = now()
        await line.driver.stop([unit])
        ended = line.heard(unit, line.first)[-1].ended
        assert ended is not None
        assert ended - asked <= line.member.time_out + SILENT_S / 5
        assert sum(task.done() for task in asking) <= 1
        await playing
        await asyncio.gather(*asking, return_exceptions=True)
        await nothing_follows(line)

    on_line(story)


def test_a_play_that_waits_for_the_line_is_never_heard_after_a_stop(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        asking = await line.occupy()
        playing = line.start(line.units, line.first)
        await asyncio.sleep(0)
        await line.driver.stop(line.units)
        ends = await playing
        assert all(isinstance(end, Finished) for end in ends)
        await asking
        await nothing_follows(line)
        assert all(line.heard(unit, line.first) == [] for unit in line.units)

    on_line(story)


def test_a_stop_that_nobody_confirms_is_a_fault_and_the_end_is_not_known(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        dead, *others = line.units
        playing = line.start(line.units, line.first)
        await asyncio.sleep(1.5)
        line.speakers[dead].faults.dead = True
        await line.driver.stop(line.units)
        end, *ends = await playing
        assert end == Finished(known=False)
        assert ends == [Finished(line.member.end.known)] * len(others)
        assert line.lost() == [dead]
        assert all(unit not in line.sounding for unit in others)

    on_line(story)


def test_a_play_after_a_stop_that_has_begun_takes_over_what_is_left_of_it(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        earlier = line.start(line.units, line.first)
        await asyncio.sleep(1.5)
        stopping = asyncio.create_task(line.driver.stop(line.units))
        await asyncio.sleep(0)
        assert await line.play(line.units, line.second) == [line.member.end] * len(line.units)
        assert all(isinstance(end, Finished) for end in await earlier)
        await stopping
        assert all(line.whole(unit, line.second) for unit in line.units)

    on_line(story)


def test_a_stop_before_a_play_that_fails_is_sent_all_the_same(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        earlier = line.start(line.units, line.first)
        await asyncio.sleep(1.5)
        stopping = asyncio.create_task(line.driver.stop(line.units))
        await asyncio.sleep(0)
        ends = await line.play(line.units, line.second, not_after=now() + 0.001)
        assert not any(isinstance(end, Fault) for end in ends)
        await asyncio.gather(earlier, stopping)
        assert line.sounding == []
        assert all(line.heard(unit, line.second) == [] for unit in line.units)

    on_line(story)


async def nothing_follows(line: Bench) -> None:
    """For a minute nothing begins at any unit."""
    before = [len(horn.heard) for horn in line.speakers.values()]
    await asyncio.sleep(60)
    assert [len(horn.heard) for horn in line.speakers.values()] == before
    assert line.sounding == []
