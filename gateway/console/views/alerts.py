"""Alerts: the links that a sender gets, and a line of the list."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.codes import deeds
from gateway.console.views import View
from gateway.console.views.verdicts import verdict
from gateway.judge import deed
from gateway.model.alert import Alert, AlertKey
from gateway.model.record import Document


def act(alert: Alert) -> str:
    """The act of an alert (`move`); as it is written where nobody knows it; "" for a warning."""
    written = next((word for info in alert.infos if (word := deed.written(info))), "")
    known = deeds.deed(written)
    return known.value if known else written


def links(keys: Iterable[AlertKey]) -> View:
    """The answer to a sender: each key, and where to ask what became of it."""
    return {
        "alerts": [
            {
                "key": key.digest,
                "identifier": key.identifier,
                "links": {
                    "self": f"/api/v1/alerts/{key.digest}",
                    "trace": f"/api/v1/alerts/{key.digest}/trace",
                    "receipts": f"/api/v1/alerts/{key.digest}/receipts",
                },
            }
            for key in keys
        ]
    }


def document(document: Document) -> View:
    """A line of the list."""
    alert = document.alert
    return {
        "key": document.key,
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": alert.sent.isoformat(),
        "at": document.at.isoformat(timespec="milliseconds"),
        "source": document.source,
        "headline": alert.title,
        "act": act(alert),
        "status": alert.status,
        "msg_type": alert.msg_type,
        "verdict": verdict(document.verdict),
    }
