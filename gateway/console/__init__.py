"""The console: the HTTP API (`api`) and the page (`page`), over the Desk that the daemon is. `create` makes the application."""

from __future__ import annotations

import sys
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.console.access.tokens import Tokens, owner_token
from gateway.console.api import alerts as api
from gateway.console.api import health
from gateway.console.desk import Desk
from gateway.console.pages import home as page
from gateway.console.refusals import refuse
from gateway.model.refused import Refused

__all__ = ["Desk", "Tokens", "create", "owner_token"]

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No inline script, nothing from elsewhere."""


HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With no-referrer, Chromium sends "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
)


class Guarded:
    """Every answer carries HEADERS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def create(desk: Desk, tokens: Tokens) -> FastAPI:
    """The application. It answers only to the host it listens on, so that no foreign name can be pointed at it."""
    # FastAPI would load all of pydantic's first version to see that nothing here is made with it: 1.5 MB, 40 ms. Where it cannot it goes on.
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
    app = FastAPI(title="铜锣 Tongluo", version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(Refused, refuse)
    app.include_router(api.router(desk, tokens))
    app.include_router(health.router(desk, tokens))
    app.include_router(page.router(desk, tokens))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    hosts = ["127.0.0.1", "localhost", "[::1]", desk.config.http.host] if desk.config.http.loopback else ["*"]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    app.add_middleware(Guarded)
    return app
