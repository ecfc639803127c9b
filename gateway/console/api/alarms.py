"""Alarms: what is wrong, and what the duty room rings for."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.api.orders import ByPerson
from gateway.console.desk import Alarms
from gateway.console.views import View
from gateway.console.views.alarms import alarm as view
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused


def routes(alarms: Alarms) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/alarms")
    async def get_alarms() -> View:
        """`alarms` are up now; `ringing` wait for somebody on duty to answer, even if they are over."""
        return {
            "alarms": [view(alarm) for alarm in alarms.up()],
            "ringing": [view(alarm) for alarm in alarms.ringing()],
        }

    @api.post("/alarms/{name}/acknowledge")
    async def acknowledge(name: str, order: ByPerson) -> View:
        """An alarm by its name, or "all": it stops ringing."""
        heard = await alarms.acknowledge(name, order.person)
        if not heard and name != "all":
            raise Refused(Why(Reason.NOT_RINGING, {"alarm": name}))
        return {"acknowledged": heard}

    return api
