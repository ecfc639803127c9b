"""How the gateway is: all that is watched for its owner, the metrics for a collector, and one word for whoever only asks whether it lives."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.console.access.tokens import Tokens, bearer
from gateway.console.desk import Desk
from gateway.console.views import views
from gateway.model.alarm import Alarm
from gateway.monitoring.vitals import Complaint, SpeakerPulse, Vitals, alive, complaints, status
from gateway.runtime.supervisor import TaskState

View = dict[str, Any]


def view(desk: Desk) -> View:
    """The body of GET /api/v1/health. `status` is the worst of `reasons`; the rest is what was seen."""
    vitals = desk.vitals()
    found = complaints(vitals)
    return {
        "status": str(status(found)),
        "reasons": [_reason(one) for one in found],
        "now": vitals.now.isoformat(timespec="seconds"),
        "clock": _clock(vitals),
        "lines": dict(vitals.lines),
        "brokers": dict(vitals.brokers),
        "voices": dict(vitals.voices),
        "sources": {name: {"last": _iso(last)} for name, last in vitals.sources.items()},
        "disk": {"trouble": vitals.disk.trouble, "free": vitals.disk.free},
        "tasks": {task.name: _task(task) for task in vitals.tasks},
        "speakers": _speakers(vitals),
        "queue": {"waiting": vitals.waiting},
        "oldest_unacknowledged_s": vitals.oldest_unacknowledged,
        "receipts_owed": vitals.owed,
        "on_air": vitals.on_air,
        "alarms": [_alarm(alarm) for alarm in vitals.alarms],
        "canary_age_s": vitals.canary_age,
        "held_until": _iso(vitals.held_until),
        "loop_lag_s": round(vitals.lag, 4),
    }


def lives(desk: Desk) -> bool:
    """Whether warnings can sound: the tasks that do it are there."""
    return alive(desk.vitals())


def router(desk: Desk, tokens: Tokens) -> APIRouter:
    """What machines ask: /livez without a credential, /metrics with the owner's token or from this machine."""
    machines = APIRouter(include_in_schema=False)

    @machines.get("/livez")
    async def livez() -> Response:
        """200 while warnings can sound, 503 otherwise; no details for strangers."""
        return Response(status_code=200 if lives(desk) else 503)

    @machines.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not (_from_here(request) or tokens.owns(bearer(request))):
            return Response("a bearer token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(desk.metrics.page(), media_type=CONTENT_TYPE_LATEST)

    return machines


def _from_here(request: Request) -> bool:
    """From this machine, and not through a proxy that speaks for others."""
    passed_on = any(header in request.headers for header in ("forwarded", "x-forwarded-for"))
    try:
        return not passed_on and bool(request.client and ip_address(request.client.host).is_loopback)
    except ValueError:
        return False


def _reason(one: Complaint) -> View:
    return {"name": one.name, "status": str(one.severity), **views.why(one.why)}


def _clock(vitals: Vitals) -> View:
    jumped = vitals.jumped and {
        "seconds": round(vitals.jumped.seconds, 1),
        "at": vitals.jumped.at.isoformat(timespec="seconds"),
    }
    return {"trusted": vitals.trusted, "jumped": jumped}


def _task(task: TaskState) -> View:
    ticked = None if task.ticked is None else round(task.ticked, 1)
    return {"state": str(task.state), "restarts": task.restarts, "ticked_s": ticked, "fault": task.fault}


def _alarm(alarm: Alarm) -> View:
    return {
        "name": alarm.name,
        "since": alarm.since.isoformat(timespec="seconds"),
        "rings": alarm.rings,
        "acknowledged_by": alarm.acknowledged_by,
        **views.why(alarm.why),
    }


def _speakers(vitals: Vitals) -> View:
    known = vitals.speakers
    due, answered = vitals.polls.due, vitals.polls.answered
    return {
        "heard": sum(one.heard is not None and not one.silent for one in known.values()),
        "silent": sum(one.silent for one in known.values()),
        "polls": {"due": due, "answered": answered, "rate": round(answered / due, 4) if due else None},
        "each": {name: _speaker(one) for name, one in known.items()},
    }


def _speaker(one: SpeakerPulse) -> View:
    return {"heard": _iso(one.heard), "silent": one.silent, "battery": one.battery}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
