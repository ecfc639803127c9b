"""The air: what sounds now, and the acts that end it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import Field

from gateway.console.api.orders import ByPerson, Order, Person
from gateway.console.desk import Air, Documents
from gateway.console.views import View
from gateway.console.views.on_air import on_air
from gateway.delivery import OnAir
from gateway.model.record import OWNER
from gateway.model.speaker import Roster


class StopOrder(Order):
    """Silence."""

    target: str = Field(min_length=1, max_length=100)
    """A speaker's id, a village's or named area's name or code, an alert's key, or "all"."""
    person: Person = OWNER
    """A client that names nobody is recorded as the owner, whose token it has."""


class HoldOrder(ByPerson):
    """Hold everything (全部暂停)."""

    minutes: float = 15
    """Two hours at most."""


def routes(
    air: Air, playing: Callable[[], list[OnAir]], documents: Documents, roster: Callable[[], Roster]
) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/on-air")
    async def get_on_air() -> View:
        """One entry a speaker that sounds now."""
        return {"on_air": on_air(playing(), documents, roster())}

    @api.post("/stop")
    async def stop(order: StopOrder) -> View:
        """Silence now. What comes later is not barred."""
        return {"silenced": sorted(await air.stop(order.target, order.person))}

    @api.post("/hold")
    async def hold(order: HoldOrder) -> View:
        """Nothing sounds until the hold ends by itself."""
        until = await air.hold(order.minutes, order.person)
        return {"until": until.isoformat(timespec="seconds")}

    @api.delete("/hold")
    async def resume(person: str) -> View:
        """End the hold of everything now."""
        await air.resume(person)
        return {}

    return api
