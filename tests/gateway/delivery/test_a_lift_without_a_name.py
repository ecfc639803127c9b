"""A lift that names nothing after a live red: further bursts wait until people answer, over a restart too.

Covers gateway/delivery/gate.py, gateway/pipeline/held.py and gateway/office/review.py together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import apsw
import pytest

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason
from gateway.model.record import Document
from gateway.model.refused import Refused
from gateway.model.verdict import Hold
from tests.support.county import START, TOWNSHIP, cap, reference, words
from tests.support.world import World

Virtual = Callable[[Any], Any]
MINUTE = timedelta(minutes=1)
CHIP = "a"


def lift(name: str = "C1", references: str = "", after: timedelta = 5 * MINUTE) -> bytes:
    raw = cap(name, START + after, msg_type="Cancel", references=references)
    return raw.replace("发布暴雨".encode(), "解除暴雨".encode())


def bursts(world: World, words: str) -> int:
    """How many bursts of a warning with these words were heard: a long text goes to the chip twice."""
    return len(world.heard(CHIP, words)) // 2


def lifts(world: World, words: str = "解除") -> int:
    """How many bursts of a lift were heard: a short text goes to the chip once."""
    return len(world.heard(CHIP, words))


async def a_red_and_its_lift(world: World, reds: Mapping[str, str] = {"A1": TOWNSHIP}) -> Document:
    """The red sounds once; five minutes later its lift comes. Returns the lift. `reds` are areas by name."""
    await world.start()
    for name, area in reds.items():
        await world.send(cap(name, START, area=area))
        await asyncio.sleep(60)
    await asyncio.sleep(300)
    await world.send(lift())
    await asyncio.sleep(1)
    document = world.ledger.documents()[0]
    assert document.verdict.why.reason is Reason.LIFT_UNCLEAR
    return document


def test_its_bursts_wait_over_a_restart_and_a_yes_makes_it_the_lift(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        document = await a_red_and_its_lift(world)
        rung = {alarm.name: alarm.why.reason for alarm in world.ledger.alarms()}
        assert rung[AlarmKind.ALERT.named(document.key)] is Reason.LIFT_UNCLEAR
        world.crash()
        await asyncio.sleep(26 * 60)
        assert bursts(world, words("A1")) == 1, "the bursts of 10 and 30 min wait"
        await world.desk.review.approve(document.key, "王芳")
        await asyncio.sleep(60)
        assert bursts(world, words("A1")) == 1
        assert lifts(world, "解除暴雨红色预警信号") == 1
        found = world.ledger.document(document.key)
        assert found
        assert (found.verdict.name, found.verdict.why.reason) == ("stop", Reason.LIFTED)
        await world.end()

    virtual(run())


def test_a_no_lets_the_red_go_on(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        document = await a_red_and_its_lift(world)
        await asyncio.sleep(10 * 60)
        world.crash()
        await asyncio.sleep(30)
        assert bursts(world, words("A1")) == 1
        await world.desk.review.veto(document.key, "王芳")
        await asyncio.sleep(60)
        assert bursts(world, words("A1")) == 2, "the burst that was due is said at once"
        await asyncio.sleep(15 * 60)
        assert bursts(world, words("A1")) == 3
        assert not world.heard(CHIP, "解除")
        await world.end()

    virtual(run())


def test_of_several_a_person_names_the_one_and_the_other_goes_on(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        document = await a_red_and_its_lift(world, {"A1": "341523104201", "A2": "341523104202"})
        assert isinstance(document.verdict, Hold)
        first, second = document.verdict.pauses
        with pytest.raises(Refused) as refused:
            await world.desk.review.approve(document.key, "王芳")
        assert refused.value.why.reason is Reason.WHICH_LIFT
        with pytest.raises(Refused):
            await world.desk.review.approve(document.key, "王芳", "nobody")
        await world.desk.review.approve(document.key, "王芳", first)
        await asyncio.sleep(28 * 60)
        ended = {key: world.ledger.plans(key)[0].ended for key in (first, second)}
        reasons = {key: why.reason for key, why in ended.items() if why}
        assert reasons == {first: Reason.CANCELLED, second: Reason.SPOKEN}
        await world.end()

    virtual(run())


def test_a_lift_that_names_it_ends_the_question(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        document = await a_red_and_its_lift(world)
        await world.send(lift("C2", reference("A1", START)))
        await asyncio.sleep(30)
        found = world.ledger.document(document.key)
        assert found
        assert found.verdict.name == "stop"
        assert world.ledger.held() == []
        assert lifts(world) == 1
        await world.end()

    virtual(run())


@pytest.mark.parametrize("crash", [False, True])
def test_the_warning_that_it_names_comes_after_it_and_ends_the_question(
    virtual: Virtual, crash: bool
) -> None:
    """Two brokers carry the same documents: an end overtakes its warning while another warning sounds."""

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START, issuer="舒城县A1气象台"))
        await asyncio.sleep(60)
        await world.send(lift(references=reference("A2", START)))
        await asyncio.sleep(1)
        (held,) = world.ledger.held()
        assert held.verdict.why.reason is Reason.LIFT_UNCLEAR
        await world.send(cap("A2", START, issuer="舒城县A2气象台"))
        if crash:
            world.crash()
        await asyncio.sleep(31 * 60)
        assert world.ledger.held() == []
        assert bursts(world, words("A1")) == 3, "it was never meant"
        assert bursts(world, words("A2")) == 0
        await world.end()

    virtual(run())


def test_an_end_of_another_level_is_asked_about_for_as_long_as_the_warning_lasts(virtual: Virtual) -> None:
    """Nothing waits for the answer. The question is still there an hour later."""

    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        await world.send(lift().replace("红色".encode(), "橙色".encode()))
        await world.send(cap("A9", START + 6 * MINUTE, level="蓝"))
        await asyncio.sleep(3600)
        (held,) = world.ledger.held()
        assert isinstance(held.verdict, Hold)
        assert (held.verdict.why.reason, held.verdict.pauses) == (Reason.LIFT_UNCLEAR, ())
        assert bursts(world, words("A1")) == 3
        await world.end()

    virtual(run())


def test_a_warning_that_was_replaced_ends_the_question(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await a_red_and_its_lift(world)
        raw = cap("A3", START + 6 * MINUTE, msg_type="Update", references=reference("A1", START))
        await world.send(raw)
        await asyncio.sleep(60)
        assert world.ledger.held() == []
        assert bursts(world, words("A3")) == 1
        await world.end()

    virtual(run())


@pytest.mark.parametrize("sent", [-20 * MINUTE, -2 * MINUTE, 2 * MINUTE])
def test_a_lift_that_names_it_bites_at_once_whatever_its_clock_says(
    virtual: Virtual, sent: timedelta
) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        await world.send(lift(references=reference("A1", START - 7 * MINUTE), after=-2 * MINUTE))
        await asyncio.sleep(12 * 60)
        assert bursts(world, words("A1")) == 1
        assert lifts(world) == 1
        await world.end()

    virtual(run())


def test_while_the_disk_fails_the_bursts_wait_too(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        await world.send(cap("A1", START))
        await asyncio.sleep(60)
        world.ail(apsw.FullError)
        sending = asyncio.create_task(world.send(lift(), patient=True))
        await asyncio.sleep(60)
        world.ail(None)
        await sending
        await asyncio.sleep(12 * 60)
        assert bursts(world, words("A1")) == 1
        await world.end()

    virtual(run())
