"""Review over the API: why, yes and no by name, quarantine, the rules in words, a site that only watches, a feed that is called."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import httpx

from gateway.app.feeds import Feeds
from gateway.config.sources import FeedSource
from tests.support.county import CONFIG, START, cap, day, reference
from tests.support.office import OWNER, Virtual, ask, sent
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


def test_what_is_quarantined_is_listed_shown_and_released_by_name(virtual: Virtual) -> None:
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


def test_a_second_document_under_a_known_name_goes_to_quarantine_and_the_first_stands(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        first = cap("A1", world.clock.now(), level="红")
        key = await sent(client, first)
        assert await sent(client, first.replace("红".encode(), "黄".encode())) == key
        assert (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]["name"] == "air"
        listed = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert [one["reason"] for one in listed] == ["content_changed"]

    ask(virtual, story)


def test_the_rules_are_sentences_in_both_languages(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        told = (await client.get("/api/v1/rules")).json()
        assert "暴雨，红色：任何时间立即播出。" in told["sentences"]
        assert "rainstorm, red: sounds at once at any hour." in told["sentences_en"]
        assert len(told["sentences"]) == len(told["sentences_en"]) == len(told["rules"]) + 2

    ask(virtual, story)


def test_a_call_of_caiyun_makes_its_feed_be_asked(virtual: Virtual, tmp_path: Any) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        asked: list[int] = []
        secret = tmp_path / "secret"
        secret.write_bytes(b"s3cret\n")
        feed = FeedSource(
            kind="feed", name="caiyun", url="https://a.example/", senders=("caiyun",), hook_secret_file=secret
        )
        config = CONFIG.model_copy(update={"sources": (*CONFIG.sources, feed)})
        feeds = Feeds(config, world.clock, world.living.intake)
        world.desk.hook_secret, world.desk.feeds = feeds.secret, {"caiyun": lambda: asked.append(1)}
        body = {
            "event": "ALERT_ON",
            "alert_id": "a",
            "nonce": "n",
            "signature": hashlib.sha1(b"s3cretan").hexdigest(),
        }
        assert (await client.post("/api/v1/hooks/caiyun", content=json.dumps(body))).status_code == 202
        forged = json.dumps({**body, "nonce": "m"})
        assert (await client.post("/api/v1/hooks/caiyun", content=forged)).status_code == 401
        assert (await client.post("/api/v1/hooks/county", content=json.dumps(body))).status_code == 401
        assert asked == [1]

    ask(virtual, story)


def test_a_site_that_only_watches_says_what_it_would_have_done_and_makes_no_sound(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await sent(client, cap("A1", world.clock.now(), level="红"))
        await asyncio.sleep(3600)
        told = (await client.get(f"/api/v1/alerts/{key}")).json()
        assert (told["verdict"]["name"], told["verdict"]["reason"]) == ("store", "watch_only")
        deliveries = told["plans"][0]["deliveries"]
        assert {one["outcome"] for one in deliveries} == {"refused"}
        assert {one["reason"] for one in deliveries} == {"watch_only"}
        said = cap("C1", world.clock.now(), msg_type="Cancel", references=reference("A1", START), info=False)
        lifted = (await client.get(f"/api/v1/alerts/{await sent(client, said)}")).json()
        assert lifted["verdict"]["reason"] == "lifted"
        await asyncio.sleep(3600)
        assert not [one for horn in world.horns.values() for one in horn.heard]

    ask(virtual, story, config=CONFIG.model_copy(update={"watch_only": True}))
