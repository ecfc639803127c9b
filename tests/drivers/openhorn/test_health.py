"""Reports of a unit's power supply, and sound that nobody ordered. Covers drivers/openhorn/driver.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from drivers import SpeakerStatus, Utterance
from drivers.errors import NoAnswer
from drivers.openhorn.bodies import Ask, AskHealth
from firmware_sim.speaker import Heard
from tests.support.drivers.openhorn import TOKEN, sound, speech, village

Run = Callable[[Coroutine[Any, Any, Any]], Any]
HOUR = 3600.0


def test_mains_and_battery_are_told_as_they_go(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            speaker = place.speakers[1]
            full = await place.driver.status(1)
            assert (full.mains, full.battery) == (True, 100)
            speaker.lose_mains()
            await asyncio.sleep(12 * HOUR)
            half = await place.driver.status(1)
            assert (half.mains, half.battery) == (False, 50)
            await asyncio.sleep(13 * HOUR)
            with pytest.raises(NoAnswer):
                await place.driver.status(1)
            speaker.restore_mains()
            await asyncio.sleep(5 * HOUR)
            assert (await place.driver.status(1)).battery == 50

    virtual(story())


def test_sounding_drains_the_battery_faster_and_ends_with_it(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            speaker = place.speakers[1]
            speaker.lose_mains()
            speaker.begin(Heard(0.0, pcm=b"", rate=8000), 10 * HOUR)
            await asyncio.sleep(1 * HOUR)
            assert (await place.driver.status(1)).battery == 50
            await asyncio.sleep(1.1 * HOUR)
            speaker.drain()
            assert speaker.dead
            assert speaker.playing is None

    virtual(story())


def test_a_unit_of_the_first_revision_is_asked_plainly_from_then_on(virtual: Run) -> None:
    async def story() -> None:
        async with village(revision=1) as place:
            for _ in range(3):
                seen = await place.driver.status(1)
                assert (seen.battery, seen.mains, seen.volume) == (None, None, 50)
            bodies = [type(frame.body) for frame in place.frames()]
            assert bodies == [AskHealth, Ask, Ask]

    virtual(story())


def test_sound_that_nobody_ordered_is_told_from_ours_and_from_local_use(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            quiet = await place.driver.status(1)
            assert not quiet.unordered([])
            playing = asyncio.create_task(place.driver.play([1], Utterance(TOKEN, sound=sound(speech(5.0)))))
            await asyncio.sleep(2.0)
            ours = await place.driver.status(1)
            assert ours.playing
            assert ours.token == TOKEN
            assert not ours.unordered([TOKEN])
            assert ours.unordered([b"another!"])
            await playing
            place.speakers[1].begin(Heard(0.0, pcm=b"", rate=8000), 60.0)  # somebody at its line input
            strange = await place.driver.status(1)
            assert strange.milliamperes
            assert strange.unordered([])
            place.speakers[1].faults.busy = True
            local = await place.driver.status(1)
            assert local.local_use == "microphone"
            assert not local.unordered([])

    virtual(story())


def test_hardware_without_tokens_sounds_unordered_only_where_nothing_is_on_the_air() -> None:
    playing = SpeakerStatus(playing=True)
    assert playing.unordered([])
    assert not playing.unordered([TOKEN])
    assert not SpeakerStatus(playing=False).unordered([])
    assert SpeakerStatus(playing=True, token=b"").unordered([TOKEN])
