"""The console: what a browser or a program may ask of the daemon.

`desk` names all of it. `api` answers programs, `pages` answer browsers, `views` are the shapes of the
answers. `access` tells who asks. `server` listens. `create` makes the application.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.console import api, pages
from gateway.console.access.admission import Admission
from gateway.console.access.callers import Callers
from gateway.console.access.sessions import Sessions
from gateway.console.access.tokens import Tokens, owner_token
from gateway.console.api import probes
from gateway.console.desk import Desk
from gateway.console.refusals import RESPONSES, correct, refuse, tell
from gateway.model.refused import Refused

__all__ = ["Desk", "Tokens", "create", "owner_token"]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script, nothing from elsewhere."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With no-referrer, Chromium sends "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
)


class Guarded:
    """Adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def create(desk: Desk, tokens: Tokens) -> FastAPI:
    """The application.

    On a loopback address it answers only to that host's names, so that no foreign name can be pointed at it.
    """
    # FastAPI would load pydantic's first version only to see that nothing here uses it: 1.5 MB, 40 ms.
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
    app = FastAPI(title="铜锣 Tongluo", version="1", docs_url=None, redoc_url=None, responses=RESPONSES)
    app.add_exception_handler(Refused, refuse)
    app.add_exception_handler(RequestValidationError, correct)
    app.add_exception_handler(HTTPException, tell)
    sessions = Sessions()
    callers = Callers(tokens, sessions)
    app.include_router(api.router(desk, callers))
    app.include_router(probes.router(desk.vitals, desk.metrics, tokens))
    app.include_router(pages.router(desk, tokens, sessions))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    http = desk.http
    hosts = ["127.0.0.1", "localhost", "[::1]", http.host] if http.loopback else ["*"]
    app.add_middleware(Admission, callers=callers, sessions=sessions)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    app.add_middleware(Guarded)
    return app
