"""A drill from its opening to its end, over the API, with a village that listens.

Covers gateway/console/views/drills.py too.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from gateway.model.place import Place
from tests.support.api import Virtual, ask, sent
from tests.support.county import ROSTER, START, cap
from tests.support.world import World

HOUR = timedelta(hours=1)


async def opened(client: httpx.AsyncClient, start: datetime, hours: float = 1, **more: Any) -> httpx.Response:
    order = {
        "places": ["all"],
        "source": "county",
        "start": start.isoformat(),
        "end": (start + hours * HOUR).isoformat(),
        "person": "王芳",
        **more,
    }
    return await client.post("/api/v1/drills", json=order)


def exercise(name: str, world: World) -> bytes:
    return cap(name, world.clock.now(), level="红").replace(b">Actual<", b">Exercise<")


async def verdict(client: httpx.AsyncClient, key: str) -> tuple[str, str]:
    found = (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]
    return found["name"], found["reason"]


async def sounding(client: httpx.AsyncClient, key: str) -> int:
    return sum(one["key"] == key for one in (await client.get("/api/v1/on-air")).json()["on_air"])


def test_exercises_sound_between_the_start_and_the_end_of_a_drill(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        start = world.clock.now() + HOUR
        drill = (await opened(client, start)).json()
        assert (drill["number"], drill["open"]) == (1, False)
        assert drill["speakers"]
        assert (await opened(client, start)).json()["number"] == 1  # asked twice it is still the same
        await asyncio.sleep(2)
        assert (await client.get("/api/v1/on-air")).json()["on_air"]  # the notice
        assert await verdict(client, await sent(client, exercise("E1", world))) == ("store", "not_actual")
        await asyncio.sleep(HOUR.total_seconds())
        key = await sent(client, exercise("E2", world))
        assert await verdict(client, key) == ("air", "aired")
        assert await sounding(client, key)
        assert (await client.get("/api/v1/drills")).json()["drills"][0]["open"] is True
        await asyncio.sleep(HOUR.total_seconds())
        assert await verdict(client, await sent(client, exercise("E3", world))) == ("store", "not_actual")
        assert (await client.get("/api/v1/drills")).json()["drills"] == []

    ask(virtual, story, START)


def test_a_real_red_takes_the_air_from_an_exercise_which_never_comes_back_there(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await opened(client, world.clock.now() + timedelta(minutes=10))
        await asyncio.sleep(660)
        rehearsed = await sent(client, exercise("E1", world))
        before = await sounding(client, rehearsed)
        real = await sent(client, cap("A1", world.clock.now(), level="红", area="341523104201"))
        await asyncio.sleep(1)
        struck = (await client.get(f"/api/v1/alerts/{real}/trace")).json()["plans"][0]["parts"]
        texts = {part["text"] for part in struck}
        assert all(text.startswith("演练停止，以下是真实预警。") for text in texts)
        assert 0 < await sounding(client, rehearsed) < before
        await asyncio.sleep(900)
        row = (await client.get(f"/api/v1/alerts/{rehearsed}")).json()["plans"][0]
        became = {one["speaker"]: one for one in row["deliveries"]}
        named = {one["id"] for part in struck for one in part["speakers"]}
        for name, one in became.items():
            assert (one["reason"] == "drill_over") == (name in named), (name, one)
        later = await sent(client, exercise("E2", world))
        parts = (await client.get(f"/api/v1/alerts/{later}/trace")).json()["plans"][0]["parts"]
        assert not named & {one["id"] for part in parts for one in part["speakers"]}

    ask(virtual, story, START)


def test_a_drill_that_is_closed_falls_silent_and_its_notice_with_it(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await opened(client, world.clock.now() + timedelta(minutes=10))
        await asyncio.sleep(660)
        key = await sent(client, exercise("E1", world))
        assert await sounding(client, key)
        assert (await client.delete("/api/v1/drills/1?person=李四")).status_code == 200
        await asyncio.sleep(2)
        assert not await sounding(client, key)
        assert await verdict(client, await sent(client, exercise("E2", world))) == ("store", "not_actual")
        assert (await client.delete("/api/v1/drills/1?person=李四")).status_code == 404
        assert (await opened(client, world.clock.now() + 2 * HOUR)).json()["number"] == 2
        await asyncio.sleep(2)
        assert (await client.get("/api/v1/on-air")).json()["on_air"]
        await client.delete("/api/v1/drills/2?person=李四")
        await asyncio.sleep(2 * HOUR.total_seconds())
        assert (await client.get("/api/v1/on-air")).json()["on_air"] == []

    ask(virtual, story, START)


def test_a_drill_survives_a_restart(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await opened(client, world.clock.now() + timedelta(minutes=10))
        await asyncio.sleep(660)
        world.crash()
        await world.start()
        await world.send(exercise("E1", world))
        await asyncio.sleep(2)
        assert world._life
        (document,) = world.ledger.documents()
        assert document.verdict.name == "air"

    ask(virtual, story, START)


def test_a_drill_that_cannot_be_opened_is_refused_with_its_reason(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        now = world.clock.now()
        assert (await opened(client, now)).json()["detail"]["reason"] == "drill_too_soon"
        assert (await opened(client, now + HOUR, source="nobody")).json()["detail"][
            "reason"
        ] == "drill_source"
        assert (await opened(client, now + HOUR, places=["火星"])).status_code == 404
        assert (await opened(client, now + HOUR, person="")).status_code == 422
        bare = {"places": ["all"], "person": "王芳", "start": "2026-07-28T09:00", "end": "2026-07-28T10:00"}
        assert (await client.post("/api/v1/drills", json=bare)).status_code == 422

    ask(virtual, story, START)


def test_a_place_where_nothing_sounds_has_no_drill(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        answer = await opened(client, world.clock.now() + HOUR, places=["空地"])
        assert answer.status_code == 404
        assert (await client.get("/api/v1/drills")).json()["drills"] == []

    ask(virtual, story, START, roster=replace(ROSTER, places=(Place("QS-1", "空地"),)))
