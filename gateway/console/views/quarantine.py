"""Quarantined arrivals."""

from __future__ import annotations

from gateway.console.views import View
from gateway.console.views.reasons import why
from gateway.intake.readers.document import glimpsed
from gateway.model.alert import Arrival
from gateway.model.reason import Why

SHOWN = 65_536
"""Signs of a quarantined document that are shown. The ledger has all of it. Our choice."""


def line(number: int, arrival: Arrival, reason: Why | None) -> View:
    """A line of the list. `size` is in bytes."""
    return {
        "number": number,
        "at": arrival.at.isoformat(timespec="seconds"),
        "source": arrival.source,
        "peer": arrival.peer,
        "size": len(arrival.raw),
        **(why(reason) if reason else {}),
    }


def document(number: int, arrival: Arrival, reason: Why | None) -> View:
    """The same with the beginning of its `text`. Bytes that are no text show as escapes."""
    return {**line(number, arrival, reason), "text": glimpsed(arrival)[:SHOWN]}
