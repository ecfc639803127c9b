"""Alerts: what came, its verdict, its trace, its receipts, and what became of it at every speaker.

Alerts are sent to the same path (`gateway.intake.http`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request

from gateway.console.api.orders import Most
from gateway.console.desk import Documents
from gateway.console.views import View, traces
from gateway.console.views.alerts import document as line
from gateway.console.views.plans import heard, plan
from gateway.judge.resumption import SAID
from gateway.model.reason import Reason, Why
from gateway.model.record import OWNER, Document
from gateway.model.refused import Refused
from gateway.model.speaker import Roster

MOST = 500
"""Alerts of one answer. Our choice."""


def listing(documents: Documents) -> APIRouter:
    """The list, which only the owner may read."""
    api = APIRouter()

    @api.get("/alerts")
    async def get_alerts(most: Most = 50) -> View:
        """The newest first."""
        return {"alerts": [line(document) for document in documents.documents(min(most, MOST))]}

    return api


def routes(
    documents: Documents,
    receipts: Callable[[str, str], list[dict[str, object]]],
    roster: Callable[[], Roster],
    sender: Callable[[Request], Any],
) -> APIRouter:
    """One alert by its key. A source reads its own alerts, the owner reads all.

    `sender` gives the source of a request. `receipts` gives what a source was told, by key and source.
    """
    api = APIRouter()

    @api.get("/alerts/{key}")
    async def get_alert(key: str, source: str = Depends(sender)) -> View:
        """The document, its verdict, and what became of it at every speaker.

        `heard` counts the rounds, speakers and villages in which the warning was heard, all its plans
        together.
        """
        document = _sent_by(documents, source, key)
        rows = documents.plans(key)
        said = heard([row for row in rows if row.plan.act in SAID], roster())
        plans = [plan(row, row.deliveries, roster()) for row in rows]
        return {**line(document), "heard": said, "plans": plans}

    @api.get("/alerts/{key}/receipts")
    async def get_receipts(key: str, source: str = Depends(sender)) -> View:
        """What the source was told, oldest first, in the form that MQTT carries (docs/receipts.md)."""
        _sent_by(documents, source, key)
        return {"key": key, "receipts": receipts(key, source)}

    @api.get("/alerts/{key}/trace")
    async def get_trace(key: str, source: str = Depends(sender)) -> View:
        """Why: every rule that was asked, what it saw and answered, and what each speaker says."""
        document = _sent_by(documents, source, key)
        return traces.document(document, [row.plan for row in documents.plans(key)], roster())

    return api


def _sent_by(documents: Documents, source: str, key: str) -> Document:
    """The document of this key, if this source sent it; the owner has all. Raises Refused."""
    document = documents.document(key, None if source == OWNER else source)
    if document is None:
        raise Refused(Why(Reason.UNKNOWN_ALERT, {"key": key}))
    return document
