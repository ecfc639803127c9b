"""Admission: who sends a request is known before its body is read; the body is small, and comes in time.

A body of a stranger costs nothing: not a byte of it is kept.
"""

from __future__ import annotations

import asyncio

from fastapi import HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.console.access.callers import Callers
from gateway.console.access.sessions import Sessions
from gateway.console.pages.login import login_page
from gateway.console.views.reasons import why
from gateway.intake import LARGEST
from gateway.model.reason import Reason, Why

READS = ("GET", "HEAD", "OPTIONS")
"""Requests whose bodies nobody reads."""
SOURCES_SEND = ("/api/v1/alerts", "/api/v1/readings")
"""Where the tokens of sources are good for more than to read."""
PROVES_ITSELF = ("/login", "/api/v1/hooks/")
"""The credential of these is in their body, of which little is read."""
DOCUMENTS = (*SOURCES_SEND, "/api/v1/explain")
"""Where a whole document may come, of LARGEST bytes."""
SMALL = 4096
"""Bytes of every other body, a form or an act. Our choice."""
CLOSE = {"Connection": "close"}
"""The rest of a body that is refused stays where it is."""
BODY_S = 15.0
"""Longest wait for a body, without the time for its bytes. Our choice."""
PACE = 8192
"""Bytes of a body a second at least, after BODY_S: a slow mobile line. Our choice."""


class Admission:
    """Asks for the credential of every request that has a body, before the application sees it."""

    def __init__(self, app: ASGIApp, callers: Callers, sessions: Sessions) -> None:
        self._app = app
        self._callers = callers
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READS:
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(Request(scope))
        if refusal:
            refusal.headers.update(CLOSE)
            await refusal(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, _most(scope)), send)

    async def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that is not admitted."""
        path = request.url.path
        if path.startswith(PROVES_ITSELF):
            return None
        if not path.startswith("/api/"):
            return None if self._sessions.form_key(request) is not None else login_page(status=403)
        try:
            if path in SOURCES_SEND:
                await self._callers.sender(request)
            else:
                await self._callers.owner(request)
        except HTTPException as refused:
            return JSONResponse({"detail": refused.detail}, refused.status_code, refused.headers)
        return None


def _most(scope: Scope) -> int:
    """The bytes that the body of this request may have."""
    return LARGEST if scope["path"] in DOCUMENTS else SMALL


def _bounded(receive: Receive, most: int) -> Receive:
    """Gives the pieces of a body.

    Raises HTTPException: 413 for more than `most` bytes, 408 where they do not come in time.
    """
    began = asyncio.get_running_loop().time()
    came, whole = 0, False

    async def received() -> Message:
        nonlocal came, whole
        if whole:  # what is waited for then is the end of the connection
            return await receive()
        try:
            async with asyncio.timeout_at(began + BODY_S + came / PACE):
                message = await receive()
        except TimeoutError as late:
            raise HTTPException(408, why(Why(Reason.BODY_LATE)), CLOSE) from late
        came += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if came > most:
            raise HTTPException(
                413, why(Why(Reason.TOO_LARGE, {"saw": str(came), "expected": str(most)})), CLOSE
            )
        return message

    return received
