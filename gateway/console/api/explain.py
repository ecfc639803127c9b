"""A dry run: what would become of a document."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request

from gateway.console.views import View, traces
from gateway.console.views.reasons import why
from gateway.intake import Unreadable
from gateway.intake.readers import LARGEST
from gateway.intake.readers.members import losing, lost
from gateway.model.reason import Reason, Why
from gateway.model.record import OWNER, Entry
from gateway.model.speaker import Roster


def routes(dry_run: Callable[[bytes, str], list[Entry]], roster: Callable[[], Roster]) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.post("/explain")
    async def explain(request: Request, source: str = OWNER) -> View:
        """Judge the body as if it came from `source` now. Nothing sounds, nothing is kept."""
        raw = await request.body()
        if len(raw) > LARGEST:
            fields = {"saw": str(len(raw)), "expected": str(LARGEST)}
            raise HTTPException(413, why(Why(Reason.TOO_LARGE, fields)))
        try:
            entries = dry_run(raw, source)
        except Unreadable as unreadable:
            place = {"element": unreadable.element, "line": unreadable.line}
            raise HTTPException(409, {**place, **why(unreadable.why)}) from unreadable
        unread = lost(raw) if losing(entry.alert for entry in entries) else ()
        shown = [traces.dry_run(entry, roster()) for entry in entries]
        return {"alerts": shown, "lost": [traces.lost(one) for one in unread]}

    return api
