"""Alerts over the API, over the real daemon of the simulated county.

Covers alerts, plans, verdicts and reasons of gateway/console/views.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gateway.model.alert import Arrival
from tests.support.api import COUNTY, NOBODY, OTHER, OWNER, Virtual, ask, sent
from tests.support.county import CONFIG, START, cap, reference
from tests.support.receipt_signature import verified
from tests.support.world import World

KEY = b"a key of the county's"


def test_what_the_owner_sends_may_sound_too(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=OWNER)
        await asyncio.sleep(1)
        body = (await client.get(sent.json()["alerts"][0]["links"]["self"], headers=OWNER)).json()
        assert body["verdict"]["name"] == "air"

    ask(virtual, story, headers=NOBODY)


def test_accepted_is_202_a_duplicate_200_with_the_same_links_and_nonsense_422_with_its_place(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        first = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        again = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        assert (first.status_code, again.status_code) == (202, 200)
        assert first.json() == again.json()
        bad = cap("A2", START).replace(b"<sent>", b"<sent>yesterday ")
        refused = await client.post("/api/v1/alerts", content=bad, headers=COUNTY)
        assert refused.status_code == 422
        body = refused.json()
        assert (body["element"], body["line"], body["reason"]) == ("sent", 3, "bad_value")
        assert body["sentence"]
        assert body["sentence_en"]
        assert body["quarantine"] > 0

    ask(virtual, story, headers=NOBODY)


def test_too_much_is_refused_before_it_is_kept(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        answer = await client.post("/api/v1/alerts", content=b"x" * (2 * 1024 * 1024 + 1), headers=COUNTY)
        assert answer.status_code == 413
        assert world.ledger.unjudged() == []

    ask(virtual, story, headers=NOBODY)


def test_the_plans_of_a_warning_are_read_with_its_trace(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        links = sent.json()["alerts"][0]["links"]
        await asyncio.sleep(300)
        body = (await client.get(links["self"], headers=OWNER)).json()
        assert body["verdict"]["name"] == "air"
        outcomes = {one["speaker"]: one["outcome"] for one in body["plans"][0]["deliveries"]}
        assert outcomes == {"a": "played", "h1": "unproved", "h2": "unproved", "f1": "played", "f2": "played"}
        steps = (await client.get(links["trace"], headers=OWNER)).json()["steps"]
        assert {"relay", "verdict"} <= {step["rule"] for step in steps}

    ask(virtual, story, headers=NOBODY)


def test_a_second_document_under_a_known_name_goes_to_quarantine_and_the_first_stands(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        first = cap("A1", world.clock.now(), level="红")
        key = await sent(client, first)
        await asyncio.sleep(1)
        other = first.replace("红".encode(), "黄".encode())
        answer = await client.post("/api/v1/alerts", content=other, headers=COUNTY)
        assert answer.status_code == 409
        await asyncio.sleep(1)
        body = answer.json()
        assert (body["key"], body["reason"]) == (key, "content_changed")
        assert body["changes"][0] == {"field": "level", "held": "red", "came": "yellow"}
        assert (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]["name"] == "air"
        listed = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert [one["reason"] for one in listed] == ["content_changed"]

    ask(virtual, story)


def test_every_member_of_a_batch_is_answered_for(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        good, bad = (cap(name, world.clock.now(), level="红") for name in ("B1", "B2"))
        bad = bad.replace(b"<sent>", b"<sent>yesterday ")
        raw = b"<alerts>" + b"".join(one[one.index(b"<alert") :] for one in (bad, good)) + b"</alerts>"
        answer = await client.post("/api/v1/alerts", content=raw, headers=COUNTY)
        assert answer.status_code == 207
        first, second = answer.json()["members"]
        await asyncio.sleep(1)
        assert (first["status"], first["element"], first["reason"]) == (422, "sent", "bad_value")
        assert (await client.get(f"/api/v1/alerts/{second['key']}")).json()["verdict"]["name"] == "air"
        shown = (await client.get(f"/api/v1/quarantine/{first['quarantine']}")).json()
        assert "B2" in shown["text"]
        assert "B1" not in shown["text"]
        assert world.ledger.unjudged() == []
        again = await client.post("/api/v1/alerts", content=raw, headers=COUNTY)
        assert again.status_code == 207
        assert again.json()["members"][0]["quarantine"] == first["quarantine"]
        assert len((await client.get("/api/v1/quarantine")).json()["quarantine"]) == 1

    ask(virtual, story)


BATCH = """
{"result": {"alert": {"content": [
  {"alertId": "c1", "pubtimestamp": 1785225600, "status": "预警中", "title": "云溪县气象台发布暴雨蓝色预警"},
  {"alertId": "c2",
   "status": "预警中"}
]}}}"""
TOLD = "按“彩云 JSON”读：第 2 件，第 4 行，缺少 result.alert.content[1].pubtimestamp（发布时间），这是必需项"


def test_a_bad_member_of_a_json_batch_is_told_by_its_format_and_its_line_as_it_was_sent(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        answer = await client.post("/api/v1/alerts", content=BATCH.encode(), headers=COUNTY)
        assert answer.status_code == 207
        _, bad = answer.json()["members"]
        assert (bad["format"], bad["line"], bad["element"]) == ("caiyun", 4, "pubtimestamp")
        assert bad["sentence"].startswith(TOLD)
        (shown,) = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert shown["sentence"] == bad["sentence"]
        tried = await client.post("/api/v1/explain", content=BATCH.encode())
        assert [one["sentence"] for one in tried.json()["lost"]] == [bad["sentence"]]

    ask(virtual, story)


def test_of_a_batch_without_a_good_member_each_is_told_by_its_line_as_it_was_sent(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        worse = BATCH.replace('"alertId": "c1", ', "")
        answer = await client.post("/api/v1/alerts", content=worse.encode(), headers=COUNTY)
        assert answer.status_code == 422
        first, second = answer.json()["members"]
        assert [(one["line"], one["element"]) for one in (first, second)] == [
            (3, "alertId"),
            (4, "pubtimestamp"),
        ]
        assert answer.json()["sentence"] == first["sentence"]

    ask(virtual, story)


def test_a_batch_that_waits_for_no_answer_loses_no_member_either(virtual: Virtual) -> None:
    """As it comes over MQTT: it is kept, acknowledged and parsed in its turn."""

    async def story(client: httpx.AsyncClient, world: World) -> None:
        good, bad = (cap(name, world.clock.now(), level="红") for name in ("B1", "B2"))
        bad = bad.replace(b"<sent>", b"<sent>yesterday ")
        raw = b"<alerts>" + b"".join(one[one.index(b"<alert") :] for one in (good, bad)) + b"</alerts>"
        await world.living.pipeline.pipeline.keep(Arrival(raw, "county", "mqtt:county", world.clock.now()))
        await asyncio.sleep(1)
        (listed,) = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert listed["reason"] == "bad_value"
        (taken,) = (await client.get("/api/v1/alerts")).json()["alerts"]
        assert (taken["identifier"], taken["verdict"]["name"]) == ("B1", "air")
        released = await client.post(
            f"/api/v1/quarantine/{listed['number']}/release", json={"person": "王芳"}
        )
        assert released.status_code == 202
        await asyncio.sleep(1)
        (again,) = (await client.get("/api/v1/quarantine")).json()["quarantine"]
        assert again["number"] == listed["number"]

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


def test_a_source_fetches_its_own_receipts_signed(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        link = sent.json()["alerts"][0]["links"]["receipts"]
        assert (await client.get(link, headers=OTHER)).status_code == 404
        await asyncio.sleep(300)
        letters = (await client.get(link, headers=COUNTY)).json()["receipts"]
        kinds = [one["kind"] for one in letters]
        assert kinds[0] == "accepted"
        assert {"accepted", "speaker", "summary"} <= set(kinds)
        assert all(verified(one, KEY) for one in letters)
        assert len((await client.get(link, headers=OWNER)).json()["receipts"]) == len(letters)

    ask(virtual, story, headers=NOBODY, receipt_keys={"county": KEY})


@pytest.mark.parametrize("path", ["", "/receipts", "/trace"])
def test_a_source_reads_nothing_of_an_alert_that_another_sent(virtual: Virtual, path: str) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        where = f"/api/v1/alerts/{sent.json()['alerts'][0]['key']}{path}"
        await asyncio.sleep(30)
        for who, status in ((COUNTY, 200), (OWNER, 200), (OTHER, 404), (NOBODY, 401)):
            assert (await client.get(where, headers=who)).status_code == status
        refused = (await client.get(where, headers=OTHER)).json()["detail"]
        assert refused["reason"] == "unknown_alert", "not even that there is such an alert"

    ask(virtual, story, headers=NOBODY)


def test_two_sources_that_send_the_same_each_fetch_their_own(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        links = []
        for who in (COUNTY, OTHER):
            sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=who)
            links.append((who, sent.json()["alerts"][0]["links"]))
            await asyncio.sleep(5)
        for who, link in links:
            letters = (await client.get(link["receipts"], headers=who)).json()["receipts"]
            assert [one["kind"] for one in letters].count("accepted") == 1
            assert (await client.get(link["self"], headers=who)).status_code == 200

    ask(virtual, story, headers=NOBODY)
