"""Every speaker is asked at its line's pace whether it is there; what it says of itself is remembered, what is wrong is an alarm."""

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
"""Each speaker of a line is asked this often: with a second look a fault is shown within thirty seconds (practice.md, Figures)."""
LEAST_S = 0.25
"""Between two questions on a line at least, so that its orders find it free. Our choice."""
LOOK_AGAIN_S = 3.0
"""After a first sign of trouble a speaker is asked again this soon; the second sign is an alarm. Our choice."""
FIRST_S = 5.0
"""A line has so long to come up before the first question. Our choice."""
LOW_BATTERY = 30
"""Per cent below which a battery is an alarm: repeats are dropped below it. Our choice."""


@dataclass(frozen=True)
class Seen:
    """A speaker as it was last seen. `heard` is when it last said anything; `silent` that it does not answer."""

    heard: datetime | None = None
    silent: bool = False
    battery: int | None = None
    mains: bool | None = None
    local_use: str | None = None
    misses: int = 0
    unordered: int = 0

    @property
    def state(self) -> dict[str, object]:
        """What is told of it whenever it changes; nothing of it is known before it is first heard or missed."""
        return {
            "known": self.heard is not None or self.silent,
            "silent": self.silent,
            "battery": self.battery,
            "mains": self.mains,
            "local_use": self.local_use,
            "unordered": self.unordered >= 2,
        }


class Supervision:
    """`sounding` tells whether we are playing at a speaker, `told` hears how each speaker is, now and at every change worth publishing. Give it every driver's reports."""

    def __init__(
        self,
        clock: Clock,
        roster: Roster,
        lines: Mapping[str, Driver],
        alarms: Alarms,
        events: Events,
        sounding: Callable[[str], bool],
        told: Callable[[str, Seen], None] = lambda speaker, seen: None,
    ) -> None:
        self._clock = clock
        self._lines = lines
        self._alarms = alarms
        self._events = events
        self._sounding = sounding
        self._at = {(speaker.line, speaker.unit): speaker for speaker in roster.speakers}
        self.seen: dict[str, Seen] = {speaker.id: Seen() for speaker in roster.speakers}
        self._told = told
        for speaker, seen in self.seen.items():
            told(speaker, seen)
        self.due = 0
        self.answered = 0

    def report(self, line: str, report: Report) -> None:
        """Whatever a driver says of a unit shows that it lives, but its failures."""
        speaker = self._at.get((line, report.target))
        if speaker is None or isinstance(report.fact, Fault | Refused):
            return
        if isinstance(report.fact, LocalUse):
            self._local(speaker, report.fact.source)
        self._heard(speaker)

    async def run(self) -> None:
        """Ask until cancelled."""
        there: defaultdict[str, list[Speaker]] = defaultdict(list)
        for (line, _), speaker in self._at.items():
            there[line].append(speaker)
        async with asyncio.TaskGroup() as together:
            for line in self._lines:
                if line in there:
                    together.create_task(self._rounds(line, there[line]), name=f"ask {line}")

    async def _rounds(self, line: str, speakers: Sequence[Speaker]) -> None:
        driver, pause = self._lines[line], max(LEAST_S, ROUND_S / len(speakers))
        await asyncio.sleep(FIRST_S)
        while True:
            for speaker in speakers:
                await self._ask(driver, speaker)
                await asyncio.sleep(pause)

    async def _ask(self, driver: Driver, speaker: Speaker) -> None:
        """Polls yield to speech: while any burst is on its way there its own reports are the sign of life."""
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
        """Whether this settles it: the second miss is an alarm."""
        seen = self._note(speaker, misses=self.seen[speaker.id].misses + 1)
        if seen.misses < 2:
            return False
        self._note(speaker, silent=True)
        fields = {"error": error.code, **{name: str(value) for name, value in error.fields.items()}}
        self._alarms.set(AlarmKind.SPEAKER, speaker.id, Why(Reason.UNREACHED, fields))
        return True

    def _heard(self, speaker: Speaker) -> None:
        self._note(speaker, heard=self._clock.now(), misses=0, silent=False)
        self._alarms.clear(AlarmKind.SPEAKER, speaker.id)

    def _look(self, speaker: Speaker, status: SpeakerStatus) -> bool:
        """Take in what a speaker says of itself. Returns whether it must be looked at again soon."""
        before = self.seen[speaker.id]
        self._note(speaker, battery=status.battery, mains=status.mains, local_use=status.local_use)
        on_battery = Why(Reason.ON_BATTERY, {"speaker": speaker.name})
        self._alarm(AlarmKind.MAINS, speaker, status.mains is False, on_battery)
        low = status.battery is not None and status.battery < LOW_BATTERY
        why = Why(Reason.BATTERY_LOW, {"speaker": speaker.name, "percent": str(status.battery)})
        self._alarm(AlarmKind.BATTERY, speaker, low, why)
        if status.local_use and status.local_use != before.local_use:
            self._local(speaker, status.local_use)
        return self._unordered(speaker, status)

    def _unordered(self, speaker: Speaker, status: SpeakerStatus) -> bool:
        """Sound with neither an order of ours nor somebody at the speaker, seen twice, is an alarm (Dallas 2017)."""
        strange = status.unordered([]) and not self._sounding(speaker.id)
        times = self._note(speaker, unordered=self.seen[speaker.id].unordered + 1 if strange else 0).unordered
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
        """Somebody speaks at the speaker itself: recorded with its source."""
        self._note(speaker, local_use=source)
        self._events.publish(event.LocalUse(speaker.id, source))

    def _note(self, speaker: Speaker, **changes: object) -> Seen:
        before = self.seen[speaker.id]
        seen = self.seen[speaker.id] = replace(before, **changes)  # type: ignore[arg-type]
        if seen.state != before.state:
            self._told(speaker.id, seen)
        return seen

    def weak(self, speaker: str) -> bool:
        """Whether its battery is so low that repeats are dropped there, never the first burst (practice.md, Repetition)."""
        seen = self.seen.get(speaker)
        return bool(
            seen and seen.mains is not True and seen.battery is not None and seen.battery < LOW_BATTERY
        )
