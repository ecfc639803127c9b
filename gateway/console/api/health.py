"""Health: everything that is watched."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from gateway.console.views import View
from gateway.console.views.health import health as view
from gateway.monitoring.vitals import Vitals


def routes(vitals: Callable[[], Vitals]) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.get("/health")
    async def health() -> View:
        """`status` is ok, degraded or failing, with `reasons`. 200 in any case."""
        return view(vitals())

    return api
