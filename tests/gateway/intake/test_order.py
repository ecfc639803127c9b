"""A red among many: what is judged first, and what is done with what an earlier run left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.intake.lanes import WHOLE_MOST
from gateway.model.alert import Arrival
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]


def accepted(world: World) -> list[str]:
    """The documents by the order in which they were judged."""
    rows = world.ledger._all("SELECT body FROM receipt ORDER BY id")
    events = [json.loads(body) for (body,) in rows]
    return [event["identifier"] for event in events if event["kind"] == "accepted"]


@pytest.mark.parametrize("door", ["accept", "keep"])
def test_a_red_is_judged_before_the_blues_that_wait_and_these_in_order(virtual: Virtual, door: str) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        intake: Any = world.living.intake

        def send(name: str, level: str) -> asyncio.Task[object]:
            arrival = Arrival(cap(name, START, level=level), "county", "test", START)
            return asyncio.create_task(
                intake.accept(arrival) if door == "accept" else intake.keep(arrival, False)
            )

        blues = [f"B{number}" for number in range(2 * WHOLE_MOST)]
        sending = [send(name, "蓝") for name in blues]
        while len(accepted(world)) < 20:
            await asyncio.sleep(0)
        sending.append(send("R", "红"))
        await asyncio.gather(*sending)
        await asyncio.sleep(5)
        order = accepted(world)
        assert order.index("R") < 100
        order.remove("R")
        assert order == blues
        await world.end()

    virtual(story())


def test_what_an_earlier_run_left_is_judged_red_first_and_each_once(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        names = [f"B{number}" for number in range(1200)]
        arrivals = [cap(name, START, level="蓝") for name in names] + [cap("R", START)]
        for raw in arrivals:
            await world.ledger.arrive(Arrival(raw, "county", "test", START))
        world.crash()
        while world.daemon is None:
            await asyncio.sleep(1)
        await asyncio.sleep(20)
        assert accepted(world) == ["R", *names]
        assert len(world.living.pipeline.backlog) == 0
        await world.end()

    virtual(story())
