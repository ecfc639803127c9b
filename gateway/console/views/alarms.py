"""Alarms."""

from __future__ import annotations

from gateway.console.views import View
from gateway.console.views.reasons import why
from gateway.model.alarm import Alarm


def lasting(alarm: Alarm) -> View:
    """An alarm that is up. `name` is its kind and its subject."""
    return {
        "name": alarm.name,
        "since": alarm.since.isoformat(timespec="seconds"),
        "rings": alarm.rings,
        "acknowledged_by": alarm.acknowledged_by,
        **why(alarm.why),
    }


def alarm(alarm: Alarm) -> View:
    """An alarm that is up or still rings. `cleared` is null while it is up."""
    cleared = alarm.cleared.isoformat(timespec="seconds") if alarm.cleared else None
    return {**lasting(alarm), "cleared": cleared}
