"""Words are made while a warning waits for a yes, for its window or for the morning."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from gateway.app.beforehand import Beforehand
from gateway.model.event import Accepted
from gateway.model.plan import Script
from gateway.model.speaker import Curve, Hearing
from gateway.model.verdict import Air, Hold, Verdict
from tests.support.county import POLL, RELAY, ROADS, SENDER, START, cap, day, words
from tests.support.voices import Buzz
from tests.support.world import World

Virtual = Callable[[Any], Any]


class Noting(Buzz):
    """Notes what shall be made ready."""

    def __init__(self) -> None:
        self.wanted: list[tuple[str, int, Hearing]] = []

    async def prepare(self, script: Script, readings: int, hearing: Hearing) -> None:
        if "坏" in script.text:
            raise RuntimeError("it must not matter")
        self.wanted.append((script.text, readings, hearing))


def accepted(world: World, key: str, verdict: Verdict) -> Accepted:
    at = world.clock.now().isoformat()
    return Accepted(arrival=1, digest="", at=at, key=key, identifier="", sender=SENDER, verdict=verdict)


def before(world: World, voices: Noting, *lines: str) -> Beforehand:
    """With the drivers of these lines alone, or of all."""
    site = world.living.lines.site
    drivers = {name: site[name] for name in lines or site}
    return Beforehand(world.ledger, voices, world.living.shared.roster, drivers)


def test_nothing_is_made_for_units_that_play_their_own_clips_or_speak_by_themselves(
    virtual: Virtual,
) -> None:
    async def story() -> None:
        world = World(1, START)
        await world.start()
        await asyncio.sleep(1)
        await world.send(cap("R1", world.clock.now(), sender=SENDER), ROADS[0])
        await asyncio.sleep(1)
        (kept,) = world.ledger.documents()
        for lines, made in ((("chip-a", "chip-b", "horns"), False), (("field",), True)):
            voices = Noting()
            beforehand = before(world, voices, *lines)
            running = asyncio.create_task(beforehand.run(world.living.pipeline.judging))
            beforehand.note(accepted(world, kept.key, kept.verdict))
            await asyncio.sleep(1)
            assert bool(voices.wanted) is made
            running.cancel()
        await world.end()

    virtual(story())


@pytest.mark.parametrize(
    ("at", "level", "road", "held"),
    [(START, "红", ROADS[0], False), (day(23), "黄", ROADS[0], True), (START, "红", POLL, True)],
)
def test_what_a_document_will_say_is_made_before_it_is_said(
    virtual: Virtual, at: datetime, level: str, road: str, held: bool
) -> None:
    async def story() -> None:
        world = World(1, at)
        await world.start()
        await asyncio.sleep(1)
        sender = RELAY if road == POLL else SENDER
        await world.send(cap("R1", world.clock.now(), level=level, sender=sender), road)
        await asyncio.sleep(1)
        (kept,) = world.ledger.documents()
        assert isinstance(kept.verdict, Hold if held else Air)
        voices = Noting()
        beforehand = before(world, voices)
        running = asyncio.create_task(beforehand.run(world.living.pipeline.judging))
        beforehand.note(accepted(world, "nobody has this key", kept.verdict))
        beforehand.note(accepted(world, kept.key, kept.verdict))
        await asyncio.sleep(1)
        assert any(words("R1") in text for text, _, _ in voices.wanted)
        assert {hearing for _, _, hearing in voices.wanted} == {Hearing(Curve.HORN)}
        assert isinstance(world.ledger.documents()[0].verdict, Hold if held else Air), "nothing is decided"
        running.cancel()
        await world.end()

    virtual(story())
