"""Several bursts at once over one line.

Each is whole, and none waits for the line in the middle of its words. Covers drivers/openhorn/play.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from drivers import Utterance
from tests.support.drivers.openhorn import sound, speech, through, village

Virtual = Callable[[Any], Any]


@pytest.mark.parametrize(("baud", "bursts"), [(115200, 1), (115200, 3), (57600, 1), (57600, 2), (38400, 2)])
def test_units_that_hear_different_things_at_once_hear_them_without_a_break(
    virtual: Virtual, baud: int, bursts: int
) -> None:
    async def story() -> None:
        async with village(bursts, baud=baud, codec="adpcm") as place:
            said = speech(20.0)
            async with asyncio.TaskGroup() as together:
                for unit in range(1, bursts + 1):
                    order = Utterance(bytes([unit]) * 8, sound=sound(said))
                    together.create_task(place.driver.play([unit], order))
            for unit in range(1, bursts + 1):
                (heard,) = place.said(unit)
                assert heard.pcm == through(said)
                assert heard.ended is not None
                assert heard.lasted == pytest.approx(20.0, abs=0.5)

    virtual(story())
