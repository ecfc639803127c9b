"""Quarantine: what could not be parsed or is not trusted."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.api.orders import ByPerson, Most, Number
from gateway.console.desk import Quarantine, Review
from gateway.console.views import View
from gateway.console.views.quarantine import document, line
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused

MOST = 500
"""Arrivals of one answer. Our choice."""


def routes(quarantine: Quarantine, review: Review) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/quarantine")
    async def get_quarantine(most: Most = 100) -> View:
        """The newest first."""
        arrivals = quarantine.quarantined(min(most, MOST))
        return {"quarantine": [line(number, arrival, reason) for number, arrival, reason in arrivals]}

    @api.get("/quarantine/{number}")
    async def get_quarantined(number: Number) -> View:
        """One of them with its bytes as text."""
        match quarantine.arrival(number):
            case arrival, "quarantined", reason:
                return document(number, arrival, reason)
        raise Refused(Why(Reason.NOT_QUARANTINED, {"number": str(number)}))

    @api.post("/quarantine/{number}/release", status_code=202)
    async def release(number: Number, order: ByPerson) -> View:
        """Parse and judge it again, with the readers and the configuration of today."""
        await review.release(number, order.person)
        return {"number": number}

    return api
