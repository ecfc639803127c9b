"""The gate: may a burst begin at a speaker now? It is asked before every burst."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from gateway.model.alarm import AlarmKind
from gateway.model.judgement import Drop, Wait
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY
from gateway.monitoring.alarms import Alarms

MaySound = Callable[[Plan, str, datetime, float], Wait | Drop | None]
"""The guard's question: plan, speaker, now, and the minutes of bursts that are not grave in these quiet
hours, this burst's own included."""

QuietUntil = Callable[[datetime], datetime | None]
"""The end of the quiet hours that a time falls into, None outside them."""

PAUSE = timedelta(seconds=30)
"""A paused burst is looked at again after this, if nobody has answered before. Our choice."""

NIGHT = timedelta(hours=12)
"""Bursts of longer ago belong to another night. Our choice: longer than any quiet hours."""


def on_hold(until: datetime) -> Why:
    """The reason of everything that a hold of everything holds back."""
    return Why(Reason.ON_HOLD, {"until": until.isoformat(timespec="minutes")})


class Gate:
    """Asks whether the site is on hold, then the guard.

    On a `watch_only` site nothing may sound, not even in the duty room. Only the canary may: nobody hears it.
    """

    def __init__(
        self, alarms: Alarms, may_sound: MaySound, quiet: QuietUntil, watch_only: bool = False
    ) -> None:
        self.until: datetime | None = None
        """The end of a hold of everything (全部暂停); None: there is no hold."""
        self._alarms = alarms
        self._may_sound = may_sound
        self._quiet = quiet
        self._watch_only = watch_only
        self._paused: dict[str, frozenset[str]] = {}
        """By the key of a document that people are asked about: the keys of the warnings that it may end."""
        self._rung: set[str] = set()
        """Plans that this hold has held back; the duty room was called for each of them."""
        self._sounded: dict[str, list[tuple[datetime, timedelta]]] = defaultdict(list)

    def pause(self, document: str, warnings: Collection[str]) -> None:
        """The further bursts of these warnings wait while people are asked whether this document ends them.
        Without warnings: they have answered. All are keys (AlertKey.digest).

        A burst that sounds already goes on to its end. A move order never waits: only its giver ends it.
        """
        self._paused.pop(document, None)
        if warnings:
            self._paused[document] = frozenset(warnings)

    def resume(self) -> None:
        """The hold is over."""
        self.until = None
        self._rung.clear()

    def look(self, now: datetime) -> None:
        """End the hold if its time is over."""
        if self.until and now >= self.until:
            self.resume()

    def ask(self, plan: Plan, speaker: str, now: datetime, seconds: float = 0.0) -> Wait | Drop | None:
        """None if it may begin. `seconds` is how long it would sound.

        A hold of everything rings the duty room for every grave plan that it holds back.
        """
        if self._watch_only and speaker != CANARY:
            return Drop(Why(Reason.WATCH_ONLY))
        if plan.act is Act.RING:
            return None
        if self.until and now < self.until:
            why = on_hold(self.until)
            if plan.class_.grave and plan.id not in self._rung:
                self._rung.add(plan.id)
                self._alarms.call(AlarmKind.HOLD, plan.alert or plan.id, why)
            return Wait(self.until, why)
        self.look(now)
        if plan.act is Act.WARNING and any(plan.alert in warnings for warnings in self._paused.values()):
            return Wait(now + PAUSE, Why(Reason.LIFT_UNCLEAR))
        return self._may_sound(plan, speaker, now, self._minutes(speaker, now) + seconds / 60)

    def sounded(self, speaker: str, plan: Plan, began: datetime, ended: datetime) -> None:
        """Count this burst if it sounded in quiet hours and is not grave.

        A correction is not counted: it may sound at any hour.
        """
        counted = not plan.class_.grave and plan.act not in (Act.RING, Act.CORRECTION)
        if counted and self._quiet(began):
            self._sounded[speaker].append((ended, ended - began))

    def _minutes(self, speaker: str, now: datetime) -> float:
        if not self._quiet(now):
            self._sounded.pop(speaker, None)
            return 0.0
        times = self._sounded.get(speaker, [])
        return sum((length for at, length in times if at > now - NIGHT), timedelta()).total_seconds() / 60
