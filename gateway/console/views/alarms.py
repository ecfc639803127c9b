"""Alarms."""

from __future__ import annotations

from gateway.console.views import View
from gateway.console.views.reasons import why
from gateway.model.alarm import Alarm


def alarm(alarm: Alarm) -> View:
    """An alarm that is up or still rings. `cleared` is null while it lasts."""
    return {
        "name": alarm.name,
        "since": alarm.since.isoformat(timespec="seconds"),
        "rings": alarm.rings,
        "cleared": alarm.cleared.isoformat(timespec="seconds") if alarm.cleared else None,
        "acknowledged_by": alarm.acknowledged_by,
        **why(alarm.why),
    }
