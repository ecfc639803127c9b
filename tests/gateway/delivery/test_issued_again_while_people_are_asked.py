"""A lift without a name pauses a red; before people answer, a person stops everything, or the county issues
the red again. Nothing of it is lost in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.reason import Reason
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
MINUTE = timedelta(minutes=1)
CHIP = "a"
RED = "发布暴雨红色预警"


def red(name: str, after: timedelta) -> bytes:
    """The red of A1 once more, word by word, under another name."""
    raw = cap(name, START + after).decode()
    expires = (START + timedelta(hours=6)).isoformat(timespec="seconds")
    own = (START + after + timedelta(hours=6)).isoformat(timespec="seconds")
    head, rest = raw.split("<info>", 1)
    return f"{head}<info>{rest.replace(name, 'A1').replace(own, expires)}".encode()


def nameless(after: timedelta) -> bytes:
    raw = cap("C1", START + after, msg_type="Cancel")
    return raw.replace("发布暴雨".encode(), "解除暴雨".encode())


async def asked(world: World) -> str:
    """A red that sounded once and is paused. Returns the key of the lift."""
    await world.start()
    await world.send(red("A1", 0 * MINUTE))
    await asyncio.sleep(300)
    await world.send(nameless(5 * MINUTE))
    await asyncio.sleep(5)
    document = world.ledger.documents()[0]
    assert document.verdict.why.reason is Reason.LIFT_UNCLEAR
    return document.key


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_red_issued_again_is_heard_whatever_people_answer(
    virtual: Virtual, stopped: bool, answer: str
) -> None:
    async def run() -> None:
        world = World(1, START)
        lift = await asked(world)
        if stopped:
            await world.desk.air.stop("all", "王芳")
        before = len(world.heard(CHIP, "红色预警"))
        await asyncio.sleep(60)
        await world.send(red("A2", 6 * MINUTE))
        await asyncio.sleep(90)
        newest = world.ledger.documents()[0]
        assert newest.alert.identifier == "A2"
        assert newest.verdict.name == "air", newest.verdict
        assert len(world.heard(CHIP, "红色预警")) > before
        if answer == "yes":
            await world.desk.review.approve(lift, "王芳")
        else:
            await world.desk.review.veto(lift, "王芳")
        await asyncio.sleep(40 * 60)
        assert not world.heard(CHIP, "解除"), "no all-clear beside a red that stands"
        rows = world.ledger.plans(newest.key)
        assert [row.ended.reason for row in rows if row.ended] == [Reason.SPOKEN]
        await world.end()

    virtual(run())


@pytest.mark.parametrize("crash", [False, True])
def test_what_was_stopped_while_it_was_paused_can_be_said_again(virtual: Virtual, crash: bool) -> None:
    async def run() -> None:
        world = World(1, START)
        lift = await asked(world)
        await world.desk.air.stop("all", "王芳")
        if crash:
            world.crash()
            await asyncio.sleep(30)
        await world.desk.review.veto(lift, "王芳")
        await asyncio.sleep(60)
        assert world.ledger.held() == []
        assert not world.heard(CHIP, "解除")
        await world.send(cap("A3", START + 9 * MINUTE))
        await asyncio.sleep(90)
        assert world.ledger.documents()[0].verdict.name == "air"
        await world.end()

    virtual(run())
