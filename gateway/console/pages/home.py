"""The page: what is on the air and who issued it, STOP, a hold of everything, alarms, alerts, a yes or no to
what waits, speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from gateway.console.access.sessions import Sessions
from gateway.console.access.tokens import Tokens
from gateway.console.desk import Desk, Documents
from gateway.console.pages.forms import fields, foreign
from gateway.console.pages.login import logged_in, login_page
from gateway.console.pages.templates import render
from gateway.console.views.alerts import act
from gateway.console.views.on_air import on_air
from gateway.console.views.speakers import speakers
from gateway.judge.resumption import SAID, lacking
from gateway.model.alarm import AlarmKind
from gateway.model.delivery import Burst, Delivery
from gateway.model.reason import Reason
from gateway.model.record import Document, PlanRow
from gateway.model.verdict import Hold, Verdict
from gateway.runtime.clock import CHINA

HOLD_MIN = 15.0
"""Minutes for which the page's button holds everything (docs/practice.md). `tongluo hold` can hold longer."""
ALERTS = 12
"""Alerts that are listed. Our choice."""

Fields = Mapping[str, str]


def router(desk: Desk, tokens: Tokens, sessions: Sessions) -> APIRouter:
    """`/`, and the acts of its forms: `/stop`, `/again`, `/approve`, `/veto`, `/hold`, `/resume`,
    `/acknowledge`."""
    pages = APIRouter()

    @pages.get("/")
    async def home(request: Request, token: str = "", lang: str = "zh") -> Response:
        if token and tokens.owns(token):
            return logged_in(sessions)
        form_key = sessions.form_key(request)
        if form_key is None:
            return login_page(lang, wrong=bool(token))
        return render("home.html", lang, form_key=form_key, **_values(desk))

    def act(path: str, do: Callable[[Fields], Awaitable[object]]) -> None:
        """A form of the page. It is obeyed only with a session, and only from our own page."""

        @pages.post(path)
        async def acted(request: Request) -> Response:
            form = await fields(request)
            if foreign(request) or not sessions.accepts(request, form.get("form_key", "")):
                return login_page(status=403)
            await do(form)
            return RedirectResponse("/", 303)

    air, alarms = desk.air, desk.alarms
    act("/stop", lambda form: air.stop(form.get("target", "all"), _person(form)))
    act("/again", lambda form: desk.resumptions.again(form.get("key", ""), _person(form)))
    act("/approve", lambda form: desk.review.approve(form.get("key", ""), _named(form), form.get("ends", "")))
    act("/veto", lambda form: desk.review.veto(form.get("key", ""), _named(form)))
    act("/hold", lambda form: air.hold(HOLD_MIN, _person(form)))
    act("/resume", lambda form: air.resume(_person(form)))
    act("/acknowledge", lambda form: alarms.acknowledge(form.get("name", "all"), _person(form)))
    return pages


def _person(form: Fields) -> str:
    """The name that somebody gave; who gave none is recorded as "page"."""
    return form.get("person", "").strip()[:40] or "page"


def _named(form: Fields) -> str:
    """The name of the person who says yes or no. Raises HTTPException 422 without one: nobody is not a
    person."""
    if not form.get("person", "").strip():
        raise HTTPException(422, "姓名 / a name is needed")
    return _person(form)


def _values(desk: Desk) -> dict[str, Any]:
    """What the template shows."""
    roster = desk.roster()
    return {
        "now": desk.now(),
        "on_air": on_air(desk.on_air(), desk.documents, roster),
        "alerts": [_alert(document, desk.documents, desk.now()) for document in _listed(desk)],
        "speakers": speakers(desk.documents, roster, desk.lines()),
        "simulated": desk.simulated,
        "ringing": desk.alarms.ringing(),
        "alarms": [alarm for alarm in desk.alarms.up() if alarm.acknowledged_by or not alarm.rings],
        "held_until": desk.vitals().held_until,
        "hold_minutes": round(HOLD_MIN),
    }


def _listed(desk: Desk) -> list[Document]:
    """The newest alerts, and before them the older ones that wait for a yes and ring."""
    newest = desk.documents.documents(ALERTS)
    shown = {document.key for document in newest}
    asked = (alarm.subject for alarm in desk.alarms.ringing() if alarm.kind is AlarmKind.ALERT)
    older = [document for key in asked if key not in shown and (document := desk.documents.document(key))]
    return [document for document in older if isinstance(document.verdict, Hold)] + newest


def _alert(document: Document, documents: Documents, now: datetime) -> dict[str, Any]:
    """An alert with the number of speakers that came to each outcome, all its readings together, and of those
    at which it can be said again."""
    rows = documents.plans(document.key)
    said = [row for row in rows if row.plan.act in SAID] or rows
    bursts: dict[str, list[Burst]] = {name: [] for row in said for name in row.plan.targets}
    for row in said:
        for burst in row.bursts:
            bursts.setdefault(burst.speaker, []).append(burst)
    deliveries = (Delivery("", name, tuple(found)) for name, found in bursts.items())
    outcomes = Counter(str(delivery.outcome or "waiting") for delivery in deliveries)
    return {
        "key": document.key,
        "again": len(lacking(rows)) if _stopped(rows, now) else 0,
        "headline": document.alert.title,
        "act": act(document.alert),
        "sender": document.alert.sender,
        "at": document.at,
        "verdict": document.verdict,
        "waits": isinstance(document.verdict, Hold),
        "words": [step.saw for step in document.trace if step.rule == "act.words"],
        "ends": _ends(document.verdict, documents),
        "outcomes": outcomes,
    }


def _ends(verdict: Verdict, documents: Documents) -> list[dict[str, Any]]:
    """The warnings of which a yes must name one, because it may end several. A warning that came over
    several roads is one."""
    if not isinstance(verdict, Hold):
        return []
    found = [document for key in verdict.pauses if (document := documents.document(key))]
    warnings = {document.alert.kin: document for document in reversed(found)}
    if len(warnings) < 2:
        return []
    return [
        {
            "key": document.key,
            "headline": document.alert.title,
            "at": document.alert.sent.astimezone(CHINA),
            "area": "、".join(
                dict.fromkeys(area.description for info in document.alert.infos for area in info.areas)
            ),
        }
        for document in reversed(warnings.values())
    ]


def _stopped(rows: Sequence[PlanRow], now: datetime) -> bool:
    """Whether a person stopped something of it that has not expired."""
    return any(
        burst.why is not None and burst.why.reason is Reason.STOPPED
        for row in rows
        if row.plan.act in SAID and (row.plan.not_after is None or row.plan.not_after > now)
        for burst in row.bursts
    )
