"""Orders that cannot be played, come too late or are declined are refused. Busy may be tried again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from drivers import Capability, Fault, Refused, Utterance
from drivers.errors import Busy, CannotPlay, TooLate
from tests.support.drivers.bench import Bench, OnLine, failure, now
from tests.support.drivers.openhorn import sound, speech

FORMS: dict[Capability, dict[str, Any]] = {
    Capability.TEXT: {"text": "请立即转移"},
    Capability.AUDIO: {"sound": sound(speech(1.0))},
    Capability.CLIP: {"clip": 1},
    Capability.TONE: {"tone": 1},
    Capability.NONE: {},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_it_cannot_play_is_refused_unsent_and_one_it_can_play_sounds(
    on_line: OnLine, form: Capability
) -> None:
    async def story(line: Bench) -> None:
        able = form is not Capability.NONE and all(form in line.driver.can(unit) for unit in line.units)
        line.near.sent.clear()
        ends = await line.play_as(line.units, Utterance(line.token(), **FORMS[form]))
        if able:
            assert ends == [line.member.end] * len(line.units)
            assert all(len(horn.heard) == 1 for horn in line.speakers.values())
        else:
            assert all(isinstance(end, Refused) and isinstance(end.error, CannotPlay) for end in ends)
            assert line.near.sent == []

    on_line(story)


def test_a_unit_that_declines_is_not_worth_another_try_and_the_others_sound(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        unit, *others = line.units
        line.member.decline(line.simulator, unit)
        declined, *ends = await line.play(line.units, line.first)
        assert isinstance(declined, Refused)
        assert not declined.error.transient
        assert line.heard(unit, line.first) == []
        assert ends == [line.member.end] * len(others)
        assert all(line.whole(unit, line.first) for unit in others)

    on_line(story)


def test_a_unit_in_use_may_be_tried_again_where_it_can_say_so(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        unit, *others = line.units
        line.speakers[unit].faults.busy = True
        busy, *ends = await line.play(line.units, line.first)
        assert isinstance(failure(busy), line.member.busy)
        says_so = line.member.busy is Busy
        assert isinstance(busy, Fault if says_so else Refused)
        assert failure(busy).transient is says_so
        assert line.heard(unit, line.first) == []
        assert ends == [line.member.end] * len(others)
        line.speakers[unit].faults.busy = False
        assert await line.play([unit], line.second) == [line.member.end]
        assert line.whole(unit, line.second)

    on_line(story)


def test_a_burst_that_is_late_already_is_refused_unsent(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        line.near.sent.clear()
        ends = await line.play(line.units, line.first, not_after=now() - 1)
        assert all(isinstance(end, Refused) and isinstance(end.error, TooLate) for end in ends)
        assert line.sounding == []
        await asyncio.sleep(30)
        assert all(line.heard(unit, line.first) == [] for unit in line.units)

    on_line(story)


def test_a_burst_that_grows_too_late_while_it_waits_for_the_line_never_sounds(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        asking = await line.occupy()
        ends = await line.play(line.units, line.first, not_after=now() + 0.01)
        assert all(isinstance(end, Refused) and isinstance(end.error, TooLate) for end in ends)
        await asking
        await asyncio.sleep(30)
        assert all(line.heard(unit, line.first) == [] for unit in line.units)

    on_line(story)


@pytest.mark.parametrize("share", [0.3, 0.8, 1.0, 1.1, 1.5])
def test_no_unit_starts_after_the_time_however_long_the_line_keeps_it_waiting(
    on_line: OnLine, share: float
) -> None:
    async def story(line: Bench) -> None:
        latest = now() + share * line.member.time_out
        asking = await line.occupy()
        ends = await line.play(line.units, line.first, not_after=latest)
        for unit, end in zip(line.units, ends, strict=True):
            heard = line.heard(unit, line.first)
            if end == line.member.end:
                assert heard[0].began <= latest
                assert line.whole(unit, line.first)
            else:
                assert isinstance(failure(end), TooLate)
                assert isinstance(end, Refused)
                assert heard == []
        await asking

    on_line(story)


def test_a_burst_in_time_sounds_to_its_end(on_line: OnLine) -> None:
    async def story(line: Bench) -> None:
        assert await line.play(line.units, line.first, not_after=now() + 1.5) == [line.member.end] * len(
            line.units
        )
        assert all(line.whole(unit, line.first) for unit in line.units)

    on_line(story)
