"""Quarantine. Covers gateway/console/views/quarantine.py too."""

from __future__ import annotations

import asyncio

import httpx

from tests.support.api import OWNER, Virtual, ask
from tests.support.county import cap
from tests.support.world import World


def test_a_quarantined_arrival_is_listed_shown_and_released_by_name(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/alerts", content=b"<alert><identifier>", headers=OWNER)
        stranger = cap("S1", world.clock.now(), level="红").replace(b"<sender>", b"<sender>not-", 1)
        await client.post(
            "/api/v1/alerts", content=stranger, headers={"Authorization": "Bearer county-token"}
        )
        await asyncio.sleep(1)
        listed = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert [one["reason"] for one in listed] == ["sender_not_allowed", "not_xml"]
        shown = (await client.get(f"/api/v1/quarantine/{listed[1]['number']}")).json()
        assert shown["text"] == "<alert><identifier>"
        assert (await client.get("/api/v1/quarantine/999")).status_code == 404
        released = await client.post(
            f"/api/v1/quarantine/{listed[0]['number']}/release", json={"person": "王芳"}
        )
        assert released.status_code == 202
        await asyncio.sleep(1)
        again = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert [one["number"] for one in again] == [one["number"] for one in listed], (
            "it is judged anew, and still a stranger"
        )
        assert (
            await client.post("/api/v1/quarantine/999/release", json={"person": "王芳"})
        ).status_code == 404

    ask(virtual, story)
