"""Yes and no to what is held."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import Virtual, ask, sent
from tests.support.county import START, cap, day
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


def test_of_two_reds_a_lift_without_a_name_ends_the_one_that_is_named(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        reds = [
            await sent(client, cap(name, START, area=area))
            for name, area in (("A1", "341523104201"), ("A2", "341523104202"))
        ]
        await asyncio.sleep(60)
        lift = cap("C1", START, msg_type="Cancel").replace("发布暴雨".encode(), "解除暴雨".encode())
        key = await sent(client, lift)
        held = (await client.get(f"/api/v1/alerts/{key}")).json()
        assert set(held["verdict"]["pauses"]) == set(reds)
        path = f"/api/v1/alerts/{key}/approve"
        unnamed = await client.post(path, json={"person": "王芳"})
        assert (unnamed.status_code, unnamed.json()["detail"]["reason"]) == (409, "which_lift")
        named = await client.post(path, json={"person": "王芳", "ends": reds[0]})
        assert named.json() == {"more": 0}
        await asyncio.sleep(1)
        again = [await client.post(f"/api/v1/alerts/{red}/again", json={"person": "王芳"}) for red in reds]
        reasons = [answer.json()["detail"]["reason"] for answer in again]
        assert reasons == ["again_lifted", "again_heard"], "the other one goes on"

    ask(virtual, story)
