"""What is wrong now: raised once, cleared once, acknowledged by name. Everything that must not pass unseen
goes through here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from gateway.model.alarm import Alarm, AlarmKind, Rings
from gateway.model.event import AlarmChanged
from gateway.model.reason import Why
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.runtime.pulse import Pulse
from gateway.store import contract

log = logging.getLogger(__name__)

AGAIN_S = 5.0
"""Pause before an alarm the disk did not take is written again. Our choice."""
STALE_S = 120.0
"""An alarm of an earlier start that nobody has raised again for so long is over. Our choice: every watcher
has looked twice by then."""


class Alarms:
    """`set` and `clear` are idempotent: an alarm that is up is not raised again. `changed` hears whenever
    what rings may have changed."""

    def __init__(self, clock: Clock, events: Events, ledger: contract.Alarms | None = None) -> None:
        self._clock = clock
        self._events = events
        self._ledger = ledger
        self._up: dict[str, Alarm] = {}
        self._ringing: dict[str, Alarm] = {}
        self._old: set[str] = set()
        self._writes: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._calls: set[str] = set()
        """The names of all calls since the start."""
        self.changed: Callable[[], None] = lambda: None
        self.pulse = Pulse()
        for alarm in ledger.alarms() if ledger else ():
            self._take_up(alarm)

    def _take_up(self, alarm: Alarm) -> None:
        if alarm.cleared is None:
            self._up[alarm.name] = alarm
            self._old.add(alarm.name)
        if alarm.rings and not alarm.acknowledged_by:
            self._ringing[alarm.name] = alarm

    def set(self, kind: AlarmKind, subject: str, why: Why, *, urgent: bool = False) -> None:
        """Raise an alarm about `subject`; it is empty where the kind is about the gateway.

        `urgent` says whether a kind rings that rings only when urgent; other kinds do not ask it.
        """
        name = kind.named(subject)
        self._old.discard(name)
        if name in self._up:
            return
        rings = kind.rings is Rings.ALWAYS or (kind.rings is Rings.WHEN_URGENT and urgent)
        alarm = self._up[name] = Alarm(kind, subject, why, self._clock.now(), rings)
        log.error("alarm %s: %s", name, why)
        if rings:
            self._ringing[name] = alarm
        if self._ledger:
            self._writes.put_nowait(partial(self._ledger.raise_alarm, alarm))
        self._tell(alarm)

    def clear(self, kind: AlarmKind, subject: str = "") -> None:
        """It is over. What rings goes on until somebody has acknowledged it."""
        self._end(kind.named(subject))

    def _end(self, name: str) -> None:
        self._old.discard(name)
        alarm = self._up.pop(name, None)
        if alarm is None:
            return
        log.info("alarm %s is over", name)
        at = self._clock.now()
        if self._ledger:
            self._writes.put_nowait(partial(self._ledger.clear_alarm, name, at))
        self._tell(replace(alarm, cleared=at))

    def call(self, kind: AlarmKind, subject: str, why: Why) -> None:
        """Raise a NOTICE: nothing is wrong, but the duty room rings until somebody has acknowledged it."""
        self._calls.add(kind.named(subject))
        self.set(kind, subject, why)
        self.clear(kind, subject)

    def called(self, kind: AlarmKind, subject: str) -> bool:
        """Whether there was such a call since the start."""
        return kind.named(subject) in self._calls

    async def acknowledge(self, name: str, person: str) -> list[str]:
        """Somebody has heard this alarm, or with "all" every one that rings. Returns which. It is written
        after what raised it."""
        at = self._clock.now()
        heard = [one for one in self._ringing if name in ("all", one)]
        for one in heard:
            alarm = self._ringing.pop(one)
            if one in self._up:
                self._up[one] = replace(alarm, acknowledged_by=person)
            self._tell(replace(alarm, acknowledged_by=person))
            if self._ledger:
                self._writes.put_nowait(partial(self._ledger.acknowledge, one, person, at))
        return heard

    def up(self) -> list[Alarm]:
        """Every alarm that lasts, oldest first."""
        return list(self._up.values())

    def ringing(self) -> list[Alarm]:
        """What the duty room rings for, oldest first."""
        return list(self._ringing.values())

    async def run(self) -> None:
        """Write what there is to write, and end what an earlier start left behind and nobody sees any
        more."""
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self._write(), name="write alarms")
            halves.create_task(self._sweep(), name="sweep alarms")

    async def _write(self) -> None:
        while True:
            with self.pulse.resting():
                write = await self._writes.get()
            while True:
                self.pulse.tick()
                try:
                    await write()
                    break
                except LedgerFailed as error:
                    log.error("an alarm waits for the disk: %s", error)
                    await asyncio.sleep(AGAIN_S)

    async def _sweep(self) -> None:
        await asyncio.sleep(STALE_S)
        for name in list(self._old):
            self._end(name)

    def _tell(self, alarm: Alarm) -> None:
        self._events.publish(AlarmChanged(alarm))
        self.changed()
