"""Who a request comes from, and what it may ask."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import COUNTY, NOBODY, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


def test_every_route_without_a_token_is_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        paths = (await client.get("/openapi.json")).json()["paths"]
        assert len(paths) >= 9
        for path, methods in paths.items():
            for method in methods:
                answer = await client.request(method.upper(), path.replace("{key}", "0" * 32), json={})
                assert answer.status_code == 401, (method, path)
                wrong = await client.request(
                    method.upper(), path.replace("{key}", "0" * 32), headers={"Authorization": "Bearer x"}
                )
                assert wrong.status_code == 401, (method, path)

    ask(virtual, story, headers=NOBODY)


def test_a_source_may_send_and_read_its_own_and_nothing_else(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        link = sent.json()["alerts"][0]["links"]["self"]
        await asyncio.sleep(1)
        assert (await client.get(link, headers=COUNTY)).status_code == 200
        assert (await client.get("/api/v1/speakers", headers=COUNTY)).status_code == 401
        assert (await client.post("/api/v1/stop", json={"target": "all"}, headers=COUNTY)).status_code == 401

    ask(virtual, story, headers=NOBODY)
