"""What the site's own senders sent lately is rehearsed: their names, and what was said here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from gateway.app.lately import lately
from gateway.model.alert import Arrival
from gateway.voice.repertoire import Past
from tests.support.county import START, cap
from tests.support.world import World

Virtual = Callable[[Any], Any]


def test_the_issuers_and_the_sentences_of_what_was_planned(virtual: Virtual) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        assert lately(world.ledger, world.ledger) == Past()
        await world.ledger.arrive(Arrival(cap("A1", START), "county", "test", START))
        await world.ledger.arrive(Arrival(cap("A2", START), "county", "test", START))
        world.living._go_on()
        await asyncio.sleep(5)
        past = lately(world.ledger, world.ledger)
        assert past.issuers == ("舒城县气象台",)
        assert "预警广播，预警广播。" in past.sentences
        assert any("发布" in sentence for sentence in past.sentences)
        assert len(past.sentences) == len(set(past.sentences))
        await world.end()

    virtual(story())
