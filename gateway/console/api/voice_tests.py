"""Voice tests."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.api.orders import Order, Person
from gateway.console.desk import Speech
from gateway.console.views import View
from gateway.model.record import OWNER


class TestOrder(Order):
    """A sentence of a technician, said inside the test wording."""

    __test__ = False
    text: str
    speakers: list[str]
    """Three at most."""
    reason: str = ""
    """Why the test cannot wait until the quiet hours are over."""
    person: Person = OWNER
    """A client that names nobody is recorded as the owner, whose token it has."""


def routes(speech: Speech) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.post("/say", status_code=202)
    async def say(order: TestOrder) -> View:
        """Say a test at a few speakers."""
        plan = await speech.say(order.text, order.speakers, order.person, order.reason)
        return {"plan": plan.id, "text": plan.parts[0].script.text}

    return api
