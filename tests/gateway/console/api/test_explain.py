"""A dry run. Covers gateway/console/views/traces.py too."""

from __future__ import annotations

import asyncio
import gzip

import httpx

from tests.support.api import Virtual, ask
from tests.support.county import cap
from tests.support.world import World


def test_a_dry_run_takes_a_document_in_every_form_that_an_alert_may_have(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        text = cap("A1", world.clock.now(), level="红").decode()
        for body, headers in (
            (gzip.compress(text.encode()), {"content-encoding": "gzip"}),
            (text.encode("gbk"), {"content-type": "text/xml; charset=GBK"}),
            (text.encode("utf-16"), {}),
        ):
            answer = await client.post(
                "/api/v1/explain", params={"source": "county"}, content=body, headers=headers
            )
            assert answer.json()["alerts"][0]["verdict"]["name"] == "air"
        refused = await client.post("/api/v1/explain", content=b"x", headers={"content-encoding": "br"})
        assert refused.status_code == 415
        assert "请用 gzip 或 deflate" in str(refused.json())

    ask(virtual, story)


def test_a_dry_run_says_who_would_say_what_and_keeps_nothing(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        raw = cap("A1", world.clock.now(), level="红")
        told = (await client.post("/api/v1/explain", params={"source": "county"}, content=raw)).json()[
            "alerts"
        ][0]
        assert told["verdict"]["name"] == "air"
        spoken = [one["id"] for part in told["plans"][0]["parts"] for one in part["speakers"]]
        assert spoken
        assert not set(spoken) & {one["id"] for one in told["silent"]}
        assert {step["rule"] for step in told["steps"]} >= {"admit.sender", "area", "meaning.level", "relay"}
        assert next(step for step in told["steps"] if step["rule"] == "area")["speakers"] == spoken
        stranger = (await client.post("/api/v1/explain", params={"source": "x"}, content=raw)).json()[
            "alerts"
        ][0]
        assert stranger["verdict"]["reason"] == "sender_not_allowed"
        assert (await client.post("/api/v1/explain", content=b"<alert>")).status_code == 409
        await asyncio.sleep(5)
        assert (await client.get("/api/v1/alerts")).json()["alerts"] == []
        assert (await client.get("/api/v1/on-air")).json()["on_air"] == []

    ask(virtual, story)
