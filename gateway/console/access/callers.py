"""Callers: who a request comes from. The methods are FastAPI dependencies."""

from __future__ import annotations

from fastapi import HTTPException, Request

from gateway.console.access.sessions import Sessions
from gateway.console.access.tokens import Tokens, bearer
from gateway.console.views.reasons import why
from gateway.model.reason import Reason, Why
from gateway.model.record import OWNER


class Callers:
    """Tells the owner and the sources by their tokens.

    A browser session may read as the owner; it may change nothing.
    """

    def __init__(self, tokens: Tokens, sessions: Sessions) -> None:
        self._tokens = tokens
        self._sessions = sessions

    async def owner(self, request: Request) -> None:
        """Only the owner passes. Raises HTTPException 401."""
        if not self._is_owner(request):
            raise no_token()

    async def sender(self, request: Request) -> str:
        """The source whose token the request carries, or OWNER. Raises HTTPException 401."""
        source = self._tokens.source(bearer(request))
        if source is None and self._is_owner(request):
            source = OWNER
        if source is None:
            raise no_token()
        return source

    def _is_owner(self, request: Request) -> bool:
        reads = request.method in ("GET", "HEAD")
        return self._tokens.owns(bearer(request)) or (reads and self._sessions.form_key(request) is not None)


def no_token() -> HTTPException:
    """401: the request carries no token that may do this."""
    return HTTPException(401, why(Why(Reason.UNAUTHENTICATED)), {"WWW-Authenticate": "Bearer"})
