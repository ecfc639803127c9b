"""Routes of drills: what is open or to come, open one, close one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.console.desk import Desk
from gateway.model.drill import Drill
from gateway.model.record import OWNER


class DrillOrder(BaseModel):
    """`places`: villages, named areas, region codes or speakers, as for /stop. `source`: whose exercises may sound. Times have an offset."""

    model_config = ConfigDict(extra="forbid")
    places: list[str] = Field(min_length=1, max_length=200)
    source: str = OWNER
    start: AwareDatetime
    end: AwareDatetime
    person: str = Field(min_length=1, max_length=40)


def routes(desk: Desk) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/drills")
    async def listed() -> dict[str, Any]:
        """Those that are open or to come."""
        now = desk.clock.now()
        return {"drills": [_view(one, now) for one in desk.ledger.drills(now)]}

    @api.post("/drills", status_code=201)
    async def opened(order: DrillOrder) -> dict[str, Any]:
        """Inside it the exercises of its source sound at its speakers; its notice is said at once, and again shortly before."""
        drill = await desk.open_drill(order.places, order.source, order.start, order.end, order.person)
        return _view(drill, desk.clock.now())

    @api.delete("/drills/{number}")
    async def closed(number: int, person: str) -> dict[str, Any]:
        """It is over; what sounds of it falls silent."""
        await desk.close_drill(number, person)
        return {"number": number}

    return api


def _view(drill: Drill, now: datetime) -> dict[str, Any]:
    return {
        "number": drill.number,
        "source": drill.source,
        "places": list(drill.places),
        "speakers": list(drill.speakers),
        "start": drill.start.isoformat(timespec="minutes"),
        "end": drill.end.isoformat(timespec="minutes"),
        "person": drill.person,
        "open": drill.open(now),
    }
