"""The HTTP API, version 1, a file a noun. `router` lists them all; each is handed only what it may ask.

An act carries the name of a person, which the ledger records. A refusal is a reason with its sentence in both
languages (`views.reasons`).
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from gateway.console.access.callers import Callers
from gateway.console.api import (
    air,
    alarms,
    alerts,
    drills,
    events,
    explain,
    health,
    hooks,
    names,
    quarantine,
    review,
    rules,
    speakers,
    voice_tests,
)
from gateway.console.desk import Desk
from gateway.console.views.alerts import links
from gateway.console.views.reasons import why
from gateway.intake import http


def router(desk: Desk, callers: Callers) -> APIRouter:
    """Every route under /api/v1."""
    api = APIRouter(prefix="/api/v1")
    api.include_router(http.router(callers.sender, desk.accept, desk.now, why, links))
    api.include_router(hooks.routes(desk.feeds))
    api.include_router(alerts.routes(desk.documents, desk.receipts, desk.roster, callers.sender))

    owner = APIRouter(dependencies=[Depends(callers.owner)])
    owner.include_router(alerts.listing(desk.documents))
    owner.include_router(review.routes(desk.review, desk.resumptions))
    owner.include_router(explain.routes(desk.dry_run, desk.roster, desk.now))
    owner.include_router(quarantine.routes(desk.quarantine, desk.review))
    owner.include_router(air.routes(desk.air, desk.on_air, desk.documents, desk.roster))
    owner.include_router(voice_tests.routes(desk.speech))
    owner.include_router(names.routes(desk.speech, desk.taught))
    owner.include_router(drills.routes(desk.drills, desk.known_drills, desk.now))
    owner.include_router(alarms.routes(desk.alarms))
    owner.include_router(speakers.routes(desk.documents, desk.roster, desk.lines))
    owner.include_router(rules.routes(desk.rules, desk.roster))
    owner.include_router(health.routes(desk.vitals))
    owner.include_router(events.routes(desk.events))
    api.include_router(owner)
    return api
