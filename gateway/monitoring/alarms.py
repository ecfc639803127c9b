"""Alarms: raised once when something is wrong, cleared once when it is over, acknowledged by name.

Whatever a person must know passes through here. The kinds are the table in gateway/model/alarm.py.
"""

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

Write = Callable[[], Awaitable[None]]

AGAIN_S = 5.0
"""Seconds until a write that the disk did not take is tried again. Our choice."""
STALE_S = 120.0
"""An alarm of an earlier start is over when no module has raised it again for so many seconds. Our choice:
every owner has looked twice by then."""


class Alarms:
    """The alarms that last, and those that ring. Changes take effect at once; `run` writes them to the
    ledger."""

    def __init__(self, clock: Clock, events: Events, ledger: contract.Alarms | None = None) -> None:
        self._clock = clock
        self._events = events
        self._ledger = ledger
        self._lasting: dict[str, Alarm] = {}
        self._ringing: dict[str, Alarm] = {}
        self._of_earlier_start: set[str] = set()
        """Names of lasting alarms that no module has raised since this start."""
        self._writes: asyncio.Queue[Write] = asyncio.Queue()
        self._calls: set[str] = set()
        """The names of all calls since the start."""
        self.changed: Callable[[], None] = lambda: None
        """Called whenever `ringing` may have changed."""
        self.pulse = Pulse()
        for alarm in ledger.alarms() if ledger else ():
            self._go_on(alarm)

    def _go_on(self, alarm: Alarm) -> None:
        """Keep an alarm of an earlier start."""
        if alarm.cleared is None:
            self._lasting[alarm.name] = alarm
            self._of_earlier_start.add(alarm.name)
        if alarm.rings and not alarm.acknowledged_by:
            self._ringing[alarm.name] = alarm

    def set(self, kind: AlarmKind, subject: str, why: Why, *, urgent: bool = False) -> None:
        """Raise an alarm. Does nothing where it lasts already.

        `subject` is empty where the kind is about the gateway. `urgent` decides whether an alarm rings whose
        kind rings only when urgent; other kinds ignore it.
        """
        name = kind.named(subject)
        self._of_earlier_start.discard(name)
        if name in self._lasting:
            return
        rings = kind.rings is Rings.ALWAYS or (kind.rings is Rings.WHEN_URGENT and urgent)
        alarm = self._lasting[name] = Alarm(kind, subject, why, self._clock.now(), rings)
        log.error("alarm %s: %s", name, why)
        if rings:
            self._ringing[name] = alarm
        if self._ledger:
            self._writes.put_nowait(partial(self._ledger.raise_alarm, alarm))
        self._publish(alarm)

    def clear(self, kind: AlarmKind, subject: str = "") -> None:
        """The alarm is over. Does nothing where it does not last. One that rings goes on to ring until it is
        acknowledged."""
        self._end(kind.named(subject))

    def _end(self, name: str) -> None:
        self._of_earlier_start.discard(name)
        alarm = self._lasting.pop(name, None)
        if alarm is None:
            return
        log.info("alarm %s is over", name)
        at = self._clock.now()
        if self._ledger:
            self._writes.put_nowait(partial(self._ledger.clear_alarm, name, at))
        self._publish(replace(alarm, cleared=at))

    def call(self, kind: AlarmKind, subject: str, why: Why) -> None:
        """Raise an alarm of severity NOTICE and end it at once: nothing is wrong, but it rings until it is
        acknowledged."""
        self._calls.add(kind.named(subject))
        self.set(kind, subject, why)
        self.clear(kind, subject)

    def called(self, kind: AlarmKind, subject: str) -> bool:
        """Whether there was such a call since the start."""
        return kind.named(subject) in self._calls

    async def acknowledge(self, name: str, person: str) -> list[str]:
        """A person has heard the alarm of this name, or with "all" every one that rings. Returns their names.

        The ledger gets it after the alarm itself.
        """
        at = self._clock.now()
        names = [ringing for ringing in self._ringing if name in ("all", ringing)]
        for acknowledged in names:
            alarm = replace(self._ringing.pop(acknowledged), acknowledged_by=person)
            if acknowledged in self._lasting:
                self._lasting[acknowledged] = alarm
            self._publish(alarm)
            if self._ledger:
                self._writes.put_nowait(partial(self._ledger.acknowledge, acknowledged, person, at))
        return names

    def up(self) -> list[Alarm]:
        """Every alarm that lasts, oldest first."""
        return list(self._lasting.values())

    def ringing(self) -> list[Alarm]:
        """Every alarm that rings, oldest first."""
        return list(self._ringing.values())

    async def run(self) -> None:
        """Write the changes to the ledger until cancelled, and end the alarms of an earlier start that no
        module raises again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write(), name="write alarms")
            tasks.create_task(self._sweep(), name="sweep alarms")

    async def _write(self) -> None:
        """Write all changes that wait together, in order: at night every warning of a storm rings."""
        while True:
            with self.pulse.resting():
                writes = [await self._writes.get()]
            while not self._writes.empty():
                writes.append(self._writes.get_nowait())
            while writes:
                self.pulse.tick()
                errors = await asyncio.gather(*map(_tried, writes))
                writes = [write for write, error in zip(writes, errors, strict=True) if error]
                if writes:
                    log.error(
                        "%d changes of alarms wait for the disk: %s", len(writes), next(filter(None, errors))
                    )
                    await asyncio.sleep(AGAIN_S)

    async def _sweep(self) -> None:
        await asyncio.sleep(STALE_S)
        for name in list(self._of_earlier_start):
            self._end(name)

    def _publish(self, alarm: Alarm) -> None:
        self._events.publish(AlarmChanged(alarm))
        self.changed()


async def _tried(write: Write) -> LedgerFailed | None:
    """The error of a write that the disk did not take."""
    try:
        await write()
    except LedgerFailed as error:
        return error
    return None
