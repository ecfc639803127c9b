"""What sounds, and silence. Covers gateway/console/views/on_air.py too."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.support.api import COUNTY, NOBODY, OWNER, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


def test_a_warning_in_its_veto_window_is_stopped_by_its_key(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START, level="黄"), headers=COUNTY)
        alert = sent.json()["alerts"][0]
        await asyncio.sleep(60)
        assert (await client.get(alert["links"]["self"], headers=OWNER)).json()["verdict"][
            "reason"
        ] == "veto_window"
        stopped = await client.post("/api/v1/stop", json={"target": alert["key"]}, headers=OWNER)
        assert stopped.json() == {"silenced": []}
        await asyncio.sleep(600)
        assert (await client.get(alert["links"]["self"], headers=OWNER)).json()["verdict"][
            "reason"
        ] == "stopped"
        assert not any(horn.heard for horn in world.horns.values())

    ask(virtual, story, headers=NOBODY)


def test_a_veto_window_that_ran_out_airs(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/alerts", content=cap("A1", START, level="黄"), headers=COUNTY)
        await asyncio.sleep(119)
        assert not world.horns["a"].heard
        await asyncio.sleep(60)
        assert world.horns["a"].heard

    ask(virtual, story, headers=NOBODY)


def test_stop_silences_and_says_whom_and_an_unknown_target_is_404(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        await asyncio.sleep(3)
        assert len((await client.get("/api/v1/on-air", headers=OWNER)).json()["on_air"]) >= 3
        stopped = await client.post("/api/v1/stop", json={"target": "a"}, headers=OWNER)
        assert stopped.json() == {"silenced": ["a"]}
        assert world.horns["a"].playing is None
        assert (
            await client.post("/api/v1/stop", json={"target": "nobody"}, headers=OWNER)
        ).status_code == 404
        rest = await client.post("/api/v1/stop", json={"target": "青石镇"}, headers=OWNER)
        assert {"h1", "h2"} <= set(rest.json()["silenced"])
        assert not any(horn.playing for horn in world.horns.values())

    ask(virtual, story, headers=NOBODY)


@pytest.mark.parametrize(("named", "recorded"), [({"person": "王芳"}, "王芳"), ({}, "owner")])
def test_a_stop_is_recorded_by_name_or_as_the_owners(
    virtual: Virtual, named: dict[str, str], recorded: str
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/stop", json={"target": "all", **named})
        acts = world.ledger._all("SELECT person, body FROM act WHERE body LIKE 'stop%'")
        assert acts == [(recorded, "stop all")]
        nobody = await client.post("/api/v1/stop", json={"target": "all", "person": ""})
        assert nobody.status_code == 422

    ask(virtual, story)
