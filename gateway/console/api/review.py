"""Review: a person says yes or no to an alert that is held, takes back one that was sent in error, or has one
said again that was stopped."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from gateway.console.api.orders import ByPerson
from gateway.console.desk import Resumptions, Review
from gateway.console.views import View


class Correction(ByPerson):
    """Take back an alert that was sent in error."""

    key: str = Field(min_length=1, max_length=100)


class Approval(ByPerson):
    """A yes."""

    ends: str = Field(default="", max_length=100)
    """The key of the warning that this alert ends, where it may end several."""


def routes(review: Review, resumptions: Resumptions) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.post("/alerts/{key}/approve")
    async def approve(key: str, order: Approval) -> View:
        """Yes: it is judged again and sounds, or it waits for `more` people. `ends` says which warning it
        ends, where it may end several. 409 where it cannot end that one, or would end nothing."""
        return {"more": await review.approve(key, order.person, order.ends)}

    @api.post("/alerts/{key}/veto")
    async def veto(key: str, order: ByPerson) -> View:
        """No: it will not sound."""
        await review.veto(key, order.person)
        return {}

    @api.post("/alerts/{key}/again", status_code=202)
    async def again(key: str, order: ByPerson) -> View:
        """What was stopped is said at the speakers that have not heard it whole. Asked for twice, it is said
        once."""
        plan = await resumptions.again(key, order.person)
        return {"plan": plan.id, "speakers": list(plan.targets)}

    @api.post("/correct", status_code=202)
    async def correct(order: Correction) -> View:
        """The alert ends, and the correction is said at once wherever it sounded."""
        plan = await review.correct(order.key, order.person)
        return {"plan": plan.id if plan else None, "speakers": list(plan.targets) if plan else []}

    return api
