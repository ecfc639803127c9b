"""The API while too much comes at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from gateway.intake.door import FROM_ONE
from gateway.intake.lanes import WAITING_MOST, Lanes
from tests.support.api import COUNTY, NOBODY, OTHER, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


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

    ask(virtual, story, headers=NOBODY)


def test_a_backlog_of_the_judges_turns_the_ordinary_away_and_takes_the_red(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        monkeypatch.setattr(Lanes, "full", property(lambda _: True))
        blue = await client.post("/api/v1/alerts", content=cap("B1", START, level="蓝"), headers=COUNTY)
        red = await client.post("/api/v1/alerts", content=cap("R1", START), headers=COUNTY)
        assert (blue.status_code, red.status_code) == (429, 202)
        assert WAITING_MOST >= 10_000, "a storm's worth"

    ask(virtual, story, headers=NOBODY)
