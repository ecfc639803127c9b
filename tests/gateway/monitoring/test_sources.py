"""The sources: when each last sent something, and how old the oldest unacknowledged arrival is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.alert import Arrival
from gateway.model.record import LedgerFailed
from gateway.monitoring.sources import Sources
from tests.support.county import START

Virtual = Callable[[Any], Any]


def arrival(source: str = "county", minutes: float = 0) -> Arrival:
    return Arrival(b"x", source, "peer", START + timedelta(minutes=minutes))


def test_an_arrival_is_unacknowledged_until_it_is_taken_or_refused(virtual: Virtual) -> None:
    async def story() -> None:
        sources = Sources(["county", "feed"])

        async def refused() -> None:
            with sources.taking(arrival("feed")):
                await asyncio.sleep(2)
                assert sources.oldest == 5
                raise LedgerFailed("no disk")

        assert sources.oldest is None
        with sources.taking(arrival()):
            await asyncio.sleep(3)
            with pytest.raises(LedgerFailed):
                await refused()
            assert sources.oldest == 5
        assert sources.oldest is None
        assert sources.arrivals == {"county": 1}, "a refusal is not counted"
        assert sources.last == {"county": START, "feed": START}, "but the source has spoken"

    virtual(story())


def test_the_oldest_may_be_with_a_source_that_acknowledges_later(virtual: Virtual) -> None:
    async def story() -> None:
        sources = Sources(["county"])
        ages: list[float | None] = [None, 40.0]
        sources.unacknowledged += [lambda: ages[0], lambda: ages[1]]
        with sources.taking(arrival()):
            await asyncio.sleep(10)
            assert sources.oldest == 40
            ages[1] = None
            assert sources.oldest == 10

    virtual(story())


def test_the_last_word_of_a_source_never_goes_back(virtual: Virtual) -> None:
    async def story() -> None:
        sources = Sources(["county", "feed"])
        for minutes in (5, 2):
            with sources.taking(arrival(minutes=minutes)):
                pass
        with sources.taking(arrival("a source that was taken out")):
            pass
        assert sources.last == {"county": START + timedelta(minutes=5), "feed": None}
        sources.heard("feed", START)
        assert sources.last["feed"] == START

    virtual(story())
