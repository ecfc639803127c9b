"""The answer to an act that is refused, for every route: 404 where nothing has the name that was given, else 409."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from gateway.console.views import views
from gateway.i18n import sentence
from gateway.model.reason import Reason
from gateway.model.refused import UNKNOWN, Refused

SAID = UNKNOWN | {Reason.HOLD_LENGTH, Reason.PRONUNCIATION_WRONG}
"""Reasons whose `detail` is one string, `Chinese / English`. Of all others it is an object: reason, fields and both sentences."""


async def refuse(_: Request, refused: Exception) -> JSONResponse:
    """FastAPI's handler of Refused."""
    assert isinstance(refused, Refused)
    why = refused.why
    detail = f"{sentence(why)} / {sentence(why, 'en')}" if why.reason in SAID else views.why(why)
    return JSONResponse({"detail": detail}, 404 if refused.unknown else 409)
