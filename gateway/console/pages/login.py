"""The login: a browser session for the owner's token."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.console.access.sessions import Sessions
from gateway.console.access.tokens import Tokens
from gateway.console.pages.forms import fields, foreign
from gateway.console.pages.templates import render


def router(tokens: Tokens, sessions: Sessions) -> APIRouter:
    """`/login`."""
    pages = APIRouter()

    @pages.post("/login")
    async def login(request: Request) -> Response:
        token = (await fields(request)).get("token", "")
        if foreign(request) or not tokens.owns(token):
            return login_page(wrong=True)
        return logged_in(sessions)

    return pages


def login_page(lang: str = "zh", wrong: bool = False, status: int = 401) -> Response:
    """The page that asks for the token. `wrong`: the one before was not the owner's."""
    return render("login.html", lang, status, wrong=wrong)


def logged_in(sessions: Sessions) -> Response:
    """A new session, and the way to the page."""
    answer = RedirectResponse("/", 303)
    sessions.begin(answer)
    return answer
