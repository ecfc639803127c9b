"""Routes of names: how a text will be said here, and how a name is to be said."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway.console.desk import Desk
from gateway.voice.mandarin.lexicon import LONGEST


class Taught(BaseModel):
    """A name and its syllables, one each: `lu4 an1`; "" takes back what was taught."""

    model_config = ConfigDict(extra="forbid")
    phrase: str = Field(min_length=1, max_length=LONGEST)
    syllables: str = Field("", max_length=200)
    person: str = Field(min_length=1, max_length=40)


def routes(desk: Desk) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/readings-of-names")
    async def listed() -> dict[str, Any]:
        """What people taught; the configuration's own table lies beneath."""
        return {"readings": desk.ledger.taught()}

    @api.put("/readings-of-names")
    async def taught(one: Taught) -> dict[str, Any]:
        """From the next burst on it is said so."""
        await desk.teach(one.phrase, one.syllables, one.person)
        return {"readings": desk.ledger.taught()}

    return api
