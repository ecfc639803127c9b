"""A commit that does not come back, as on an SD card that tidies itself up: what is grave does not wait for
it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from gateway.pipeline.outage import HANG_S
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START, TOGETHER, cap
from tests.support.world import World

Virtual = Callable[[Coroutine[Any, Any, Any]], Any]
HANGS_S = 40.0


def hang(patch: pytest.MonkeyPatch, step: str) -> None:
    """This step of the ledger takes as long as a card that hangs."""
    real = getattr(Ledger, step)

    async def late(self: Ledger, *given: Any, **more: Any) -> Any:
        await asyncio.sleep(HANGS_S)
        return await real(self, *given, **more)

    patch.setattr(Ledger, step, late)


@pytest.mark.parametrize("step", ["arrive", "enter"])
def test_a_red_sounds_while_the_commit_hangs_is_acknowledged_after_it_and_is_said_once(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        hang(monkeypatch, step)
        began = world.now
        sending = asyncio.create_task(world.send(cap("R1", world.clock.now())))
        await asyncio.sleep(HANG_S + 2)
        assert all(world.heard(name, "R1") or world.horns[name].playing for name in TOGETHER)
        assert sending.done() == (step == "enter"), "nothing is acknowledged that is not on the disk"
        monkeypatch.undo()
        await sending
        assert world.now - began >= (HANGS_S if step == "arrive" else 0)
        await asyncio.sleep(HANGS_S + 160)
        assert [len(world.said(name)) for name in TOGETHER] == [1] * len(TOGETHER)
        (row,) = world.ledger.plans(world.ledger.documents()[0].key)
        assert {burst.speaker for burst in row.bursts if burst.number == 0 and burst.outcome} == set(TOGETHER)
        await world.end()

    virtual(story())


def test_a_blue_waits_for_the_disk(virtual: Virtual, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        hang(monkeypatch, "arrive")
        sending = asyncio.create_task(world.send(cap("B1", world.clock.now(), level="蓝")))
        await asyncio.sleep(HANGS_S - 2)
        assert not sending.done()
        assert not any(world.horns[name].heard for name in TOGETHER)
        await sending
        await world.end()

    virtual(story())
