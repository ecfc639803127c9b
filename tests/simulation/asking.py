"""What needs a person's yes: red and orange of a relay, and the drafts of a gauge. Somebody may say yes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.console import Desk
from gateway.model.refused import Refused
from gateway.model.station import Station, Threshold
from tests.simulation.deeds import Sent
from tests.support.county import CONFIG, POLL, RELAY, ROADS, ROSTER, TOWNSHIP, cap
from tests.support.world import World

if TYPE_CHECKING:
    from tests.simulation.stories import Story

GAUGE = Station("hewan-rain", "河湾雨量站", "rain", (Threshold(60, 50, 80),), (TOWNSHIP,), "青石镇应急办")
SPEAKS_FOR_IT = CONFIG.model_copy(
    update={
        "sources": tuple(
            one.model_copy(update={"senders": (*one.senders, f"station:{GAUGE.id}")})
            if one.name == ROADS[0]
            else one
            for one in CONFIG.sources
        )
    }
)
"""The county's configuration where its first road also carries a gauge's values."""
WATCHED = replace(ROSTER, stations=(GAUGE,))

KINDS = ("relayed", "relayed orange", "gauge")
YES = 0.3
"""How often somebody says yes."""


def document(kind: str, name: str, now: datetime) -> tuple[str, bytes, str]:
    """Identifier, bytes and road of a document that needs a yes."""
    if kind == "gauge":
        now = now.replace(microsecond=0)
        value = {"station": GAUGE.id, "kind": "rain", "value": 95, "unit": "mm", "window_min": 60}
        raw = json.dumps({**value, "at": now.isoformat()}).encode()
        return f"{GAUGE.id}.move.{now:%Y%m%dT%H%M%S}", raw, ROADS[0]
    level = "橙" if kind == "relayed orange" else "红"
    return name, cap(name, now, level=level, sender=RELAY), POLL


async def tell(story: Story, world: World, kind: str, name: str) -> None:
    """Send one, and perhaps somebody says yes to it within a minute."""
    from tests.simulation.stories import NEAR

    now, chance = world.wall(world.now), story.chance
    if kind == "gauge" and any(one.kind == "gauge" for one in story.sent):
        kind = "relayed"  # while a stage stands, a gauge makes no second draft
    identifier, raw, road = document(kind, name, now)
    sent = Sent(identifier, kind, now, now + timedelta(hours=6), world.now)
    story.sent.append(sent)
    if chance.random() < 0.5:
        story.crash_soon(world, NEAR)
    answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    await story._carry(world, identifier, raw, road, answered)
    sent.acknowledged = answered.result()
    await asyncio.sleep(chance.uniform(0.0, 60.0))
    if chance.random() < YES:
        sent.approved = world.now
        await approve(world, identifier)


async def approve(world: World, identifier: str) -> None:
    """Somebody says yes, however often the daemon dies meanwhile."""

    async def yes(desk: Desk) -> None:
        found = [one for one in desk.documents.documents(50) if one.alert.identifier == identifier]
        for one in found:
            try:
                await desk.review.approve(one.key, "王")
            except Refused:  # it was said before the crash that took the answer
                return

    await world.ask(yes, patient=True)
