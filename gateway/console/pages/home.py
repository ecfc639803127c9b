"""The one page: what is on the air, who said it, STOP; what is wrong, who has heard of it; a hold of everything. Rendered on the server; it
works without a script."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from gateway.console.access.tokens import COOKIE, Tokens
from gateway.console.desk import Desk
from gateway.console.views import views
from gateway.i18n import name
from gateway.model.alarm import Alarm

HOLD_MIN = 15.0
"""What the page's button holds everything for (practice.md, Ends); longer is `tongluo hold`."""
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())
_PAGES.filters["named"] = name


def router(desk: Desk, tokens: Tokens) -> APIRouter:
    """`/`, `/login`, and the acts: `/stop`, `/hold`, `/resume`, `/acknowledge`."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/")
    async def home(request: Request, token: str = "", lang: str = "zh") -> Response:
        if token and tokens.owns(token):
            return _logged_in(tokens)
        key = tokens.form_key(request.cookies.get(COOKIE, ""))
        if key is None:
            return HTMLResponse(_PAGES.get_template("login.html").render(lang=lang, wrong=bool(token)), 401)
        return HTMLResponse(_PAGES.get_template("home.html").render(_home(desk), lang=lang, form_key=key))

    @pages.post("/login")
    async def login(request: Request) -> Response:
        form = await _form(request)
        if _foreign(request) or not tokens.owns(form.get("token", "")):
            return HTMLResponse(_PAGES.get_template("login.html").render(lang="zh", wrong=True), 401)
        return _logged_in(tokens)

    def act(path: str, do: Callable[[Mapping[str, str]], Awaitable[object]]) -> None:
        """A form of the page: only who is logged in, only from this page."""

        @pages.post(path)
        async def acted(request: Request) -> Response:
            key = tokens.form_key(request.cookies.get(COOKIE, ""))
            form = await _form(request)
            if key is None or _foreign(request) or not hmac.compare_digest(form.get("form_key", ""), key):
                return HTMLResponse(_PAGES.get_template("login.html").render(lang="zh", wrong=False), 403)
            await do(form)
            return RedirectResponse("/", 303)

    act("/stop", lambda form: desk.stop(form.get("target", "all"), _who(form)))
    act("/hold", lambda form: desk.hold(HOLD_MIN, _who(form)))
    act("/resume", lambda form: desk.resume(_who(form)))
    act("/acknowledge", lambda form: desk.acknowledge(form.get("name", "all"), _who(form)))
    return pages


def _who(form: Mapping[str, str]) -> str:
    """Who gave a name is recorded by it."""
    return form.get("person", "").strip()[:40] or "page"


def _home(desk: Desk) -> dict[str, Any]:
    alerts: list[dict[str, Any]] = []
    for one in desk.ledger.documents(12):
        row = views.document(one)
        outcomes = Counter(
            each.outcome or "waiting"
            for plan in desk.ledger.plans(one.key)
            for each in desk.ledger.deliveries(plan)
        )
        alerts.append({**row, "outcomes": dict(outcomes)})
    return {
        "now": desk.clock.now(),
        "on_air": views.on_air(desk),
        "alerts": alerts,
        "speakers": views.speakers(desk),
        "brokers": desk.brokers(),
        "simulated": desk.config.simulated,
        "ringing": [_alarm(one) for one in desk.alarms.ringing()],
        "alarms": [_alarm(one) for one in desk.alarms.up() if not (one.rings and not one.acknowledged_by)],
        "held_until": desk.vitals().held_until,
        "hold_minutes": round(HOLD_MIN),
    }


def _alarm(one: Alarm) -> dict[str, Any]:
    return {"name": one.name, "since": one.since, **views.why(one.why)}


def _logged_in(tokens: Tokens) -> Response:
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, tokens.login(), httponly=True, samesite="strict", max_age=12 * 3600)
    return answer


async def _form(request: Request) -> dict[str, str]:
    raw = (await request.body())[:4096].decode("utf-8", "replace")
    return {key: values[0] for key, values in parse_qs(raw).items()}


def _foreign(request: Request) -> bool:
    """Whether a form comes from another site's page."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
