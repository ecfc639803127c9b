"""Acts in simple JSON, from the HTTP of a living daemon to the speakers: an order waits for a person in every
state, sounds as a move order after the yes, and ends by its giver's return notice."""

from __future__ import annotations

import asyncio
import html
import json
from typing import Any

import apsw
import httpx

from gateway.cli import tables
from gateway.i18n import sentence
from gateway.model.plan import Act, Class
from gateway.model.reason import Reason
from gateway.model.verdict import Hold
from tests.support.api import COUNTY, Virtual, ask
from tests.support.county import OFFICE, SENDER, START, TOWNSHIP, cap, day
from tests.support.world import World

ORDER: dict[str, Any] = {
    "identifier": "M1",
    "sender": SENDER,
    "sent": START.isoformat(),
    "status": "Actual",
    "msgType": "Alert",
    "act": "move",
    "event": "山洪",
    "senderName": "青石镇防汛抗旱指挥部",
    "instruction": "沿村东公路到青石中学。",
    "areas": TOWNSHIP,
}
WORDS = "请立即转移"
BACK = "群众可以返回了"


async def posted(client: httpx.AsyncClient, **changes: Any) -> list[str]:
    """The keys of a document that the county posts; it is judged by then."""
    document = {key: value for key, value in {**ORDER, **changes}.items() if value is not None}
    raw = json.dumps(document, ensure_ascii=False)
    answer = await client.post("/api/v1/alerts", content=raw.encode(), headers=COUNTY)
    assert answer.status_code == 202, answer.text
    await asyncio.sleep(1)
    return [row["key"] for row in answer.json()["alerts"]]


async def verdict(client: httpx.AsyncClient, key: str) -> tuple[str, str]:
    shown = (await client.get(f"/api/v1/alerts/{key}")).json()["verdict"]
    return shown["name"], shown["reason"]


