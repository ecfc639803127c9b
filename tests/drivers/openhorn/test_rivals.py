"""Two plays at one unit, and a stop followed by a play. Covers drivers/openhorn/play.py and post.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from drivers import EVERYONE, Accepted, Fault, Finished, Utterance
from drivers.errors import Busy, CutShort, TokenOver
from drivers.openhorn.bodies import Stop
from tests.support.drivers.openhorn import TOKEN, sound, speech, through, village

Run = Callable[[Coroutine[Any, Any, Any]], Any]
LATER = bytes(range(1, 9))


@pytest.mark.parametrize("group", [True, False])
def test_a_later_play_overtakes_at_every_unit_and_the_earlier_is_cut_short(virtual: Run, group: bool) -> None:
    async def story() -> None:
        async with village(3) as place:
            units = EVERYONE if group else [1, 2]
            first = asyncio.create_task(place.driver.play(units, Utterance(TOKEN, sound=sound(speech(9.0)))))
            await asyncio.sleep(2.0)
            red = speech(1.0)
            began = asyncio.get_running_loop().time()
            await place.driver.play(units, Utterance(LATER, sound=sound(red)))
            await first
            for unit in (1, 2):
                error = place.error(unit)
                assert isinstance(error, CutShort)
                assert error.fields["reason"] == "overtaken"
                assert place.facts(unit, LATER)[-1] == Finished(known=True)
                assert place.said(unit)[-1].pcm == through(red)
                assert place.said(unit)[-1].began - began < 1.0
                assert [heard.whole for heard in place.said(unit)] == [False, True]

    virtual(story())


def test_where_the_later_play_fails_the_earlier_goes_on_to_its_end(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            data = speech(6.0)
            first = asyncio.create_task(place.driver.play([1, 2], Utterance(TOKEN, sound=sound(data))))
            await asyncio.sleep(1.5)
            played = place.bus.units[1].over
            played[LATER] = (4, 0)  # unit 1 has ended that token already and declines it
            await place.driver.play([1], Utterance(LATER, sound=sound(speech(1.0))))
            await first
            (declined,) = place.facts(1, LATER)
            assert isinstance(declined, Fault)
            assert isinstance(declined.error, TokenOver)
            for unit in (1, 2):
                assert place.end(unit) == Finished(known=True)
                assert [heard.pcm for heard in place.said(unit)] == [through(data)]

    virtual(story())


def test_what_the_unit_has_not_taken_yet_never_goes_out(virtual: Run) -> None:
    async def story() -> None:
        async with village(8, baud=9600) as place:
            first = asyncio.create_task(
                place.driver.play([1, 2, 3, 4], Utterance(TOKEN, sound=sound(speech(1.0))))
            )
            await asyncio.sleep(0.15)  # the opening to unit 1 is answered, unit 2 is being asked
            await place.driver.play([1, 2, 3, 4], Utterance(LATER, sound=sound(speech(1.0))))
            await first
            for unit in (1, 2, 3, 4):
                assert place.error(unit).fields["reason"] == "overtaken"
                assert len(place.said(unit)) == 1
            assert Accepted() not in place.facts(4)

    virtual(story())


def test_a_play_takes_over_what_is_left_of_a_stop(virtual: Run) -> None:
    async def story() -> None:
        async with village(16, baud=19200) as place:
            units = list(range(1, 13))
            first = asyncio.create_task(place.driver.play(units, Utterance(TOKEN, tone=1)))
            await asyncio.sleep(2.5)
            before, began = len(place.frames()), asyncio.get_running_loop().time()
            stopping = asyncio.create_task(place.driver.stop(units))
            await asyncio.sleep(0)
            await place.driver.play(units, Utterance(LATER, tone=2))
            await asyncio.gather(first, stopping)
            stops = [frame for frame in place.frames()[before:] if isinstance(frame.body, Stop)]
            assert len(stops) <= 2
            starts = [place.said(unit)[-1].began - began for unit in units]
            assert max(starts) < (len(units) + len(stops)) * 0.065  # one order and its answer a unit
            for unit in units:
                assert isinstance(place.end(unit), Finished)
                assert place.facts(unit, LATER)[-1] == Finished(known=True)

    virtual(story())


def test_a_stop_taken_over_by_a_play_that_was_declined_is_sent_after_all(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            first = asyncio.create_task(place.driver.play([1, 2], Utterance(TOKEN, sound=sound(speech(9.0)))))
            await asyncio.sleep(1.5)
            place.bus.units[2].over[LATER] = (4, 0)
            stopping = asyncio.create_task(place.driver.stop([1, 2]))
            await asyncio.sleep(0)
            await place.driver.play([1, 2], Utterance(LATER, sound=sound(speech(1.0))))
            await asyncio.gather(first, stopping)
            assert place.end(2) == Finished(known=True)
            assert place.speakers[2].playing is None
            assert place.said(2)[0].lasted < 3

    virtual(story())


def test_busy_hands_leave_the_earlier_play_alone(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            place.speakers[1].faults.busy = True
            await place.driver.play([1], Utterance(LATER, sound=sound(speech(1.0))))
            (fault,) = place.facts(1, LATER)
            assert isinstance(fault, Fault)
            assert isinstance(fault.error, Busy)

    virtual(story())
