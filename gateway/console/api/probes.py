"""Probes: what machines ask.

/livez needs no token. /metrics needs the owner's token, or comes from this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.console.access.tokens import Tokens, bearer
from gateway.monitoring.vitals import Vitals, alive


def router(vitals: Callable[[], Vitals], metrics: Callable[[], bytes], tokens: Tokens) -> APIRouter:
    """/livez and /metrics."""
    probes = APIRouter(include_in_schema=False)

    @probes.get("/livez")
    async def livez() -> Response:
        """200 while warnings can sound, else 503. Strangers learn no details."""
        return Response(status_code=200 if alive(vitals()) else 503)

    @probes.get("/metrics")
    async def get_metrics(request: Request) -> Response:
        """For a Prometheus collector."""
        if not (_from_here(request) or tokens.owns(bearer(request))):
            return Response("a bearer token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(metrics(), media_type=CONTENT_TYPE_LATEST)

    return probes


def _from_here(request: Request) -> bool:
    """Whether a request comes from this machine, and not through a proxy that speaks for others."""
    passed_on = any(header in request.headers for header in ("forwarded", "x-forwarded-for"))
    try:
        return not passed_on and bool(request.client and ip_address(request.client.host).is_loopback)
    except ValueError:
        return False
