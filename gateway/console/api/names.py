"""Names: how people taught the gateway to pronounce them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from pydantic import Field

from gateway.console.api.orders import ByPerson
from gateway.console.desk import Speech
from gateway.console.views import View
from gateway.voice.mandarin.lexicon import LONGEST


class Pronunciation(ByPerson):
    """A name and its syllables."""

    phrase: str = Field(min_length=1, max_length=LONGEST)
    syllables: str = Field("", max_length=200)
    """One for each character: `lu4 an1`. "" takes back what was taught."""


def routes(speech: Speech, taught: Callable[[], Mapping[str, str]]) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/readings-of-names")
    async def get_names() -> View:
        """What people taught. The configuration's own table applies to all other names."""
        return {"readings": taught()}

    @api.put("/readings-of-names")
    async def teach(order: Pronunciation) -> View:
        """From the next burst on the name is pronounced so."""
        await speech.teach(order.phrase, order.syllables, order.person)
        return {"readings": taught()}

    return api
