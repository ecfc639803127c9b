"""A burst sounds whole at every unit and ends there once. A token sounds again where none is remembered."""

from __future__ import annotations

import asyncio

import pytest

from drivers import EVERYONE, Fault, Finished, Proved, Units
from drivers.errors import TokenOver
from tests.support.drivers.bench import Bench, OnLine, failure


@pytest.mark.parametrize("everyone", [True, False])
def test_a_burst_sounds_whole_and_its_rungs_are_told_in_order(on_line: OnLine, everyone: bool) -> None:
    async def story(line: Bench) -> None:
        units: Units = EVERYONE if everyone else line.units
        token = line.token()
        await line.play(units, line.first, token)
        for unit in line.units:
            assert line.facts(unit, token) == list(line.member.rungs)
            assert line.whole(unit, line.first)

    on_line(story)


def test_a_play_to_one_unit_is_heard_there_alone(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        for unit in line.units:
            token = line.token()
            await line.play([unit], line.first, token)
            assert line.facts(unit, token) == list(line.member.rungs)
            assert {report.target for report in line.reports if report.token == token} == {unit}
        assert all(line.whole(unit, line.first) for unit in line.units)

    on_line(story)


def test_a_unit_that_is_not_on_the_line_ends_once_and_the_others_sound(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        stranger, *others = await line.play([100, *line.units], line.first)
        assert not isinstance(stranger, Finished)
        assert others == [line.member.end] * len(line.units)
        assert all(line.whole(unit, line.first) for unit in line.units)

    on_line(story)


def test_a_mute_unit_is_never_reported_as_proved(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        mute, *others = line.units
        line.speakers[mute].faults.mute = True
        token = line.token()
        ends = dict(zip(line.units, await line.play(line.units, line.first, token), strict=True))
        assert line.heard(mute, line.first) == []
        assert not any(isinstance(fact, Proved) for fact in line.facts(mute, token))
        assert isinstance(ends[mute], Fault if line.member.proves else Finished)
        for unit in others:
            assert line.facts(unit, token) == list(line.member.rungs)

    on_line(story)


def test_the_same_token_again_is_heard_once_where_units_remember_and_twice_where_none_does(
    on_line: OnLine,
) -> None:
    async def story(line: Bench) -> None:
        token = line.token()
        await line.play(line.units, line.first, token)
        line.reports.clear()
        again = await line.play(line.units, line.first, token)
        assert again == [line.member.end] * len(line.units)
        for unit in line.units:
            assert line.begun(unit, line.first) == (1 if line.member.remembers else 2)
            assert any(isinstance(fact, Proved) for fact in line.facts(unit, token)) is line.member.proves

    on_line(story)


def test_a_token_that_still_plays_is_adopted_where_units_remember_and_begun_again_where_none_does(
    on_line: OnLine,
) -> None:
    async def story(line: Bench) -> None:
        token = line.token()
        gone = line.start(line.units, line.first, token)
        await asyncio.sleep(1.5)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        line.reports.clear()
        again = await line.play(line.units, line.first, token)
        assert again == [line.member.end] * len(line.units)
        for unit in line.units:
            heard = line.heard(unit, line.first)
            assert heard[-1].whole
            assert line.begun(unit, line.first) == (1 if line.member.remembers else 2)
            assert not line.member.remembers or line.whole(unit, line.first)

    on_line(story)


def test_a_token_that_was_stopped_is_declined_where_units_remember_and_sounds_where_none_does(
    on_line: OnLine,
) -> None:
    async def story(line: Bench) -> None:
        token = line.token()
        playing = line.start(line.units, line.first, token)
        await asyncio.sleep(1.5)
        await line.driver.stop(line.units)
        await playing
        line.reports.clear()
        for unit, end in zip(line.units, await line.play(line.units, line.first, token), strict=True):
            if line.member.remembers:
                assert isinstance(failure(end), TokenOver)
                assert line.begun(unit, line.first) == 1
            else:
                assert end == line.member.end
                assert line.begun(unit, line.first) == 2

    on_line(story)


def test_where_units_of_one_line_forget_tokens_an_order_waits_until_earlier_answers_are_written_down(
    on_line: OnLine,
) -> None:
    async def story(line: Bench) -> None:
        written = asyncio.Event()
        utterance = line.first.utterance(line.token(), settled=written.wait)
        playing = asyncio.create_task(line.play_as(line.units, utterance))
        await asyncio.sleep(2)
        waits = not line.member.remembers and len(line.units) > 1
        assert bool(line.sounding) is not waits
        written.set()
        assert await playing == [line.member.end] * len(line.units)

    on_line(story)
