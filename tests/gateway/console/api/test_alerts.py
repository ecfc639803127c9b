"""The API to senders and to the owner, over the real daemon of the simulated county."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app.desk import desk
from gateway.console import Tokens, create, owner_token
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
OWNER, COUNTY = {"Authorization": "Bearer owner"}, {"Authorization": "Bearer county-token"}


def ask(virtual: Virtual, story: Callable[[httpx.AsyncClient, World], Coroutine[Any, Any, None]]) -> None:
    """Tell a story to the API of a living county."""

    async def run() -> None:
        world = World(1, START)
        await world.start()
        assert world._life
        app = create(desk(world._life.daemon), Tokens("owner", {"county": "county-token"}))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await story(client, world)
        await world.end()

    virtual(run())


def test_every_route_without_a_token_is_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        paths = (await client.get("/openapi.json")).json()["paths"]
        assert len(paths) >= 9
        for path, methods in paths.items():
            for method in methods:
                answer = await client.request(method.upper(), path.replace("{key}", "0" * 32), json={})
                assert answer.status_code == 401, (method, path)
                wrong = await client.request(
                    method.upper(), path.replace("{key}", "0" * 32), headers={"Authorization": "Bearer x"}
                )
                assert wrong.status_code == 401, (method, path)

    ask(virtual, story)


def test_a_source_may_send_and_read_its_own_and_nothing_else(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        link = sent.json()["alerts"][0]["links"]["self"]
        await asyncio.sleep(1)
        assert (await client.get(link, headers=COUNTY)).status_code == 200
        assert (await client.get("/api/v1/speakers", headers=COUNTY)).status_code == 401
        assert (await client.post("/api/v1/stop", json={"target": "all"}, headers=COUNTY)).status_code == 401

    ask(virtual, story)


def test_what_the_owner_sends_may_sound_too(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        sent = await client.post("/api/v1/alerts", content=cap("A1", START), headers=OWNER)
        await asyncio.sleep(1)
        body = (await client.get(sent.json()["alerts"][0]["links"]["self"], headers=OWNER)).json()
        assert body["verdict"]["name"] == "air"

    ask(virtual, story)


def test_what_waits_in_its_veto_window_is_stopped_by_its_key(virtual: Virtual) -> None:
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

    ask(virtual, story)


def test_a_veto_window_that_ran_out_airs(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.post("/api/v1/alerts", content=cap("A1", START, level="黄"), headers=COUNTY)
        await asyncio.sleep(119)
        assert not world.horns["a"].heard
        await asyncio.sleep(60)
        assert world.horns["a"].heard

    ask(virtual, story)


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

    ask(virtual, story)


def test_too_much_is_refused_before_it_is_kept(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        answer = await client.post("/api/v1/alerts", content=b"x" * (2 * 1024 * 1024 + 1), headers=COUNTY)
        assert answer.status_code == 413
        assert world.ledger.unjudged() == []

    ask(virtual, story)


def test_what_became_of_a_warning_is_read_with_its_trace(virtual: Virtual) -> None:
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

    ask(virtual, story)


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

    ask(virtual, story)


def test_a_test_is_said_inside_its_wording_and_words_of_a_hazard_are_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        order = {"text": "一二三", "speakers": ["a"]}
        assert (await client.post("/api/v1/say", json=order, headers=OWNER)).status_code == 202
        await asyncio.sleep(30)
        heard = "".join(sound.text or "" for sound in world.horns["a"].heard)
        assert heard.startswith("现在进行广播设备测试")
        assert "一二三" in heard
        assert heard.endswith("测试完毕。")
        bad = {"text": "洪水来了", "speakers": ["a"]}
        refused = await client.post("/api/v1/say", json=bad, headers=OWNER)
        assert (refused.status_code, refused.json()["detail"]["reason"]) == (409, "test_words")

    ask(virtual, story)


def test_the_page_needs_a_login_shows_what_sounds_and_its_button_stops(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        assert (await client.get("/")).status_code == 401
        login = await client.get("/?token=owner")
        assert login.status_code == 303
        assert "httponly" in login.headers["set-cookie"].lower()
        assert "samesite=strict" in login.headers["set-cookie"].lower()
        await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        await asyncio.sleep(3)
        page = await client.get("/")
        assert "暴雨红色预警信号" in page.text
        assert "county@weather.example" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert (await client.post("/stop", data={"form_key": "forged", "target": "all"})).status_code == 403
        key = page.text.split('name="form_key" value="')[1].split('"')[0]
        foreign = await client.post(
            "/stop", data={"form_key": key, "target": "all"}, headers={"Origin": "http://evil.example"}
        )
        assert foreign.status_code == 403
        assert world.horns["a"].playing
        assert (await client.post("/stop", data={"form_key": key, "target": "all"})).status_code == 303
        assert world.horns["a"].playing is None

    ask(virtual, story)


def test_the_page_shows_what_rings_until_somebody_gives_a_name_and_holds_everything(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.get("/?token=owner")
        await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        await asyncio.sleep(3)
        page = await client.get("/")
        key = page.text.split('name="form_key" value="')[1].split('"')[0]
        assert "值班室响铃" in page.text
        name = page.text.split('name="name" value="')[1].split('"')[0]
        forged = {"form_key": "forged", "name": name, "person": "李四"}
        for path in ("/acknowledge", "/hold", "/resume"):
            assert (await client.post(path, data=forged)).status_code == 403
        await client.post("/acknowledge", data={**forged, "form_key": key})
        assert "值班室响铃" not in (await client.get("/")).text
        await client.post("/hold", data={"form_key": key})
        assert "全部暂停到" in (await client.get("/")).text
        assert world.horns["a"].playing is None
        await client.post("/resume", data={"form_key": key})
        await asyncio.sleep(3)
        assert "全部暂停到" not in (await client.get("/")).text
        assert world.horns["a"].playing, "it still holds and begins again"
        await asyncio.sleep(5)
        acts = world.ledger._all("SELECT person, body FROM act WHERE body LIKE 'acknowledge%'")
        assert acts == [("李四", f"acknowledge {name}")]

    ask(virtual, story)


def test_a_foreign_host_name_is_refused(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400

    ask(virtual, story)


def test_events_are_streamed_as_they_happen(virtual: Virtual) -> None:
    async def story(_client: httpx.AsyncClient, world: World) -> None:
        assert world._life
        with world._life.daemon.events() as events:
            await world.send(cap("A1", START))
            await asyncio.sleep(200)
            kinds = [events.get_nowait().kind for _ in range(events.qsize())]
        assert kinds[0] == "accepted"
        assert kinds.count("summary") == 1
        assert kinds.index("speaker") < kinds.index("summary")

    ask(virtual, story)


def test_the_owners_token_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    token = owner_token(tmp_path / "data")
    assert token == owner_token(tmp_path / "data")
    assert (tmp_path / "data" / "owner.token").stat().st_mode & 0o777 == 0o600
    assert len(token) >= 32
    assert token != owner_token(tmp_path / "other")


@pytest.fixture(autouse=True)
def _loop_closed() -> Any:
    yield
    asyncio.set_event_loop(None)
