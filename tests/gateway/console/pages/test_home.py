"""The page, and its login. Covers forms, login and templates of gateway/console/pages."""

from __future__ import annotations

import asyncio
import html
import re

import httpx

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from tests.support.api import COUNTY, NOBODY, Virtual, ask
from tests.support.county import START, cap
from tests.support.world import World


def sounds(world: World) -> bool:
    """Whether the speaker at the square sounds now."""
    return world.horns["a"].playing is not None


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
        assert sounds(world)
        assert (await client.post("/stop", data={"form_key": key, "target": "all"})).status_code == 303
        assert not sounds(world)

    ask(virtual, story, headers=NOBODY)


def test_the_page_shows_the_words_that_a_yes_lets_go(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.get("/?token=owner")
        order = {
            "identifier": "M1",
            "sender": "county@weather.example",
            "sent": START.isoformat(),
            "status": "Actual",
            "msgType": "Alert",
            "act": "move",
            "event": "山洪",
            "areas": "341523104000",
            "instruction": "沿村东公路走。",
        }
        await client.post("/api/v1/alerts", json=order, headers=COUNTY)
        await asyncio.sleep(3)
        page = (await client.get("/")).text
        after = page.split("同意后播：")[1].split("</p>")[0]
        assert "请立即转移" in after
        assert "沿村东公路走" in after
        assert not sounds(world)

    ask(virtual, story, headers=NOBODY)


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
        assert not sounds(world)
        await client.post("/resume", data={"form_key": key})
        await asyncio.sleep(3)
        assert "全部暂停到" not in (await client.get("/")).text
        assert sounds(world), "it still holds and begins again"
        await asyncio.sleep(5)
        acts = world.ledger._all("SELECT person, body FROM act WHERE body LIKE 'acknowledge%'")
        assert acts == [("李四", f"acknowledge {name}")]

    ask(virtual, story, headers=NOBODY)


def test_the_page_names_what_an_alarm_is_about_and_spares_the_reader_keys(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        await client.get("/?token=owner")
        alarms = world.living.shared.alarms
        alarms.set(AlarmKind.SPEAKER, "f1", Why(Reason.UNREACHED, {"error": "no_answer", "unit": "1"}))
        alarms.call(
            AlarmKind.ALERT, "0123456789abcdef", Why(Reason.AIRED, {"hazard": "暴雨", "level": "red"})
        )
        shown = (await client.get("/")).text
        assert "终端 f1 · 没有送达" in shown
        english = (await client.get("/?lang=en")).text
        assert "speaker f1 · " in english
        section = re.findall('<section class="alarms">.*?</section>', shown, re.DOTALL)[0]
        assert "暴雨红色" in section
        assert "预警 0123456789abcdef" not in section

    ask(virtual, story, headers=NOBODY)


def test_the_page_is_english_for_who_wants_it(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        assert "管理令牌 / owner's token" in html.unescape((await client.get("/?token=wrong")).text)
        await client.get("/?token=owner")
        await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        await asyncio.sleep(3)
        page = html.unescape((await client.get("/?lang=en")).text)
        assert '<html lang="en">' in page
        assert re.search(r"On the air · \d speakers", page)
        for phrase in ("by county@weather.example", "red warning", "acknowledge"):
            assert phrase in page
        chinese = html.unescape((await client.get("/?lang=fr")).text)
        assert '<html lang="zh-CN">' in chinese
        assert re.search(r"正在播出 · \d 个终端", chinese)

    ask(virtual, story, headers=NOBODY)
