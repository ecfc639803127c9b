"""Yes and no to what is held."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import Virtual, ask, sent
from tests.support.county import cap, day
from tests.support.world import World


def test_a_warning_held_at_night_is_let_go_by_name_and_sounds(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await sent(client, cap("A1", world.clock.now(), code="11B06", level="红"))
        held = (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]
        assert (held["name"], held["reason"], held["needs"]) == ("hold", "held_at_night", 1)
        assert (await client.post(f"/api/v1/alerts/{key}/approve", json={"person": "王芳"})).json() == {
            "more": 0
        }
        await asyncio.sleep(1)
        told = (await client.get(f"/api/v1/alerts/{key}/trace")).json()
        assert told["verdict"]["name"] == "air"
        assert told["steps"][0]["rule"] == "approval"
        assert "王芳" in told["steps"][0]["saw"]
        again = await client.post(f"/api/v1/alerts/{key}/approve", json={"person": "王芳"})
        assert again.status_code == 409

    ask(virtual, story, day(23))


def test_a_veto_by_name_keeps_it_silent(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await sent(client, cap("A1", world.clock.now(), code="11B06", level="红"))
        assert (await client.post(f"/api/v1/alerts/{key}/veto", json={"person": "王芳"})).status_code == 200
        verdict = (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]
        assert (verdict["name"], verdict["reason"], verdict["fields"]["person"]) == (
            "store",
            "stopped",
            "王芳",
        )
        assert (await client.post("/api/v1/alerts/none/veto", json={"person": "王芳"})).status_code == 404

    ask(virtual, story, day(23))
