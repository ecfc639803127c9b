"""What waits to be judged: its order, and how much of it is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.lanes import WAITING_MOST, WHOLE_BYTES, WHOLE_MOST, Lanes
from gateway.model.alert import Arrival
from gateway.model.record import LedgerFailed
from tests.support.county import START

Virtual = Callable[[Any], Any]


def arrival(number: int, size: int = 10) -> Arrival:
    return Arrival(b"%0*d" % (size, number), "county", "test", START)


async def all_of(lanes: Lanes) -> list[int]:
    return [(await lanes.first()).number for _ in range(len(lanes))]


@given(st.lists(st.booleans(), max_size=3 * WHOLE_MOST))
def test_the_urgent_go_first_and_each_lane_keeps_its_order_however_much_lies_in_the_ledger(
    urgent: list[bool],
) -> None:
    lanes = Lanes(arrival)
    for number, first in enumerate(urgent):
        lanes.put(number, arrival(number), None, first)
    numbers = range(len(urgent))
    assert asyncio.run(all_of(lanes)) == [n for n in numbers if urgent[n]] + [
        n for n in numbers if not urgent[n]
    ]


@pytest.mark.parametrize(("size", "whole"), [(10, WHOLE_MOST), (1024 * 1024, WHOLE_BYTES // 1024 // 1024)])
def test_only_so_many_wait_in_memory_the_others_are_fetched_when_their_turn_comes(
    size: int, whole: int
) -> None:
    fetched: list[int] = []

    def fetch(number: int) -> Arrival:
        fetched.append(number)
        return arrival(number)

    lanes = Lanes(fetch)
    document = arrival(0, size)
    for number in range(WHOLE_MOST + 50):
        lanes.put(number, document)
    assert sum(waiting.arrival is not None for waiting in lanes._ordinary) == whole
    asyncio.run(all_of(lanes))
    assert fetched == list(range(whole, WHOLE_MOST + 50))
    lanes.put(1, document)
    assert lanes._ordinary[0].arrival is document, "there is room again"


def test_what_is_judged_already_is_not_judged_again() -> None:
    lanes = Lanes(lambda number: None if number == WHOLE_MOST else arrival(number))
    for number in range(WHOLE_MOST + 2):
        lanes.put(number, arrival(number))

    async def story() -> list[int]:
        return [(await lanes.first()).number for _ in range(WHOLE_MOST + 1)]

    assert asyncio.run(story())[-1] == WHOLE_MOST + 1


def test_the_next_of_the_ordinary_waits_when_something_urgent_has_come() -> None:
    lanes = Lanes(arrival)
    lanes.put(1, arrival(1))
    lanes.put(2, arrival(2))
    assert asyncio.run(lanes.first()).number == 1
    lanes.put(3, arrival(3), None, urgent=True)
    assert lanes.next(urgent=False) is None
    assert asyncio.run(lanes.first()).number == 3
    assert lanes.next(urgent=True) is None
    assert asyncio.run(lanes.first()).number == 2


def test_what_cannot_be_fetched_now_stays() -> None:
    broken = True

    def fetch(number: int) -> Arrival:
        if broken:
            raise LedgerFailed("unreadable")
        return arrival(number)

    lanes = Lanes(fetch)
    for number in range(WHOLE_MOST + 1):
        lanes.put(number, arrival(number))

    async def story() -> int:
        nonlocal broken
        for _ in range(WHOLE_MOST):
            await lanes.first()
        with pytest.raises(LedgerFailed):
            await lanes.first()
        broken = False
        return (await lanes.first()).number

    assert asyncio.run(story()) == WHOLE_MOST


def test_the_ordinary_are_full_at_their_bound_and_the_urgent_never() -> None:
    lanes = Lanes(arrival)
    for number in range(WAITING_MOST):
        assert not lanes.full
        lanes.put(number, arrival(0), None, urgent=True)
        lanes.put(number, arrival(0))
    assert lanes.full
