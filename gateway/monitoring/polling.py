"""Polling: every speaker is asked at its line's pace whether it is there. The answer is remembered, and what
is wrong by it is an alarm."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from drivers import Capability, Driver, Fault, LocalUse, Refused, Report, SpeakerStatus
from drivers.errors import DriverError
from gateway.model import event
from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster, Speaker
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events

ROUND_S = 15.0
"""Seconds between two polls of a speaker. With the second poll after a miss a fault is shown within thirty
seconds (docs/practice.md, Figures)."""
LEAST_S = 0.25
"""Least seconds between two polls on a line, so that orders find it free. Our choice."""
LOOK_AGAIN_S = 3.0
"""Seconds after a first sign of trouble until the speaker is asked again; the second sign is an alarm. Our
choice."""
FIRST_S = 5.0
"""Seconds that a line has to come up before its first poll. Our choice."""
LOW_BATTERY = 30
"""Percent below which a battery is an alarm and repeats are dropped. Our choice."""


@dataclass(frozen=True)
class Condition:
    """How a speaker is, by its polls and its reports. Before the first of them nothing is known."""

    heard: datetime | None = None
    """When it last said anything."""
    silent: bool = False
    """Whether it does not answer."""
    battery: int | None = None
    """In percent."""
    mains: bool | None = None
    """Whether it runs on mains."""
    local_use: str | None = None
    """The source that somebody speaks through at the speaker itself, as the device names it."""
    misses: int = 0
    """Polls in a row that it did not answer."""
    unordered: int = 0
    """Polls in a row that found sound which nobody ordered."""

    @property
    def shown(self) -> dict[str, object]:
        """The fields that are published at every change."""
        return {
            "known": self.heard is not None or self.silent,
            "silent": self.silent,
            "battery": self.battery,
            "mains": self.mains,
            "local_use": self.local_use,
            "unordered": self.unordered >= 2,
        }


class Polling:
    """Polls the speakers of the roster. Give it the reports of every driver, and await `run`."""

    def __init__(
        self,
        clock: Clock,
        roster: Roster,
        lines: Mapping[str, Driver],
        alarms: Alarms,
        events: Events,
        sounding: Callable[[str], bool],
        show: Callable[[str, Condition], None] = lambda speaker, condition: None,
    ) -> None:
        self._clock = clock
        self._lines = lines
        self._alarms = alarms
        self._events = events
        self._sounding = sounding
        """Whether a burst of ours is on its way at a speaker."""
        self._show = show
        """Called with the condition of each speaker, at the start and whenever a field that is shown has
        changed."""
        self._by_unit = {(speaker.line, speaker.unit): speaker for speaker in roster.speakers}
        self.conditions: dict[str, Condition] = {speaker.id: Condition() for speaker in roster.speakers}
        """By speaker id."""
        self.due = 0
        """Polls since the start."""
        self.answered = 0
        """Polls answered since the start."""
        for speaker, condition in self.conditions.items():
            show(speaker, condition)

    def report(self, line: str, report: Report) -> None:
        """Take a report of the driver of this line. Every report except a failure shows that the unit
        lives."""
        speaker = self._by_unit.get((line, report.target))
        if speaker is None or isinstance(report.fact, Fault | Refused):
            return
        if isinstance(report.fact, LocalUse):
            self._local(speaker, report.fact.source)
        self._heard(speaker)

    async def run(self) -> None:
        """Poll until cancelled."""
        by_line: defaultdict[str, list[Speaker]] = defaultdict(list)
        for (line, _), speaker in self._by_unit.items():
            by_line[line].append(speaker)
        async with asyncio.TaskGroup() as lines:
            for line in self._lines:
                if line in by_line:
                    lines.create_task(self._rounds(line, by_line[line]), name=f"poll {line}")

    async def _rounds(self, line: str, speakers: Sequence[Speaker]) -> None:
        driver, pause = self._lines[line], max(LEAST_S, ROUND_S / len(speakers))
        await asyncio.sleep(FIRST_S)
        while True:
            for speaker in speakers:
                await self._poll(driver, speaker)
                await asyncio.sleep(pause)

    async def _poll(self, driver: Driver, speaker: Speaker) -> None:
        """Ask a speaker, and again after trouble. A speaker where a burst is on its way is not asked: the
        reports of the burst are its sign of life."""
        while Capability.STATUS in driver.can(speaker.unit) and not self._sounding(speaker.id):
            self.due += 1
            try:
                status = await driver.status(speaker.unit)
            except DriverError as error:
                if self._missed(speaker, error):
                    return
            else:
                self.answered += 1
                self._heard(speaker)
                if not self._look(speaker, status):
                    return
            await asyncio.sleep(LOOK_AGAIN_S)

    def _missed(self, speaker: Speaker, error: DriverError) -> bool:
        """Returns whether it need not be asked again: the second miss is an alarm."""
        condition = self._update(speaker, misses=self.conditions[speaker.id].misses + 1)
        if condition.misses < 2:
            return False
        self._update(speaker, silent=True)
        fields = {"error": error.code, **{name: str(value) for name, value in error.fields.items()}}
        self._alarms.set(AlarmKind.SPEAKER, speaker.id, Why(Reason.UNREACHED, fields))
        return True

    def _heard(self, speaker: Speaker) -> None:
        self._update(speaker, heard=self._clock.now(), misses=0, silent=False)
        self._alarms.clear(AlarmKind.SPEAKER, speaker.id)

    def _look(self, speaker: Speaker, status: SpeakerStatus) -> bool:
        """Remember the answer of a speaker. Returns whether it must be asked again soon."""
        before = self.conditions[speaker.id]
        self._update(speaker, battery=status.battery, mains=status.mains, local_use=status.local_use)
        on_battery = Why(Reason.ON_BATTERY, {"speaker": speaker.name})
        self._alarm(AlarmKind.MAINS, speaker, status.mains is False, on_battery)
        low = status.battery is not None and status.battery < LOW_BATTERY
        why = Why(Reason.BATTERY_LOW, {"speaker": speaker.name, "percent": str(status.battery)})
        self._alarm(AlarmKind.BATTERY, speaker, low, why)
        if status.local_use and status.local_use != before.local_use:
            self._local(speaker, status.local_use)
        return self._unordered(speaker, status)

    def _unordered(self, speaker: Speaker, status: SpeakerStatus) -> bool:
        """Sound with neither an order of ours nor somebody at the speaker, found twice, is an alarm (the
        sirens of Dallas, 2017)."""
        strange = status.unordered([]) and not self._sounding(speaker.id)
        times = self.conditions[speaker.id].unordered + 1 if strange else 0
        self._update(speaker, unordered=times)
        if times >= 2:
            why = Why(Reason.UNORDERED, {"speaker": speaker.name})
            self._alarms.set(AlarmKind.UNORDERED, speaker.id, why)
        elif not strange:
            self._alarms.clear(AlarmKind.UNORDERED, speaker.id)
        return times == 1

    def _alarm(self, kind: AlarmKind, speaker: Speaker, wrong: bool, why: Why) -> None:
        if wrong:
            self._alarms.set(kind, speaker.id, why)
        else:
            self._alarms.clear(kind, speaker.id)

    def _local(self, speaker: Speaker, source: str) -> None:
        """Somebody speaks at the speaker itself."""
        self._update(speaker, local_use=source)
        self._events.publish(event.LocalUse(speaker.id, source))

    def _update(self, speaker: Speaker, **changes: object) -> Condition:
        before = self.conditions[speaker.id]
        now = self.conditions[speaker.id] = replace(before, **changes)  # type: ignore[arg-type]
        if now.shown != before.shown:
            self._show(speaker.id, now)
        return now

    def weak(self, speaker: str) -> bool:
        """Whether the battery of a speaker is so low that repeats are dropped there; the first burst never is
        (docs/practice.md, Repetition)."""
        condition = self.conditions.get(speaker)
        return bool(
            condition
            and condition.mains is not True
            and condition.battery is not None
            and condition.battery < LOW_BATTERY
        )
