"""The backlog: arrivals that are kept and not judged yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from gateway.intake.lanes import WAITING_MOST, Waiting
from gateway.model.alert import Arrival
from gateway.pipeline import backlog as module
from gateway.pipeline.backlog import Backlog
from gateway.pipeline.pending import AGAIN_S
from gateway.store import contract
from tests.support.county import START, cap
from tests.support.documents import arrival

Virtual = Callable[[Any], Any]
RED, BLUE = cap("R1", START, level="红"), cap("B1", START, level="蓝")


class Shelf:
    """The ledger, as far as the backlog asks it: arrivals that nobody has judged."""

    def __init__(self, rows: Sequence[tuple[int, Arrival]] = ()) -> None:
        self.rows = dict(rows)
        self.pages: list[int] = []

    def unjudged(self, after: int = 0, most: int = -1) -> list[tuple[int, Arrival]]:
        page = [(number, row) for number, row in sorted(self.rows.items()) if number > after][:most]
        self.pages.append(len(page))
        return page

    def arrival(self, number: int) -> tuple[Arrival, str, None] | None:
        row = self.rows.get(number)
        return (row, "new", None) if row else None


def filled(*rows: tuple[int, bytes]) -> tuple[Backlog, Shelf]:
    shelf = Shelf([(number, arrival(raw)) for number, raw in rows])
    return Backlog(cast("contract.Ledger", shelf)), shelf


async def numbers(backlog: Backlog) -> list[int]:
    """Every arrival that waits, in the order of their turns."""
    found = []
    while backlog:
        found.append((await backlog.first()).number)
    return found


def test_after_a_start_what_an_earlier_run_left_waits_the_grave_first(
    virtual: Virtual, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)

    async def story() -> None:
        backlog, shelf = filled((1, BLUE), (2, BLUE), (3, RED), (4, BLUE), (5, RED))
        backlog.restart()
        assert shelf.pages == [2, 2, 1, 0], "a page at a time"
        assert await numbers(backlog) == [3, 5, 1, 2, 4]

    virtual(story())


def test_an_arrival_that_the_replay_has_found_already_is_judged_once(virtual: Virtual) -> None:
    async def story() -> None:
        backlog, _ = filled((1, BLUE))
        backlog.restart()
        backlog.put(1, arrival(BLUE), None, False)
        backlog.put(2, arrival(BLUE), None, False)
        assert await numbers(backlog) == [1, 2]

    virtual(story())


def test_a_restart_forgets_what_only_memory_knew(virtual: Virtual) -> None:
    async def story() -> None:
        backlog, _ = filled((1, BLUE))
        backlog.put(7, arrival(BLUE), None, False)
        backlog.restart()
        assert await numbers(backlog) == [1]

    virtual(story())


def test_an_arrival_that_the_disk_refused_is_tried_again_later(virtual: Virtual) -> None:
    async def story() -> None:
        backlog, _ = filled()
        backlog.put_off(Waiting(3, arrival(RED), None, True))
        assert not backlog
        began = asyncio.get_running_loop().time()
        waiting = await backlog.first()
        assert (waiting.number, waiting.urgent) == (3, True)
        assert asyncio.get_running_loop().time() - began == AGAIN_S

    virtual(story())


def test_it_is_full_for_the_ordinary_when_too_many_of_them_wait(virtual: Virtual) -> None:
    async def story() -> None:
        backlog, _ = filled()
        for number in range(WAITING_MOST):
            backlog.put(number, arrival(BLUE), None, False)
        assert backlog.full
        await backlog.first()
        assert not backlog.full

    virtual(story())
