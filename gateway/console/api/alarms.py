"""Routes of the duty room: alarms, acknowledging by name, holding everything, correcting what was sent in error."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from gateway.console.desk import Desk
from gateway.console.views import views
from gateway.model.alarm import Alarm

Person = Field(min_length=1, max_length=40)


class Acknowledgement(BaseModel):
    """Who has heard it."""

    model_config = ConfigDict(extra="forbid")
    person: str = Person


class HoldOrder(BaseModel):
    """Hold everything (全部暂停): fifteen minutes unless told otherwise, two hours at most."""

    model_config = ConfigDict(extra="forbid")
    minutes: float = 15
    person: str = Person


class Correction(BaseModel):
    """What was sent in error, by its key."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(min_length=1, max_length=100)
    person: str = Person


def alarm(one: Alarm) -> dict[str, Any]:
    return {
        "name": one.name,
        "since": one.since.isoformat(timespec="seconds"),
        "rings": one.rings,
        "cleared": one.cleared.isoformat(timespec="seconds") if one.cleared else None,
        "acknowledged_by": one.acknowledged_by,
        **views.why(one.why),
    }


def routes(desk: Desk) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/alarms")
    async def get_alarms() -> dict[str, Any]:
        """What is wrong now, and what the duty room rings for."""
        return {
            "alarms": [alarm(one) for one in desk.alarms.up()],
            "ringing": [alarm(one) for one in desk.alarms.ringing()],
        }

    @api.post("/alarms/{name}/acknowledge")
    async def acknowledge(name: str, by: Acknowledgement) -> dict[str, Any]:
        """By an alarm's name, or "all": the ring ends."""
        heard = await desk.acknowledge(name, by.person)
        if not heard and name != "all":
            raise HTTPException(404, f"没有这个待确认的报警：{name} / nothing rings under the name {name}")
        return {"acknowledged": heard}

    @api.post("/hold")
    async def hold(order: HoldOrder) -> dict[str, Any]:
        until = await desk.hold(order.minutes, order.person)
        return {"until": until.isoformat(timespec="seconds")}

    @api.delete("/hold")
    async def resume(person: str) -> dict[str, Any]:
        await desk.resume(person)
        return {}

    @api.post("/correct", status_code=202)
    async def correct(order: Correction) -> dict[str, Any]:
        """It ends, and the correction is said at once wherever it sounded."""
        plan = await desk.correct(order.key, order.person)
        return {"plan": plan.id if plan else None, "speakers": list(plan.targets) if plan else []}

    return api
