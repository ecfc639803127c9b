"""Drills: what is open or to come; open one, close one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from gateway.console.api.orders import ByPerson, Number
from gateway.console.desk import Drills
from gateway.console.views import View
from gateway.console.views.drills import drill as view
from gateway.model.drill import Drill
from gateway.model.record import OWNER


class DrillOrder(ByPerson):
    """When, where and for whom exercises may sound. Times have an offset."""

    places: list[str] = Field(min_length=1, max_length=200)
    """Villages, named areas, region codes or speakers."""
    source: str = OWNER
    """The source whose exercises may sound."""
    start: AwareDatetime
    end: AwareDatetime


def routes(drills: Drills, known: Callable[[], list[Drill]], now: Callable[[], datetime]) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/drills")
    async def get_drills() -> View:
        """The drills that are open or to come."""
        return {"drills": [view(drill, now()) for drill in known()]}

    @api.post("/drills", status_code=201)
    async def open_drill(order: DrillOrder) -> View:
        """Open a drill. Its notice is said at once, and again shortly before it begins."""
        drill = await drills.open(order.places, order.source, order.start, order.end, order.person)
        return view(drill, now())

    @api.delete("/drills/{number}")
    async def close_drill(number: Number, person: str) -> View:
        """Close a drill now. Its exercises fall silent."""
        await drills.close(number, person)
        return {"number": number}

    return api
