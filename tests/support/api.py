"""A client of the API of a daemon in the simulated county. For the tests of gateway/console."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import httpx

from gateway.app.desk import desk
from gateway.config.config import Config
from gateway.console import Tokens, create
from gateway.model.speaker import Roster
from gateway.receipts.seals import Seals
from tests.support.county import CONFIG, ROSTER, START
from tests.support.world import World

Virtual = Callable[[Any], Any]
OWNER = {"Authorization": "Bearer owner"}
COUNTY = {"Authorization": "Bearer county-token"}
OTHER = {"Authorization": "Bearer other-token"}
NOBODY: dict[str, str] = {}
SOURCES = {"county": "county-token", "county-b": "other-token"}
Story = Callable[[httpx.AsyncClient, World], Awaitable[None]]


def ask(
    virtual: Virtual,
    story: Story,
    at: Any = START,
    config: Config = CONFIG,
    roster: Roster = ROSTER,
    headers: Mapping[str, str] = OWNER,
    peer: str = "127.0.0.1",
    receipt_keys: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Tell a story to the API of a living county. Every request carries `headers` and comes from `peer`.

    `receipt_keys` sign the receipts of each source.
    """

    async def run() -> None:
        world = World(1, at, config=config, roster=roster)
        await world.start()
        asked = desk(world.living, world.desk.feeds, Seals(receipt_keys))
        app = create(asked, Tokens("owner", SOURCES))
        transport = httpx.ASGITransport(app, client=(peer, 40000))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=headers
        ) as client:
            await story(client, world)
        await world.end()

    virtual(run())


async def sent(client: httpx.AsyncClient, raw: bytes) -> str:
    """The key of a document that the county sends; it is judged by then."""
    answer = await client.post("/api/v1/alerts", content=raw, headers=COUNTY)
    await asyncio.sleep(1)
    return str(answer.json()["alerts"][0]["key"])
