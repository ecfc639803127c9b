"""A dry run: what would become of a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, HTTPException, Request

from gateway.console.views import View, traces
from gateway.console.views.reasons import why
from gateway.intake import Unreadable
from gateway.intake.body import received
from gateway.intake.readers.members import losing, lost
from gateway.model.alert import Arrival
from gateway.model.record import OWNER, Entry
from gateway.model.speaker import Roster


def routes(
    dry_run: Callable[[bytes, str, str], list[Entry]],
    roster: Callable[[], Roster],
    now: Callable[[], datetime],
) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.post("/explain")
    async def explain(request: Request, source: str = OWNER) -> View:
        """Judge the body as if it came from `source` now. Nothing sounds, nothing is kept.

        It is taken in every form in which /alerts takes it.
        """
        raw, charset = await received(request, why)
        try:
            entries = dry_run(raw, source, charset)
        except Unreadable as unreadable:
            place = {"element": unreadable.element, "line": unreadable.line}
            raise HTTPException(409, {**place, **why(unreadable.why)}) from unreadable
        came = Arrival(raw, source, "", now(), charset)
        unread = lost(came) if losing(entry.alert for entry in entries) else ()
        shown = [traces.dry_run(entry, roster()) for entry in entries]
        return {"alerts": shown, "lost": [traces.lost(one) for one in unread]}

    return api
