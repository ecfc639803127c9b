"""Live events."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import NOBODY, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


def test_events_are_streamed_as_they_happen(virtual: Virtual) -> None:
    async def story(_client: httpx.AsyncClient, world: World) -> None:
        with world.desk.events() as events:
            await world.send(cap("A1", START))
            await asyncio.sleep(200)
            kinds = [events.get_nowait().kind for _ in range(events.qsize())]
        assert kinds[0] == "accepted"
        assert kinds.count("summary") == 1
        assert kinds.index("speaker") < kinds.index("summary")

    ask(virtual, story, headers=NOBODY)
