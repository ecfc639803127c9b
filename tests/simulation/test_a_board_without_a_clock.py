"""A board whose clock begins in 1970 after every power cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.support.county import START, TOGETHER, cap
from tests.support.world import World


def test_a_red_planned_just_before_the_power_cut_sounds_after_it(
    virtual: Callable[[Coroutine[Any, Any, Any]], Any],
) -> None:
    """Found by the simulation: nothing of it had begun, so it was due in 2026, half a century away."""

    async def story() -> None:
        world = World(1)
        await world.start()
        await world.rest(1)
        await world.send(cap("A1", START))
        while not (live := world.ledger.live()):
            await asyncio.sleep(0)
        row = world.ledger.plan(live[0])
        assert row
        assert not row.bursts
        world.crash()
        world.upset_clock(-world.clock.now().timestamp(), trusted=False)
        await world.rest(60)
        assert all(world.heard(name, "A1") for name in TOGETHER)
        await world.end()

    virtual(story())
