"""恢复播出 over the API and the page, with the real dispatcher; and what was heard, counted again from the
ledger's bursts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from gateway.model.delivery import Outcome
from gateway.model.plan import Act, Class
from tests.support.api import COUNTY, NOBODY, OWNER, Virtual, ask, sent
from tests.support.county import ROSTER, START, TOGETHER, cap
from tests.support.world import World

HEARD = (Outcome.PLAYED, Outcome.UNPROVED)


async def stop(client: httpx.AsyncClient, target: str = "all") -> None:
    assert (await client.post("/api/v1/stop", json={"target": target, "person": "王芳"})).status_code == 200


async def again(client: httpx.AsyncClient, key: str) -> httpx.Response:
    return await client.post(f"/api/v1/alerts/{key}/again", json={"person": "李四"})


def whole(world: World, key: str) -> set[str]:
    """The speakers that have heard it whole, by the ledger's bursts."""
    rows = world.ledger.plans(key)
    return {burst.speaker for row in rows for burst in row.bursts if burst.outcome in HEARD}


def test_after_a_stop_it_sounds_where_it_was_not_heard_whole_also_after_a_crash(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await sent(client, cap("A1", START))
        await asyncio.sleep(2)
        await stop(client)
        before = whole(world, key)
        assert before < set(TOGETHER)
        answers = [await again(client, key), await again(client, key)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()
        assert set(answers[0].json()["speakers"]) == set(TOGETHER) - before
        await asyncio.sleep(120)
        assert whole(world, key) == set(TOGETHER)
        await asyncio.sleep(3600)
        late = await again(client, key)
        assert late.status_code == 409
        assert late.json()["detail"]["reason"] == "again_heard"
        assert "完整听到" in late.json()["detail"]["sentence"]

    ask(virtual, story)


def test_a_re_issue_after_a_stop_sounds_where_the_first_was_not_heard_whole(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        first = await sent(client, cap("A1", START))
        await asyncio.sleep(2)
        await stop(client)
        before = whole(world, first)
        now = world.wall(world.now)
        left = 360 - (now - START).total_seconds() / 60  # it ends when the first would
        raw = cap("A2", now, minutes=left).replace(b"A2", b"A1").replace(b">A1<", b">A2<", 1)
        second = await sent(client, raw)
        await asyncio.sleep(120)
        assert whole(world, second) == set(TOGETHER) - before
        assert whole(world, first) == before

    ask(virtual, story)


def test_only_the_owner_may_and_a_person_must_be_named(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        key = await sent(client, cap("A1", START))
        path = f"/api/v1/alerts/{key}/again"
        assert (await client.post(path, json={"person": "李四"})).status_code == 401
        assert (await client.post(path, json={"person": "李四"}, headers=COUNTY)).status_code in (401, 403)
        assert (await client.post(path, json={}, headers=OWNER)).status_code == 422
        assert (
            await client.post(path.replace(key, "0" * 32), json={"person": "李四"}, headers=OWNER)
        ).json()["detail"]["reason"] == "unknown_alert"

    ask(virtual, story, headers=NOBODY)


def test_a_hold_of_everything_holds_it_back(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await sent(client, cap("A1", START))
        await asyncio.sleep(2)
        await stop(client)
        await client.post("/api/v1/hold", json={"minutes": 5, "person": "王芳"})
        before = whole(world, key)
        assert (await again(client, key)).status_code == 202
        await asyncio.sleep(240)
        assert whole(world, key) == before
        await asyncio.sleep(240)
        assert whole(world, key) == set(TOGETHER)

    ask(virtual, story)


def test_the_page_has_a_button_for_it_while_somebody_lacks_it(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.get("/?token=owner")
        key = await sent(client, cap("A1", START))
        await asyncio.sleep(2)
        assert 'action="/again"' not in (await client.get("/")).text
        await stop(client)
        await asyncio.sleep(1)
        page = (await client.get("/")).text
        assert 'action="/again"' in page
        assert "恢复播出" in page
        form_key = page.split('name="form_key" value="')[1].split('"')[0]
        form = {"form_key": form_key, "key": key, "person": "李四"}
        assert (await client.post("/again", data={**form, "form_key": "forged"})).status_code == 403
        assert (await client.post("/again", data=form)).status_code == 303
        await asyncio.sleep(120)
        assert whole(world, key) == set(TOGETHER)
        assert 'action="/again"' not in (await client.get("/")).text

    ask(virtual, story)


def counted(world: World, key: str, plan: str = "") -> dict[str, dict[str, int]]:
    """What was heard, counted from the ledger's bursts in another way than the product does."""
    rows = [row for row in world.ledger.plans(key) if not plan or row.plan.id == plan]
    bursts = [burst for row in rows if row.plan.act is Act.WARNING for burst in row.bursts]
    homes = {speaker.id: speaker.region.code for speaker in ROSTER.speakers}
    keys: Mapping[str, Any] = {
        "rounds": lambda burst: (burst.plan, burst.number),
        "speakers": lambda burst: burst.speaker,
        "villages": lambda burst: homes[burst.speaker],
    }
    told = {}
    for what, of in keys.items():
        played = {of(burst) for burst in bursts if burst.outcome is Outcome.PLAYED}
        perhaps = {of(burst) for burst in bursts if burst.outcome is Outcome.UNPROVED}
        told[what] = {"played": len(played), "unproved": len(perhaps - played)}
    return told


def test_receipts_alerts_and_page_count_what_the_ledger_says_was_heard(virtual: Virtual) -> None:
    """A red is stopped, said again, cut off by an order of a better class and stopped at one speaker, while
    one speaker is silent."""

    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.get("/?token=owner")
        world.horns["h2"].faults.dead = True
        key = await sent(client, cap("A1", START))
        await asyncio.sleep(2)
        await stop(client)
        await again(client, key)
        await asyncio.sleep(4)
        red = world.ledger.plans(key)[-1].plan
        move = replace(red, id="f" * 32, alert="", act=Act.MOVE, class_=Class.MOVE, start=world.clock.now())
        await world.add(move, "a move order")
        await asyncio.sleep(200)
        await stop(client, "f1")
        await asyncio.sleep(2400)

        shown = (await client.get(f"/api/v1/alerts/{key}")).json()
        assert shown["heard"] == counted(world, key)
        for plan in shown["plans"]:
            assert plan["heard"] == counted(world, key, plan["id"])
            for delivery in plan["deliveries"]:
                bursts = next(row for row in world.ledger.plans(key) if row.plan.id == plan["id"]).bursts
                mine = [burst.outcome for burst in bursts if burst.speaker == delivery["speaker"]]
                assert delivery["bursts"] == mine.count(Outcome.PLAYED)
                assert delivery["unproved"] == mine.count(Outcome.UNPROVED)
        receipts = (await client.get(f"/api/v1/alerts/{key}/receipts")).json()["receipts"]
        finals = {one["plan"]: one for one in receipts if one.get("final")}
        assert finals
        for plan, one in finals.items():
            assert one["heard"] == counted(world, key, plan)
        said = (await client.get("/")).text
        for outcome, count in counted(world, key)["speakers"].items():
            shown_there = re.search(rf'chip {outcome}">\s*\S+ (\d+)', said)
            assert (int(shown_there[1]) if shown_there else 0) == count
        every = [burst for row in world.ledger.plans(key) for burst in row.bursts]
        assert {Outcome.CANCELLED, Outcome.PLAYED, Outcome.UNPROVED, Outcome.SILENT} <= {
            burst.outcome for burst in every
        }
        assert any(burst.take for burst in every), "it was cut off"

    ask(virtual, story)
