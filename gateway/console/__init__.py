"""The console: the HTTP API (`api`) and the page (`page`), over the Desk that the daemon is. `create` makes the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from gateway.console import api, health, page
from gateway.console.desk import Desk
from gateway.console.tokens import Tokens, owner_token

__all__ = ["Desk", "Tokens", "create", "owner_token"]

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No inline script, nothing from elsewhere."""


def create(desk: Desk, tokens: Tokens) -> FastAPI:
    """The application. It answers only to the host it listens on, so that no foreign name can be pointed at it."""
    app = FastAPI(title="铜锣 Tongluo", version="1", docs_url=None, redoc_url=None)
    app.include_router(api.router(desk, tokens))
    app.include_router(health.router(desk, tokens))
    app.include_router(page.router(desk, tokens))
    app.mount("/static", StaticFiles(directory=page.HERE / "static"))
    hosts = ["127.0.0.1", "localhost", "[::1]", desk.config.http.host] if desk.config.http.loopback else ["*"]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await go_on(request)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return app
