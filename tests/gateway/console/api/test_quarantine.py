"""Quarantine. Covers gateway/console/views/quarantine.py too."""

from __future__ import annotations

import asyncio
import re

import httpx

from tests.support.api import OWNER, Virtual, ask
from tests.support.county import cap
from tests.support.world import World


def test_what_is_no_utf_8_shows_as_text_and_is_read_again_as_it_was_stated(virtual: Virtual) -> None:
    """Big5 is read by the statement of the header alone."""

    async def story(client: httpx.AsyncClient, world: World) -> None:
        words = '<?xml version="1.0" encoding="GBK"?><alert><headline>暴雨红色预警'
        await client.post("/api/v1/alerts", content=words.encode("gbk"), headers=OWNER)
        stranger = cap("S1", world.clock.now()).decode().replace("<sender>", "<sender>not-", 1)
        raw = re.sub("[一-鿿]+", "豪雨", stranger).encode("big5")
        headers = {"Authorization": "Bearer county-token", "Content-Type": "text/xml; charset=Big5"}
        await client.post("/api/v1/alerts", content=raw, headers=headers)
        await asyncio.sleep(1)
        listed = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert [one["reason"] for one in listed] == ["sender_not_allowed", "not_xml"]
        for _ in range(2):
            number = listed[0]["number"]
            texts = [
                (await client.get(f"/api/v1/quarantine/{one['number']}")).json()["text"] for one in listed
            ]
            assert "豪雨" in texts[0]
            assert texts[1] == words
            await client.post(f"/api/v1/quarantine/{number}/release", json={"person": "王芳"})
            await asyncio.sleep(1)
            listed = (await client.get("/api/v1/quarantine")).json()["quarantine"]
            assert [one["reason"] for one in listed] == ["sender_not_allowed", "not_xml"]

    ask(virtual, story)


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