async def approve(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post(f"/api/v1/alerts/{key}/approve", json={"person": "王芳"})
    assert answer.json() == {"more": 0}


def explained(trace: dict[str, Any]) -> str:
    """What `tongluo explain` prints of a trace."""
    terminal = tables.console()
    with terminal.capture() as captured:
        terminal.print(tables.explanation(trace, "zh"))
    return captured.get()


def test_an_order_waits_for_a_person_and_airs_as_a_move_order_until_its_giver_ends_it(
    virtual: Virtual,
) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        (key,) = await posted(client, level="红色", colour="red")
        assert await verdict(client, key) == ("hold", "order_waits")
        assert [alarm.name for alarm in world.desk.alarms.ringing()] == [f"alert {key}"]
        await client.get("/?token=owner")
        page = html.unescape((await client.get("/")).text)
        assert "【立即转移】山洪" in page
        told = explained((await client.get(f"/api/v1/alerts/{key}/trace")).json())
        for words in (
            "【立即转移】",
            "转移类命令须由人下达",
            "同意后播",
            WORDS,
            "不认识的键 colour",
            "是否要写 level",
        ):
            assert words in told
        await asyncio.sleep(6 * 60)
        assert not world.heard("a", WORDS), "no time lets it go"

        await approve(client, key)
        await asyncio.sleep(7 * 60)
        (row,) = world.ledger.plans(key)
        assert (row.plan.class_, row.plan.act) == (Class.MOVE, Act.MOVE)
        assert {burst.number for burst in row.bursts if burst.speaker == "a"} >= {0, 1, 2}
        assert row.plan.schedule.bursts[:3] == (0.0, 180.0, 360.0)
        assert str(world.heard("a", WORDS)[0].text).count("紧急通知。") > 1
        assert "沿村东公路到青石中学" in str(world.heard("a", WORDS)[0].text)
        told = explained((await client.get(f"/api/v1/alerts/{key}/trace")).json())
        assert "已由人同意，按转移命令立即播出" in told

        (other,) = await posted(client, identifier="R1", act="返回通知", sender=OFFICE, areas=None)
        assert await verdict(client, other) == ("store", "no_order_stands")
        (back,) = await posted(client, identifier="R2", act="返回通知", areas=None)
        assert await verdict(client, back) == ("hold", "return_waits")
        heard = len(world.heard("a", WORDS))
        await asyncio.sleep(4 * 60)
        assert len(world.heard("a", WORDS)) > heard, "nobody has said yes to the return"
        assert not world.heard("a", BACK)
        await approve(client, back)
        heard = len(world.heard("a", WORDS))
        await asyncio.sleep(5 * 60)
        assert len(world.heard("a", WORDS)) == heard
        assert world.heard("a", BACK)
        assert not world.heard("b", BACK), "it never heard the order"

    ask(virtual, story)


def test_an_order_sounds_neither_from_memory_nor_after_a_crash_and_a_yes_from_both(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        world.ail(apsw.IOError)
        raw = json.dumps(ORDER | {"level": "red"}).encode()
        failed = await client.post("/api/v1/alerts", content=raw, headers=COUNTY)
        assert failed.status_code == 503
        red = await client.post("/api/v1/alerts", content=cap("A1", START), headers=COUNTY)
        assert red.status_code == 503
        await asyncio.sleep(6 * 60)
        assert world.heard("a", "A1"), "a red sounds from memory"
        assert not world.heard("a", WORDS)
        world.ail(None)
        await asyncio.sleep(60)
        (key,) = await posted(client, level="red")
        world.crash()
        await asyncio.sleep(6 * 60)
        found = world.ledger.document(key)
        assert found
        assert isinstance(found.verdict, Hold)
        assert found.verdict.why.reason is Reason.ORDER_WAITS
        assert not world.heard("a", WORDS)
        assert await world.desk.review.approve(key, "王芳") == 0
        await asyncio.sleep(60)
        assert world.heard("a", WORDS)

    ask(virtual, story)


def test_a_red_with_an_order_sounds_at_once_as_a_red_and_the_order_waits(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        title = "舒城县气象台发布暴雨红色预警信号"
        red, order = await posted(client, event="暴雨", level="red", headline=title, description="大暴雨。")
        assert await verdict(client, red) == ("air", "aired")
        assert await verdict(client, order) == ("hold", "order_waits")
        await asyncio.sleep(60)
        (row,) = world.ledger.plans(red)
        assert (row.plan.class_, row.plan.act) == (Class.RED, Act.WARNING)
        assert world.heard("a", "暴雨红色预警信号")
        assert not world.heard("a", WORDS)
        assert [name for name in (red, order) if world.desk.alarms.ringing()]
        await approve(client, order)
        await asyncio.sleep(60)
        assert world.heard("a", WORDS)
        again = await client.post(
            "/api/v1/alerts",
            content=json.dumps(
                {**ORDER, "event": "暴雨", "level": "red", "headline": title, "description": "大暴雨。"}
            ),
            headers=COUNTY,
        )
        assert again.status_code == 200, "the same once more is a duplicate"

    ask(virtual, story)


def test_a_notice_sounds_by_day_and_waits_for_the_morning(virtual: Virtual) -> None:
    told = {
        "act": "通知",
        "event": None,
        "instruction": None,
        "headline": "今晚检修水管",
        "description": "八点停水。",
    }

    async def story(client: httpx.AsyncClient, world: World) -> None:
        now = world.wall(world.now).isoformat(timespec="seconds")
        (key,) = await posted(client, **told, sent=now)
        assert await verdict(client, key) == ("hold", "told_by_day")
        assert not world.desk.alarms.ringing(), "nobody is rung for a notice that waits"
        await asyncio.sleep(5 * 60)
        assert not world.heard("a", "八点停水")
        await asyncio.sleep(3 * 60)
        assert await verdict(client, key) == ("air", "aired")
        (row,) = world.ledger.plans(key)
        assert row.plan.class_ is Class.NOTICE
        assert world.heard("a", "八点停水")

    ask(virtual, story, day(6, 24))


def test_an_unknown_act_rings_and_a_contradiction_is_named(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        (key,) = await posted(client, act="马上走")
        assert await verdict(client, key) == ("quarantine", "act_unknown")
        assert [alarm.name for alarm in world.desk.alarms.ringing()] == [f"alert {key}"]
        found = world.ledger.document(key)
        assert found
        assert "马上走" in sentence(found.verdict.why)
        (other,) = await posted(client, identifier="M2", act="move", msgType="解除")
        assert await verdict(client, other) == ("quarantine", "act_contradicts")
        await asyncio.sleep(60)
        assert not world.heard("a")

    ask(virtual, story)
