"""A long list of warnings: the loop runs between two, and an urgent document does not wait for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest

from gateway.model.alert import Arrival
from gateway.pipeline.judging import Judging
from tests.support.county import ROADS, START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]
LONG = 50


def blue(number: int) -> bytes:
    return cap(f"B{number}", START, level="蓝")


def listed(many: int) -> bytes:
    """Blue warnings in one document: not urgent."""
    return b"<alerts>%s</alerts>" % b"".join(blue(number).split(b"?>", 1)[1] for number in range(many))


class Watched:
    """Notes at which turn of the loop each document was judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turn = 0
        self.judged: list[tuple[int, str]] = []
        decide = Judging.decide

        def noted(judging: Judging, alert: Any, *rest: Any, **more: Any) -> Any:
            self.judged.append((self.turn, alert.identifier))
            return decide(judging, alert, *rest, **more)

        monkeypatch.setattr(Judging, "decide", noted)

    async def count(self) -> None:
        while self.turn < 20 * LONG:
            await asyncio.sleep(0)
            self.turn += 1


async def keep(world: World, raw: bytes) -> None:
    await world.living.intake.keep(Arrival(raw, ROADS[0], "kept", world.clock.now()), urgent=False)


def test_the_loop_runs_between_two_warnings_of_a_list(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        watched = Watched(monkeypatch)
        world = World(1, START)
        await world.start()
        await asyncio.sleep(30)
        await asyncio.gather(watched.count(), keep(world, listed(LONG)))
        await asyncio.sleep(30)
        names = [name for _, name in watched.judged]
        assert list(dict.fromkeys(names)) == [f"B{number}" for number in range(LONG)], "in their order"
        turns = [{name for _, name in judged} for _, judged in groupby(watched.judged, lambda one: one[0])]
        assert max(map(len, turns)) <= 2
        await world.end()

    virtual(run())


def test_an_urgent_document_is_judged_before_the_rest_of_a_list(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        watched = Watched(monkeypatch)
        world = World(1, START)
        await world.start()
        await asyncio.sleep(30)
        await keep(world, listed(LONG))
        for _ in range(20 * LONG):
            if len(watched.judged) >= 5:
                break
            await asyncio.sleep(0)
        await keep(world, cap("R1", START))
        await asyncio.sleep(5)
        await keep(world, cap("R2", START))
        await asyncio.sleep(30)
        names = [name for _, name in watched.judged]
        assert names.index("R1") < names.index(f"B{LONG - 1}")
        known = {document.alert.identifier for document in world.ledger.documents(most=LONG + 9)}
        assert known == {"R1", "R2", *(f"B{number}" for number in range(LONG))}, "each is in the ledger"
        await world.end()

    virtual(run())
