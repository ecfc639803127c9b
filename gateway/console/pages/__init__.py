"""The pages, a file a page with its template beside it.

They are rendered on the server and work without a script.

`templates` renders them, `forms` parses the fields that a browser sends.
"""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.access.sessions import Sessions
from gateway.console.access.tokens import Tokens
from gateway.console.desk import Desk
from gateway.console.pages import home, login


def router(desk: Desk, tokens: Tokens, sessions: Sessions) -> APIRouter:
    """Every page."""
    pages = APIRouter(include_in_schema=False)
    pages.include_router(home.router(desk, tokens, sessions))
    pages.include_router(login.router(tokens, sessions))
    return pages
