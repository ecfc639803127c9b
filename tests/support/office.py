"""The township's office at the API of a daemon with a village that listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from gateway.app.desk import desk
from gateway.config.config import Config
from gateway.console import Tokens, create
from gateway.model.speaker import Roster
from tests.support.county import CONFIG, ROSTER, START
from tests.support.world import World

Virtual = Callable[[Any], Any]
OWNER = {"Authorization": "Bearer owner"}
Story = Callable[[httpx.AsyncClient, World], Awaitable[None]]


def ask(
    virtual: Virtual, story: Story, at: Any = START, config: Config = CONFIG, roster: Roster = ROSTER
) -> None:
    async def run() -> None:
        world = World(1, at, config=config, roster=roster)
        await world.start()
        assert world._life
        app = create(desk(world._life.daemon), Tokens("owner", {"county": "county-token"}))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=OWNER
        ) as client:
            await story(client, world)
        await world.end()

    virtual(run())


async def sent(client: httpx.AsyncClient, raw: bytes) -> str:
    answer = await client.post(
        "/api/v1/alerts", content=raw, headers={"Authorization": "Bearer county-token"}
    )
    await asyncio.sleep(1)
    return str(answer.json()["alerts"][0]["key"])
