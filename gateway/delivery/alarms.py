"""What is wrong now: raised once, cleared once. Everything that must not pass unseen goes through here."""

from __future__ import annotations

import logging
from dataclasses import replace

from gateway.clock import Clock
from gateway.delivery.events import Events
from gateway.model.alarm import Alarm
from gateway.model.reason import Why

log = logging.getLogger(__name__)


class Alarms:
    """`set` and `clear` are idempotent: an alarm that is already up is not raised again."""

    def __init__(self, clock: Clock, events: Events) -> None:
        self._clock = clock
        self._events = events
        self._up: dict[str, Alarm] = {}

    def set(self, name: str, why: Why, rings: bool = False) -> None:
        """Something is wrong with what `name` names; `rings` calls the duty room."""
        if name in self._up:
            return
        alarm = self._up[name] = Alarm(name, why, self._clock.now(), rings)
        log.error("alarm %s: %s", name, why)
        self._tell(alarm)

    def clear(self, name: str) -> None:
        """It is over."""
        alarm = self._up.pop(name, None)
        if alarm:
            log.info("alarm %s is over", name)
            self._tell(replace(alarm, cleared=self._clock.now()))

    def up(self) -> list[Alarm]:
        """Every alarm that lasts, oldest first."""
        return list(self._up.values())

    def _tell(self, alarm: Alarm) -> None:
        self._events.publish(
            {
                "kind": "alarm",
                "name": alarm.name,
                "reason": str(alarm.why.reason),
                "fields": dict(alarm.why.fields),
                "since": alarm.since,
                "cleared": alarm.cleared,
                "rings": alarm.rings,
            }
        )
