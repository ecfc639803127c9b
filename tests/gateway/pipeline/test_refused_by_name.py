"""What is refused by its name is in quarantine with what to do, and rings the duty room where it is grave.

Over HTTP and feeds, which answer, and over MQTT, which keeps the bytes and judges them later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.model.alert import Arrival
from gateway.model.reason import Reason
from tests.support import nasty
from tests.support.county import ROADS, START
from tests.support.world import World

Virtual = Callable[[Any], Any]
V7 = (nasty.FOLDER / "qweather-v7-red.json").read_bytes()
BLUE = V7.replace("红色".encode(), "蓝色".encode()).replace(b'"Red"', b'"Blue"').replace(b"Severe", b"Minor")


@pytest.mark.parametrize(
    ("road", "raw", "reason", "rings"),
    [
        ("answered", V7, Reason.QWEATHER_V7, True),
        ("kept", V7, Reason.QWEATHER_V7, True),
        ("kept", BLUE, Reason.QWEATHER_V7, False),
        ("answered", (nasty.FOLDER / "qweather-error.json").read_bytes(), Reason.ERROR_ANSWER, False),
        ("kept", '{"level": "红色", "town": "青石镇"}'.encode(), Reason.UNKNOWN_FORMAT, True),
    ],
    ids=["a red of v7", "the same over MQTT", "a blue of v7", "an error", "a red that nobody knows"],
)
def test_it_is_in_quarantine_and_a_grave_one_rings(
    virtual: Virtual, road: str, raw: bytes, reason: Reason, rings: bool
) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(30)  # what an earlier run left has been looked for
        arrival = Arrival(raw, ROADS[0], road, world.clock.now())
        if road == "answered":
            await world.living.intake.accept(arrival)
        else:
            await world.living.intake.keep(arrival, urgent=False)
        await asyncio.sleep(30)
        ((number, _, why),) = world.ledger.quarantined()
        assert why.reason is reason
        rung = [alarm.why for alarm in world.ledger.alarms() if alarm.why.reason is Reason.GRAVE_UNREAD]
        assert [one.fields["number"] for one in rung] == ([str(number)] if rings else [])

    virtual(run())


@pytest.mark.parametrize("road", ["answered", "kept"])
def test_right_after_a_start_too_it_is_put_there_and_rings_once(virtual: Virtual, road: str) -> None:
    """The replay of a start finds what came meanwhile, too."""

    async def run() -> None:
        world = World(1, START)
        await world.start()
        arrival = Arrival('{"level": "红色"}'.encode(), ROADS[0], road, world.clock.now())
        if road == "answered":
            await world.living.intake.accept(arrival)
        else:
            await world.living.intake.keep(arrival, urgent=False)
        await asyncio.sleep(40)
        assert len(world.ledger.quarantined()) == 1
        rung = [alarm for alarm in world.ledger.alarms() if alarm.why.reason is Reason.GRAVE_UNREAD]
        assert len(rung) == 1
        await world.end()

    virtual(run())
