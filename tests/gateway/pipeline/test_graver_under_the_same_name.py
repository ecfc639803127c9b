"""The identity of a document that we hold, with graver content: it rings, and a person can let it go.

Over HTTP and over MQTT, and with a restart before or after the person's order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.alarm import AlarmKind
from gateway.model.alert import Arrival
from gateway.model.plan import Act
from gateway.model.reason import Reason
from tests.support.county import ROADS, START, cap, reference
from tests.support.world import World

Virtual = Callable[[Any], Any]
CHIP = "a"
YELLOW, RED = cap("A1", START, level="黄"), cap("A1", START)


async def bring(world: World, raw: bytes, road: str) -> None:
    if road == "http":
        await world.send(raw)
        return
    arrival = Arrival(raw, ROADS[0], "mqtt:warnings", world.clock.now())
    await world.living.intake.keep(arrival, urgent=False)


async def a_red_with_the_name_of_a_yellow(world: World, road: str) -> int:
    """The number under which it is in quarantine."""
    await world.start()
    await bring(world, YELLOW, road)
    await asyncio.sleep(240)
    assert world.heard(CHIP, "黄色预警信号")
    await bring(world, RED, road)
    await asyncio.sleep(30)
    ((number, _, why),) = world.ledger.quarantined()
    assert why.reason is Reason.CONTENT_GRAVER
    return number


@pytest.mark.parametrize("road", ["http", "mqtt"])
@pytest.mark.parametrize("crash", ["never", "before", "after"])
def test_it_rings_and_airs_as_an_update_once_a_person_lets_it_go(
    virtual: Virtual, road: str, crash: str
) -> None:
    async def run() -> None:
        world = World(1, START)
        number = await a_red_with_the_name_of_a_yellow(world, road)
        rung = [alarm.why.reason for alarm in world.ledger.alarms()]
        assert Reason.CONTENT_GRAVER in rung
        assert not world.heard(CHIP, "红色预警信号"), "nobody knows which is right"
        if crash == "before":
            world.crash()
            await asyncio.sleep(30)
            assert [one for one, _, _ in world.ledger.quarantined()] == [number]
            assert world.ledger.alarms(), "it still rings"
        await world.desk.review.release(number, "王芳")
        if crash == "after":
            world.crash()
            await asyncio.sleep(30)
        await asyncio.sleep(120)
        assert world.heard(CHIP, "红色预警信号")
        assert world.ledger.quarantined() == []
        newest, first = world.ledger.documents()[:2]
        assert (newest.verdict.name, first.verdict.name) == ("air", "air")
        assert newest.alert.sent == first.alert.sent + timedelta(seconds=1)
        assert all(row.ended for row in world.ledger.plans(first.key)), "the yellow is replaced"
        await world.end()

    virtual(run())


def test_an_end_that_names_the_identity_ends_what_was_let_go(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        number = await a_red_with_the_name_of_a_yellow(world, "http")
        await world.desk.review.release(number, "王芳")
        await asyncio.sleep(120)
        lift = cap("C1", START + timedelta(minutes=7), msg_type="Cancel", references=reference("A1", START))
        await world.send(lift.replace("发布暴雨".encode(), "解除暴雨".encode()))
        await asyncio.sleep(60)
        plans = [row for document in world.ledger.documents() for row in world.ledger.plans(document.key)]
        assert all(row.ended for row in plans if row.plan.act is Act.WARNING)
        await world.end()

    virtual(run())


def test_the_same_bytes_once_more_are_no_news(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        number = await a_red_with_the_name_of_a_yellow(world, "http")
        await world.desk.review.release(number, "王芳")
        await asyncio.sleep(120)
        await world.send(RED)
        await asyncio.sleep(30)
        assert len(world.ledger.documents()) == 2
        assert world.ledger.quarantined() == []
        assert AlarmKind.QUARANTINE not in {alarm.kind for alarm in world.ledger.alarms()}
        await world.end()

    virtual(run())
