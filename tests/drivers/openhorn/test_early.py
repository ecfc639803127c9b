"""A sound leaves before it is whole: known in length but late, or live.

Covers drivers/openhorn/play.py and chunks.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import numpy as np
import pytest

from drivers import EVERYONE, Finished, Refused, Sound, Sounding, Utterance
from drivers.errors import CannotPlay, CutShort
from drivers.sound import samples
from tests.support.drivers.openhorn import TOKEN, Village, sound, speech, through, village

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def now() -> float:
    return asyncio.get_running_loop().time()


def late(*parts: tuple[float, bytes], live: bool = False) -> Sound:
    """Each part comes so many seconds after the one before it."""

    async def open_() -> AsyncIterator[bytes]:
        for seconds, part in parts:
            await asyncio.sleep(seconds)
            yield part

    return Sound(8000, open_, None if live else sum(len(part) for _, part in parts) / 16000)


def sounding(place: Village, unit: int) -> float:
    return next(report.at for report in place.reports if (report.target, report.fact) == (unit, Sounding()))


@pytest.mark.parametrize("live", [False, True])
def test_the_siren_is_heard_while_the_words_are_still_being_made(virtual: Run, live: bool) -> None:
    async def story() -> None:
        async with village(3) as place:
            siren, words = speech(3.0), speech(2.0)
            began = now()
            await place.driver.play(
                EVERYONE, Utterance(TOKEN, sound=late((0.0, siren), (4.0, words), live=live))
            )
            for unit in (1, 2, 3):
                assert place.end(unit) == Finished(known=True)
                assert sounding(place, unit) - began < 1.0  # the words came after four seconds
                assert place.said(unit)[0].pcm == through(siren + words)
                assert place.said(unit)[0].began - began < 0.8

    virtual(story())


def test_words_that_are_very_late_cost_a_pause_and_never_the_sound(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            siren, words = speech(1.0), speech(2.0)
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=late((0.0, siren), (45.0, words))))
            for unit in (1, 2):
                assert place.end(unit) == Finished(known=True)
                (heard,) = place.said(unit)
                said = samples(heard.pcm or b"")
                assert np.array_equal(said[:8000], samples(through(siren)))
                silence = said[8000:-16000]
                assert 0 < len(silence) <= 9 * 400  # a chunk each five seconds
                assert np.abs(silence.astype(int)).max() < 1000
                assert np.abs(said[-16000:].astype(int)).max() > 6000

    virtual(story())


def test_a_sound_that_never_comes_breaks_off_and_frees_the_units(virtual: Run) -> None:
    async def story() -> None:
        async with village() as place:
            await place.driver.play(
                [1], Utterance(TOKEN, sound=late((0.0, speech(1.0)), (600.0, speech(1.0))))
            )
            error = place.error(1)
            assert isinstance(error, CutShort)
            assert "60 s" in str(error)
            assert place.speakers[1].playing is None

    virtual(story())


def test_a_live_sound_is_heard_as_it_is_spoken_and_ends_when_it_does(virtual: Run) -> None:
    async def story() -> None:
        async with village(2) as place:
            data = speech(8.0)
            spoken = [(0.1, data[begin : begin + 1600]) for begin in range(0, len(data), 1600)]
            began = now()
            await place.driver.play(EVERYONE, Utterance(TOKEN, sound=late(*spoken, live=True)))
            assert now() - began < 10
            for unit in (1, 2):
                (heard,) = place.said(unit)
                assert heard.began - began < 1.0
                assert heard.lasted == pytest.approx(8.0, abs=0.5)
                assert heard.pcm == through(data)

    virtual(story())


@pytest.mark.parametrize(("baud", "codec"), [(19200, "adpcm"), (9600, "adpcm"), (57600, "alaw")])
def test_a_live_sound_is_refused_on_a_line_slower_than_itself(virtual: Run, baud: int, codec: str) -> None:
    async def story() -> None:
        async with village(baud=baud, codec=codec) as place:
            await place.driver.play([1], Utterance(TOKEN, sound=Sound(8000, sound(b"").open, None)))
            refused = place.end(1)
            assert isinstance(refused, Refused)
            assert isinstance(refused.error, CannotPlay)
            assert place.near.sent == []

    virtual(story())
