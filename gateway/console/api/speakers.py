"""Speakers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter

from gateway.console.desk import Documents
from gateway.console.views import View
from gateway.console.views.speakers import speakers
from gateway.model.speaker import Roster


def routes(
    documents: Documents, roster: Callable[[], Roster], lines: Callable[[], Mapping[str, bool]]
) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/speakers")
    async def get_speakers() -> View:
        """Every speaker with the outcome of its last burst."""
        return {"speakers": speakers(documents, roster(), lines())}

    return api
