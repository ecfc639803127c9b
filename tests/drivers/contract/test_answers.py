"""Units that say nothing, say it late or are not understood."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from drivers import Accepted, Fact, Fault, Finished, Proved, Sounding
from drivers.errors import DriverError, Garbled, NoAnswer
from tests.support.drivers.bench import Bench, Member, OnLine, damaged, failure, now

ANSWERS = range(6)
"""Which answer of a play is spoilt, counted from 0."""
LATE_S = (0.0, 0.02, 0.05, 0.1, 0.2, 0.28, 0.8)
"""How long after the next question an answer to the one before arrives, in seconds."""


def test_a_silent_unit_is_a_fault_and_delays_the_others_by_one_time_out_at_most(
    on_line: OnLine, member: Member
) -> None:
    starts: list[list[float]] = []

    async def story(line: Bench, silent: bool) -> None:
        unit, *others = line.units
        line.speakers[unit].faults.dead = silent
        began = now()
        end, *ends = await line.play(line.units, line.first)
        starts.append([line.heard(other, line.first)[0].began - began for other in others])
        assert ends == [line.member.end] * len(others)
        assert all(line.whole(other, line.first) for other in others)
        if silent:
            assert isinstance(end, Fault)
            assert isinstance(end.error, NoAnswer)
            assert end.error.transient
            assert line.heard(unit, line.first) == []

    for silent in (False, True):
        on_line(partial(story, silent=silent))
    alone, beside = starts
    for before, after in zip(alone, beside, strict=True):
        assert after - before <= member.time_out


def test_a_silent_unit_is_given_up_in_ten_seconds_and_sounds_when_it_is_back(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        unit = line.units[0]
        line.speakers[unit].faults.dead = True
        async with asyncio.timeout(10):
            await line.play([unit], line.first)
            with pytest.raises(NoAnswer):
                await line.driver.status(unit)
        line.speakers[unit].faults.dead = False
        assert await line.play([unit], line.second) == [line.member.end]
        assert line.whole(unit, line.second)

    on_line(story)


def test_a_unit_that_falls_silent_in_the_middle_ends_the_burst(on_line: OnLine) -> None:
    """Where the end is reckoned from the length nobody misses it, and nothing more is claimed than that."""

    async def story(line: Bench) -> None:
        unit = line.units[0]
        playing = line.start([unit], line.first)
        await asyncio.sleep(1.5)
        line.speakers[unit].faults.dead = True
        (end,) = await playing
        if line.member.end.known:
            assert isinstance(end, Fault)
            assert end.error.transient
        else:
            assert end == Finished(known=False)

    on_line(story)


def test_answers_that_come_within_the_time_out_are_waited_for(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        for speaker in line.speakers.values():
            speaker.faults.late = line.member.time_out / 3
        assert await line.play(line.units, line.first) == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.first) for unit in line.units)

    on_line(story)


@pytest.mark.parametrize("late", LATE_S)
def test_a_late_answer_does_not_answer_for_the_next_order(on_line: OnLine, late: float) -> None:
    """The unit takes an order and dies. Its answers arrive after the next order has been asked for."""

    async def story(line: Bench) -> None:
        unit, token = line.units[0], line.token()
        await line.play([unit], line.second)
        let_go = line.withhold()
        await line.play([unit], line.first)
        line.speakers[unit].faults.dead = True
        line.speakers[unit].silence()
        heard = len(line.speakers[unit].heard)
        playing = line.start([unit], line.first, token)
        await asyncio.sleep(late)
        let_go()
        (end,) = await playing
        assert len(line.speakers[unit].heard) == heard
        facts = line.facts(unit, token)
        assert not any(isinstance(fact, Sounding | Proved) for fact in facts)
        assert end != Finished(known=True)
        if late <= line.member.known_late:
            assert isinstance(end, Fault)
            assert Accepted() not in facts

    on_line(story)


@pytest.mark.parametrize("late", LATE_S)
def test_a_late_answer_does_not_answer_the_next_question(on_line: OnLine, late: float) -> None:
    async def story(line: Bench) -> None:
        unit = line.units[0]
        let_go = line.withhold()
        with pytest.raises(NoAnswer):
            await line.driver.status(unit)
        line.speakers[unit].faults.dead = True
        asking = asyncio.create_task(line.driver.status(unit))
        await asyncio.sleep(late)
        let_go()
        await asyncio.gather(asking, return_exceptions=True)
        if late <= line.member.known_late:
            assert isinstance(asking.exception(), NoAnswer | Garbled)

    on_line(story)


@pytest.mark.parametrize("late", LATE_S)
def test_a_late_answer_does_not_answer_for_another_unit(on_line: OnLine, late: float) -> None:
    """A line of one unit has no other: the number that follows is of no unit there."""

    async def story(line: Bench) -> None:
        unit, other = line.units[0], line.units[0] + 1
        let_go = line.withhold()
        with pytest.raises(NoAnswer):
            await line.driver.status(unit)
        if other in line.speakers:
            line.speakers[other].faults.dead = True
        asking = asyncio.create_task(line.driver.status(other))
        await asyncio.sleep(late)
        let_go()
        await asyncio.gather(asking, return_exceptions=True)
        assert isinstance(asking.exception(), DriverError)
        line.reports.clear()
        if other in line.speakers:
            (end,) = await line.play([other], line.first)
            assert isinstance(end, Fault)

    on_line(story)


def test_a_garbled_answer_is_not_heard_twice(on_line: OnLine, member: Member) -> None:
    """Each answer of a play in turn is damaged, on a line of its own."""
    ends: list[Fact] = []

    async def story(line: Bench, number: int) -> None:
        await line.play(line.units, line.second)
        line.spoil_answer(number, damaged)
        played = await line.play(line.units, line.first)
        await asyncio.sleep(30)
        ends.extend(played)
        for unit, end in zip(line.units, played, strict=True):
            assert line.whole(unit, line.first)
            assert end == line.member.end or failure(end).transient
            assert end == line.member.end or not line.member.asks_again

    for number in ANSWERS:
        on_line(partial(story, number=number))
    assert member.asks_again or any(isinstance(end, Fault) for end in ends)


def test_where_every_answer_is_garbled_the_fault_is_worth_another_try(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        line.far.wire = damaged
        for unit, end in zip(line.units, await line.play(line.units, line.first), strict=True):
            assert isinstance(end, Fault)
            assert end.error.transient
            assert line.begun(unit, line.first) <= 1

    on_line(story)
