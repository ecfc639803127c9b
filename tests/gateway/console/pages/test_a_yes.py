"""A yes or no at the page to what waits. Where a lift may end several warnings, the yes names one."""

from __future__ import annotations

import asyncio
import html
import re

import httpx

from gateway.model.reason import Reason
from gateway.model.verdict import Hold
from tests.support.api import COUNTY, NOBODY, Virtual, ask, sent
from tests.support.county import START, TOWNSHIP, cap
from tests.support.world import World


def lift() -> bytes:
    """A lift that names no warning."""
    return cap("C1", START, msg_type="Cancel").replace("发布暴雨".encode(), "解除暴雨".encode())


async def reds_and_a_lift(client: httpx.AsyncClient, *areas: str) -> str:
    """Each red in its area, and a lift that names none of them. Returns the key of the lift."""
    await client.get("/?token=owner")
    for number, area in enumerate(areas, start=1):
        await sent(client, cap(f"A{number}", START, area=area))
        await asyncio.sleep(60)
    answer = await client.post("/api/v1/alerts", content=lift(), headers=COUNTY)
    await asyncio.sleep(2)
    return str(answer.json()["alerts"][0]["key"])


async def page_of(client: httpx.AsyncClient, lang: str = "zh") -> tuple[str, str]:
    """The page, and the key of its forms."""
    page = html.unescape((await client.get(f"/?lang={lang}")).text)
    return page, page.split('name="form_key" value="')[1].split('"')[0]


def options(page: str) -> list[tuple[str, str]]:
    """What a yes may end: the keys, and the words beside them."""
    chosen = re.findall(r'<select name="ends" required.*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="(.*?)">\s*(.*?)\s*</option>', chosen[0], re.DOTALL) if chosen else []


def test_of_several_warnings_a_yes_names_the_one_that_it_ends(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await reds_and_a_lift(client, "341523104201", "341523104202")
        found = world.ledger.document(key)
        assert found
        assert isinstance(found.verdict, Hold)
        page, form_key = await page_of(client)
        empty, *several = options(page)
        assert empty == ("", "请选择解除的是哪一条"), "nothing is chosen for anybody"
        assert {one for one, _ in several} == set(found.verdict.pauses)
        assert all("暴雨红色预警信号 · 青石镇 · 07-28" in words for _, words in several)
        assert options((await page_of(client, "en"))[0])[0] == ("", "which warning does it end?")

        yes = {"form_key": form_key, "key": key, "person": "王芳"}
        assert (await client.post("/approve", data=yes)).status_code == 409, "which one?"
        assert (await client.post("/approve", data={**yes, "ends": "nobody"})).status_code == 409
        chosen, other = several[0][0], several[1][0]
        answer = await client.post("/approve", data={**yes, "ends": chosen})
        assert answer.status_code == 303
        await asyncio.sleep(30)
        ended = {one: world.ledger.plans(one)[0].ended for one in (chosen, other)}
        why = ended[chosen]
        assert why
        assert why.reason is Reason.CANCELLED
        assert ended[other] is None, "the other goes on"
        assert options((await page_of(client))[0]) == []
        acts = world.ledger._all("SELECT person, body FROM act WHERE body LIKE 'approve%'")
        assert acts == [("王芳", f"approve {key} as the end of {chosen}")]

    ask(virtual, story, headers=NOBODY)


def test_of_one_warning_a_yes_needs_no_choice_and_a_no_lets_it_go_on(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        key = await reds_and_a_lift(client, TOWNSHIP)
        page, form_key = await page_of(client)
        assert options(page) == []
        assert "同意" in page
        assert "否决" in page
        no = {"form_key": form_key, "key": key, "person": "王芳"}
        assert (await client.post("/veto", data={**no, "form_key": "forged"})).status_code == 403
        for path in ("/veto", "/approve"):
            assert (await client.post(path, data={**no, "person": " "})).status_code == 422, "nobody says it"
        found = world.ledger.document(key)
        assert found
        assert found.verdict.name == "hold"
        assert (await client.post("/veto", data=no)).status_code == 303
        found = world.ledger.document(key)
        assert found
        assert found.verdict.why.reason is Reason.STOPPED
        assert "同意" not in (await page_of(client))[0]

    ask(virtual, story, headers=NOBODY)


def test_what_rings_for_a_yes_stays_on_the_page_however_many_come_later(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, _world: World) -> None:
        await reds_and_a_lift(client, "341523104201", "341523104202")
        for number in range(12):
            await sent(client, cap(f"B{number}", START, status="Test"))
        assert len(options((await page_of(client))[0])) == 3

    ask(virtual, story, headers=NOBODY)
