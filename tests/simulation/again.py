"""Stories of a warning that is stopped, issued again and said again, and what must hold of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.intake.readers import parse
from gateway.model.reason import Reason
from gateway.model.refused import Refused
from tests.simulation.deeds import Deed, Sent
from tests.support.county import TOGETHER, cap
from tests.support.world import World

if TYPE_CHECKING:
    from tests.simulation.scene import Scene
    from tests.simulation.stories import Story

FIRST, REISSUED, WORSE = "A0", "A0R", "A0W"
FAMILY = frozenset({FIRST, REISSUED, WORSE})
"""The identifiers of one warning under its names."""
MINUTES = 360.0


async def happen(story: Story, world: World) -> None:
    """A red, perhaps a stop, and then an order to say it again, a re-issue, or a re-issue that is worse."""
    chance = story.chance
    now = world.wall(world.now)
    first = cap(FIRST, now, minutes=MINUTES)
    key = parse(first)[0].key.digest
    await _send(story, world, "red", FIRST, first, now)
    await asyncio.sleep(chance.choice((chance.uniform(0.0, 4.0), chance.uniform(0.0, 90.0), 700.0)))
    if chance.random() < 0.7:
        await _stop(story, world, chance.choice(("all", "all", "a", "f1", FIRST)), key)
    for kind in chance.sample(("again", "reissued", "worse"), chance.choice((1, 1, 2))):
        await asyncio.sleep(chance.choice((0.0, chance.uniform(0.0, 120.0))))
        if chance.random() < 0.5:
            story.crash_soon(world)
        if kind == "again":
            await _again(story, world, key)
        else:
            await _issue_again(story, world, kind, now)


async def _send(story: Story, world: World, kind: str, name: str, raw: bytes, now: datetime) -> Sent:
    (alert,) = parse(raw)
    expires = alert.infos[0].expires
    assert expires
    document = Sent(name, kind, now, expires, world.now)
    story.sent.append(document)
    document.acknowledged = await story.publish(world, name, raw)
    return document


async def _issue_again(story: Story, world: World, kind: str, first: datetime) -> None:
    """The same text under another name, which refers to nothing and ends when the first would."""
    now, name = world.wall(world.now), WORSE if kind == "worse" else REISSUED
    left = MINUTES - (now - first).total_seconds() / 60
    raw = cap(FIRST, now, minutes=left)
    raw = raw.replace(f"<identifier>{FIRST}<".encode(), f"<identifier>{name}<".encode())
    if kind == "worse":
        raw = raw.replace("一百毫米".encode(), "二百毫米".encode())
        for document in story.sent:
            document.outdone = True
    await _send(story, world, kind, name, raw, now)


async def _stop(story: Story, world: World, target: str, key: str) -> None:
    deed = Deed("stop", "all" if target == FIRST else target, world.now)
    story.deeds.append(deed)
    world.note(f"somebody asks to stop {target}")
    meant = key if target == FIRST else target
    try:
        await world.ask(lambda desk: desk.air.stop(meant, "王"), patient=True)
    except Refused:  # a crash came between the acknowledgement and the plan
        story.deeds.remove(deed)
        return
    deed.done = world.now


async def _again(story: Story, world: World, key: str) -> None:
    """Asked until there is an answer, as a person would ask whom a crash left without one."""
    deed = Deed("again", FIRST, world.now)
    story.deeds.append(deed)
    world.note("somebody asks to say it again")
    try:
        await world.ask(lambda desk: desk.resumptions.again(key, "李"), patient=True)
    except Refused as refused:
        world.note(f"refused: {refused.why.reason}")
        if refused.why.reason is not Reason.AGAIN_HEARD:
            return
    deed.done = world.now


# --- what must hold -----------------------------------------------------------------------------------------


def a_stop_is_not_for_ever(scene: Scene) -> Iterator[str]:
    """After a stop a re-issue or an order to say it again sounds wherever it has not been heard whole."""
    asked = [(deed.done, f"{deed.target}, said again,") for deed in scene.story.deeds if deed.kind == "again"]
    asked += [(one.acknowledged, one.identifier) for one in scene.story.sent if one.kind == "reissued"]
    ends = [one.expires for one in scene.story.sent if one.identifier == FIRST]
    for at, what in asked:
        if at is None or _stopped_later(scene, at):
            continue
        for speaker in TOGETHER:
            heard = [one for name in FAMILY for one in scene.of(name) if one.speaker == speaker]
            told = any(one.said.whole for one in heard)
            if not told and scene.had_its_chance(at, ends[0], speaker):
                yield f"{what} was never heard to its end at {speaker}"


def worse_is_news(scene: Scene) -> Iterator[str]:
    """A re-issue that is worse is never stored, and it is heard where the first was heard."""
    for document in scene.story.sent:
        if document.kind != "worse" or document.acknowledged is None:
            continue
        for kept in scene.book.document(document.identifier):
            if kept.verdict.name != "air":
                yield f"{document.identifier} is worse and was answered with {kept.verdict.name}"
        if _stopped_later(scene, document.offered):
            continue
        heard = {one.speaker for one in scene.of(document.identifier) if one.said.whole}
        for speaker in set(TOGETHER) - heard:
            if scene.had_its_chance(document.acknowledged, document.expires, speaker):
                yield f"{document.identifier} is worse and was never heard to its end at {speaker}"


def _stopped_later(scene: Scene, at: float) -> bool:
    return any(deed.kind == "stop" and (deed.done is None or deed.done > at) for deed in scene.story.deeds)
