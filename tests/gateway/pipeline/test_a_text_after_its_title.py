"""A list gives the title of a warning, the detail its text under the same identity: that is an update.

Over the door of the daemon, with and without a moment between the two, and with a restart.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from gateway.intake import Acceptance, Accepted
from gateway.model.alarm import AlarmKind
from gateway.model.plan import Act
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
CHIP = "a"
WHOLE = cap("A1", START)
TITLE = re.sub(rb"<(description|instruction)>.*?</\1>\n?", b"", WHOLE)
OTHER_BYTES = WHOLE.replace(b"</description>", b"</description>\n")
TEXT = "一百毫米"


def clean(answer: Acceptance) -> Accepted:
    assert isinstance(answer, Accepted)
    assert answer.differing == ()
    return answer


async def as_it_should_be(world: World) -> None:
    """The text was said, one plan lives, and nobody was rung for a conflict."""
    assert world.heard(CHIP, TEXT)
    assert world.ledger.quarantined() == []
    assert AlarmKind.QUARANTINE not in {alarm.kind for alarm in world.ledger.alarms()}
    plans = [row for document in world.ledger.documents() for row in world.ledger.plans(document.key)]
    warnings = [row for row in plans if row.plan.act is Act.WARNING]
    assert [row.ended is None for row in warnings].count(True) <= 1
    assert len(warnings) == 2
    newest, first = world.ledger.documents()[:2]
    assert newest.alert.sent > first.alert.sent
    assert newest.alert.sent.replace(microsecond=0) == first.alert.sent, "the time that is said is the same"
    await world.end()


@pytest.mark.parametrize("between", [0.0, 0.5, 240.0])
def test_the_text_is_said_as_an_update(virtual: Virtual, between: float) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        clean(await world.send(TITLE))
        await asyncio.sleep(between)
        answer = clean(await world.send(WHOLE))
        assert not answer.duplicate or not between
        await asyncio.sleep(240)
        await as_it_should_be(world)

    virtual(run())


def test_both_in_one_moment_are_one_warning(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.gather(world.send(TITLE), world.send(WHOLE))
        await asyncio.sleep(240)
        await as_it_should_be(world)

    virtual(run())


def test_a_restart_between_the_two_changes_nothing(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        clean(await world.send(TITLE))
        await asyncio.sleep(240)
        world.crash()
        await asyncio.sleep(30)
        clean(await world.send(WHOLE))
        await asyncio.sleep(240)
        await as_it_should_be(world)

    virtual(run())


def test_whichever_comes_again_is_no_news(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        clean(await world.send(TITLE))
        await asyncio.sleep(120)
        first = clean(await world.send(WHOLE))
        await asyncio.sleep(120)
        for raw in (TITLE, WHOLE, OTHER_BYTES, TITLE + b"\n"):
            again = clean(await world.send(raw))
            assert again.duplicate
            assert raw in (TITLE, TITLE + b"\n") or again.keys == first.keys
            await asyncio.sleep(30)
        assert len(world.ledger.documents()) == 2
        await as_it_should_be(world)

    virtual(run())


def test_the_title_after_the_text_is_no_conflict(virtual: Virtual) -> None:
    async def run() -> None:
        world = World(1, START)
        await world.start()
        clean(await world.send(WHOLE))
        await asyncio.sleep(120)
        assert clean(await world.send(TITLE)).duplicate
        await asyncio.sleep(120)
        assert len(world.ledger.documents()) == 1
        assert world.ledger.quarantined() == []
        await world.end()

    virtual(run())
