"""Refusals: the answer of every route to an act that is refused.

404 where nothing has the name that was given, else 409.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse

from gateway.console.views.reasons import why
from gateway.model.refused import Refused


async def refuse(_: Request, refused: Exception) -> JSONResponse:
    """The handler of Refused. `detail` is the reason with its fields and its sentence in both languages."""
    assert isinstance(refused, Refused)
    return JSONResponse({"detail": why(refused.why)}, 404 if refused.unknown else 409)
