"""The API while too much comes at once, and what senders fetch."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

from gateway.app.desk import desk
from gateway.console import Tokens, create
from gateway.intake.door import FROM_ONE
from gateway.intake.lanes import WAITING_MOST, Lanes
from gateway.receipts.seals import Seals
from tests.support.county import START, cap
from tests.support.verifying import verified
from tests.support.world import World

Virtual = Callable[[Any], Any]
Story = Callable[[httpx.AsyncClient, World], Coroutine[Any, Any, None]]
KEY = b"a key of the county's"
OWNER = {"Authorization": "Bearer owner"}
COUNTY = {"Authorization": "Bearer county-token"}
OTHER = {"Authorization": "Bearer other-token"}


def ask(virtual: Virtual, story: Story) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        assert world._life
        world._life.daemon._seals = Seals({"county": KEY})
        app = create(
            desk(world._life.daemon), Tokens("owner", {"county": "county-token", "county-b": "other-token"})
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await story(client, world)
        await world.end()

    virtual(run())


def test_more_posts_than_the_disk_takes_are_told_to_come_again_and_a_red_is_not(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        arrive, free = world.ledger.arrive, asyncio.Event()

        async def stalled(*whole: Any) -> tuple[int, bool]:
            await free.wait()
            return await arrive(*whole)

        monkeypatch.setattr(world.ledger, "arrive", stalled)

        def post(identifier: str, level: str, who: dict[str, str]) -> asyncio.Task[httpx.Response]:
            raw = cap(identifier, START, level=level)
            return asyncio.create_task(client.post("/api/v1/alerts", content=raw, headers=who))

        storm = [post(f"S{number}", "蓝", COUNTY) for number in range(300)]
        await asyncio.sleep(1)
        red, neighbour = post("R1", "红", COUNTY), post("N1", "蓝", OTHER)
        await asyncio.sleep(1)
        turned_away = [one.result() for one in storm if one.done()]
        assert {answer.status_code for answer in turned_away} == {429}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in turned_away)
        assert len(turned_away) == 300 - FROM_ONE
        free.set()
        counted = Counter([(await one).status_code for one in (*storm, red, neighbour)])
        assert counted == {429: 300 - FROM_ONE, 202: FROM_ONE + 2}
        again = post("S299", "蓝", COUNTY)
        assert (await again).status_code == 202, "the door is free again"

    ask(virtual, story)


def test_a_backlog_of_the_judges_turns_the_ordinary_away_and_takes_the_red(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        monkeypatch.setattr(Lanes, "full", property(lambda _: True))
        blue = await client.post("/api/v1/alerts", content=cap("B1", START, level="蓝"), headers=COUNTY)
        red = await client.post("/api/v1/alerts", content=cap("R1", START), headers=COUNTY)
        assert (blue.status_code, red.status_code) == (429, 202)
        assert WAITING_MOST >= 10_000, "a storm's worth"

    ask(virtual, story)


def test_a_source_fetches_its_own_receipts_signed(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        link = sent.json()["alerts"][0]["links"]["receipts"]
        assert (await client.get(link, headers=OTHER)).status_code == 404
        await asyncio.sleep(300)
        letters = (await client.get(link, headers=COUNTY)).json()["receipts"]
        kinds = [one["kind"] for one in letters]
        assert kinds[0] == "accepted"
        assert {"accepted", "speaker", "summary"} <= set(kinds)
        assert all(verified(one, KEY) for one in letters)
        assert len((await client.get(link, headers=OWNER)).json()["receipts"]) == len(letters)

    ask(virtual, story)


def test_two_sources_that_send_the_same_each_fetch_their_own(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        links = []
        for who in (COUNTY, OTHER):
            sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=who)
            links.append((who, sent.json()["alerts"][0]["links"]))
            await asyncio.sleep(5)
        for who, link in links:
            letters = (await client.get(link["receipts"], headers=who)).json()["receipts"]
            assert [one["kind"] for one in letters].count("accepted") == 1
            assert (await client.get(link["self"], headers=who)).status_code == 200

    ask(virtual, story)
