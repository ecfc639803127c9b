"""Drills."""

from __future__ import annotations

from datetime import datetime

from gateway.console.views import View
from gateway.model.drill import Drill


def drill(drill: Drill, now: datetime) -> View:
    """`open` says whether its exercises may sound now."""
    return {
        "number": drill.number,
        "source": drill.source,
        "places": list(drill.places),
        "speakers": list(drill.speakers),
        "start": drill.start.isoformat(timespec="minutes"),
        "end": drill.end.isoformat(timespec="minutes"),
        "person": drill.person,
        "open": drill.open(now),
    }
