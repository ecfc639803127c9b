"""Stories of batches with a member that cannot be read, and what must hold of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.intake import Accepted, Rejected
from gateway.model.alarm import AlarmKind
from tests.simulation.deeds import Sent
from tests.support.county import ROADS, cap
from tests.support.world import World

if TYPE_CHECKING:
    from tests.simulation.scene import Scene
    from tests.simulation.stories import Story

KINDS = ("batch",)
LEVELS = {"red": "红", "orange": "橙", "blue": "蓝"}
WRAPPINGS = (
    ("<alerts>", "", "", "</alerts>"),
    (
        "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>",
        "<contentObject><xmlContent><embeddedXMLContent>",
        "</embeddedXMLContent></xmlContent></contentObject>",
        "</EDXLDistribution>",
    ),
    ("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry><content>", "</content></entry>", "</feed>"),
)


@dataclass
class Batch:
    """A document with several warnings: the identifiers of those that can be read, and the others."""

    good: tuple[str, ...]
    bad: dict[int, bool]
    """By place, from 1: whether the member looks grave."""
    answers: list[Accepted] = field(default_factory=list)


async def tell(story: Story, world: World, name: str) -> None:
    """Send a batch of two to four members once or twice. At least one cannot be read, and one can."""
    chance, now = story.chance, world.wall(world.now)
    kinds = ["red", "bad", *chance.choices(("orange", "blue", "bad", "bad blue"), k=chance.choice((0, 1, 2)))]
    chance.shuffle(kinds)
    members: list[bytes] = []
    batch, good = Batch((), {}), list[Sent]()
    for place, kind in enumerate(kinds, 1):
        identifier = f"{name}M{place}"
        level = kind.removeprefix("bad").strip() or "red"
        raw = cap(identifier, now, level=LEVELS[level], issuer=f"舒城县{identifier}气象台")
        if kind.startswith("bad"):
            raw = raw.replace(b"<sent>", b"<sent>yesterday ")
            batch.bad[place] = level != "blue"
        else:
            good.append(Sent(identifier, kind, now, now + timedelta(minutes=360), world.now))
        members.append(raw[raw.index(b"<alert") :])
    batch.good = tuple(one.identifier for one in good)
    story.sent += good
    story.batches.append(batch)
    first, before, behind, last = (part.encode() for part in chance.choice(WRAPPINGS))
    raw = first + b"".join(before + member + behind for member in members) + last
    for number in range(chance.choice((1, 1, 2))):
        if number:
            await asyncio.sleep(chance.uniform(0.0, 60.0))
        if chance.random() < 0.5:
            story.crash_soon(world)
        world.note(f"{ROADS[0]} sends the batch {name}: {', '.join(kinds)}")
        answer = await world.send(raw, ROADS[0], patient=True)
        assert isinstance(answer, Accepted), answer
        world.note(f"{len(answer.keys)} can be read, {len(answer.lost)} cannot")
        batch.answers.append(answer)
        for one in good:
            one.acknowledged = world.now if one.acknowledged is None else one.acknowledged


# --- what must hold -----------------------------------------------------------------------------------------


def every_member_is_answered_for(scene: Scene) -> Iterator[str]:
    """Each answer names every member, and each bad one is kept, told of once, and rung for if it is grave."""
    for batch in scene.story.batches:
        for answer in batch.answers:
            named = tuple(key.identifier for key in answer.keys)
            if named != batch.good:
                yield f"of {batch.good} the answer names {named}"
            lost = [one.member for one in answer.lost]
            if lost != list(batch.bad):
                yield f"of the members {list(batch.bad)} that cannot be read the answer names {lost}"
            for one in answer.lost:
                yield from _kept(scene, one, batch.bad.get(one.member, False))
    states = Counter(row.state for row in scene.book.arrivals)
    bad = sum(len(batch.bad) for batch in scene.story.batches)
    if scene.story.batches and states["quarantined"] != bad:  # a sender that lies is in quarantine, too
        yield f"{states['quarantined']} arrivals are in quarantine, {bad} could not be read"


def _kept(scene: Scene, member: Rejected, grave: bool) -> Iterator[str]:
    number, book = member.arrival, scene.book
    name = f"member {member.member}, number {number},"
    if not any(row.id == number and row.state == "quarantined" for row in book.arrivals):
        yield f"{name} is not in quarantine"
    told = [row for row in book.receipts if row.event.get("quarantine") == number]
    if len(told) != 1:
        yield f"{name} was told of {len(told)} times"
    if (AlarmKind.QUARANTINE.named(str(number)) in book.alarms) != grave:
        yield f"{name} is {'grave and rang nobody' if grave else 'not grave and rang'}"
