"""Lives by the ledger: finds what is due, gives each speaker one burst at a time, and writes down what became of it.

It wakes for due bursts, new plans, stops and the ends of bursts. Everything it holds in memory can be read again from the ledger, so a restart is not
a special case: a burst without an outcome is simply due.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from drivers import Driver, Report
from gateway.clock import Clock
from gateway.delivery import Book, OnAir, Voices, receipts, route
from gateway.delivery.airtime import Turn, due, first
from gateway.delivery.alarms import Alarms
from gateway.delivery.events import Event, Events
from gateway.delivery.playing import Group, Playing
from gateway.delivery.recorder import Recorder
from gateway.model.delivery import Burst, Delivery, Outcome
from gateway.model.reason import Reason, Why
from gateway.model.record import PlanRow
from gateway.model.speaker import Roster
from gateway.pulse import Pulse

log = logging.getLogger(__name__)

LONGEST_SLEEP_S = 30.0
"""Even with nothing due the ledger is looked at this often: the wall clock may have been set meanwhile. Our choice."""


class _Live:
    """A plan that may still sound, with the latest state of each of its bursts."""

    def __init__(self, row: PlanRow, source: str) -> None:
        self.plan = row.plan
        self.source = source
        self.bursts = {(burst.speaker, burst.number): burst for burst in row.bursts}
        self.summed: set[int] = set()

    def ended_everywhere(self, number: int) -> bool:
        return all(
            (burst := self.bursts.get((target, number))) is not None and burst.outcome is not None
            for target in self.plan.targets
        )

    @property
    def deliveries(self) -> list[Delivery]:
        by_speaker = defaultdict(list)
        for (speaker, _), burst in sorted(self.bursts.items()):
            by_speaker[speaker].append(burst)
        return [Delivery(self.plan.id, target, tuple(by_speaker[target])) for target in self.plan.targets]


class Dispatcher:
    """`lines` are the drivers by line name, `clips` each line's stored clips by meaning. Give every driver's reports to `report`."""

    def __init__(
        self,
        ledger: Book,
        clock: Clock,
        roster: Roster,
        lines: Mapping[str, Driver],
        voices: Voices,
        events: Events,
        alarms: Alarms,
        clips: Mapping[str, Mapping[str, int]],
        owed: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._lines = lines
        self._voices = voices
        self._clips = clips
        self._alarms = alarms
        self._recorder = Recorder(ledger, events, owed)
        self._live: dict[str, _Live] = {}
        self._air: dict[str, Playing] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self.pulse = Pulse()
        self.pulses = (self.pulse, self._recorder.pulse)

    # --- what others ask ----------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Plans were added to or ended in the ledger."""
        self._wake.set()

    def on_air(self) -> list[OnAir]:
        return [OnAir(playing.plan, speaker, playing.since) for speaker, playing in self._air.items()]

    def report(self, line: str, report: Report) -> None:
        """What a driver learned of a unit; called in the loop's thread."""
        for speaker, playing in self._air.items():
            if (
                playing.line == line
                and playing.unit(speaker) == report.target
                and playing.token == report.token
            ):
                playing.learn(speaker, report.fact)
                return

    async def stop(
        self, speakers: Iterable[str], why: Why, plans: frozenset[str] | None = None
    ) -> frozenset[str]:
        """End what sounds or waits now at these speakers, of some plans or of all; what comes later is not barred.

        The speakers are silenced first, the record follows. Returns who was sounding.
        """
        wanted = set(speakers)
        sounding = {
            name for name in wanted & set(self._air) if plans is None or self._air[name].plan.id in plans
        }
        for name in sounding:
            self._air[name].cancel(name, Outcome.CANCELLED, why)
        await self._silence(wanted if plans is None else sounding)
        now = self._clock.now()
        for live in [live for live in self._live.values() if plans is None or live.plan.id in plans]:
            for name in wanted.intersection(live.plan.targets):
                self._cancel_waiting(live, name, why, now)
        self.wake()
        return frozenset(sounding)

    # --- the loop -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Dispatch until cancelled. Cancelling leaves the speakers alone: the next start finds what they were saying."""
        recorder = asyncio.create_task(self._recorder.run(), name="recorder")
        try:
            while True:
                self._wake.clear()
                await self._refresh()
                pause = self._step()
                try:
                    with self.pulse.resting():
                        async with asyncio.timeout(pause):
                            await self._wake.wait()
                except TimeoutError:
                    pass
        finally:
            for task in (*self._tasks, recorder):
                task.cancel()
            await asyncio.gather(*self._tasks, recorder, return_exceptions=True)

    async def _refresh(self) -> None:
        """Take up new plans; silence those that ended in the ledger while they were live here."""
        live = self._ledger.live()
        for plan_id in [plan_id for plan_id in self._live if plan_id not in live]:
            await self._ended_elsewhere(self._live.pop(plan_id))
        for plan_id in live:
            if (
                plan_id not in self._live
                and plan_id not in self._recorder.ending
                and (row := self._ledger.plan(plan_id))
            ):
                document = self._ledger.document(row.plan.alert) if row.plan.alert else None
                self._live[plan_id] = _Live(row, document.source if document else "")

    async def _ended_elsewhere(self, live: _Live) -> None:
        row = self._ledger.plan(live.plan.id)
        why = row.ended if row and row.ended else Why(Reason.CANCELLED)
        now = self._clock.now()
        sounding = {name for name, playing in self._air.items() if playing.plan.id == live.plan.id}
        for name in sounding:
            self._air[name].cancel(name, Outcome.CANCELLED, why)
        silence = asyncio.create_task(self._silence(sounding))
        for target in live.plan.targets:
            self._cancel_waiting(live, target, why, now)
        self._sum_up(live)
        await silence

    def _step(self) -> float:
        """Start what can start now. Returns seconds until the next burst is due."""
        now = self._clock.now()
        turns: dict[str, list[Turn]] = defaultdict(list)
        for live in list(self._live.values()):
            for target in live.plan.targets:
                playing = self._air.get(target)
                if playing and playing.plan.id == live.plan.id:
                    continue
                missed, waiting = due(live.plan, live.bursts, target, now)
                for burst in missed:
                    self._settle(live, burst)
                if waiting and not playing:
                    turns[target].append(Turn(live.plan, waiting))
            self._sum_up(live)
        chosen = {target: turn for target, waiting in turns.items() if (turn := first(waiting))}
        for group in self._groups(chosen):
            self._start(group, now)
        return self._pause(now)

    def _groups(self, chosen: Mapping[str, Turn]) -> list[Group]:
        """Speakers that can hear the same burst together: same plan, part, line, form and volume."""
        groups: dict[tuple[object, ...], Group] = {}
        for target, turn in chosen.items():
            speaker = self._roster.speaker(target)
            if speaker is None or speaker.line not in self._lines:
                self._settle(self._live[turn.plan.id], self._refused(turn.burst, Reason.UNREACHED))
                continue
            part = next(part for part in turn.plan.parts if target in part.targets)
            form = route.form(self._lines[speaker.line].can(speaker.unit))
            key = (turn.plan.id, turn.burst.number, part, speaker.line, form, speaker.emergency_volume)
            group = groups.setdefault(
                key, Group(turn.plan, turn.burst.number, part, speaker.line, form, speaker.emergency_volume)
            )
            group.units[target] = speaker.unit
        return list(groups.values())

    def _start(self, group: Group, now: datetime) -> None:
        live = self._live[group.plan.id]
        bursts = {
            name: replace(
                live.bursts.get((name, group.number)) or Burst(group.plan.id, name, group.number),
                form=group.form,
                began=now,
            )
            for name in group.units
        }
        whole_line = {speaker.unit for speaker in self._roster.speakers if speaker.line == group.line}
        playing = Playing(
            group,
            bursts,
            driver=self._lines[group.line],
            voices=self._voices,
            clips=self._clips.get(group.line, {}),
            clock=self._clock,
            everyone=whole_line == set(group.units.values()),
            changed=lambda burst: self._changed(live, burst),
        )
        for name in group.units:
            self._air[name] = playing
        log.info(
            "burst %d of plan %s starts at %s on %s",
            group.number,
            group.plan.id,
            sorted(group.units),
            group.line,
        )
        task = asyncio.create_task(
            playing.run(), name=f"burst {group.plan.id}/{group.number} on {group.line}"
        )
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._over(done, playing))

    def _over(self, task: asyncio.Task[None], playing: Playing) -> None:
        self._tasks.discard(task)
        for name in [name for name, current in self._air.items() if current is playing]:
            del self._air[name]
        if not task.cancelled() and task.exception():
            log.error("a burst failed", exc_info=task.exception())
            playing.give_up()
        self.wake()

    # --- outcomes -----------------------------------------------------------------------------------------------------

    def _changed(self, live: _Live, burst: Burst) -> None:
        """A burst climbed a rung or ended: remember it, write it, and free the speaker if it ended."""
        self._settle(live, burst)
        if burst.outcome is not None:
            playing = self._air.get(burst.speaker)
            if playing and playing.plan.id == burst.plan and playing.number == burst.number:
                del self._air[burst.speaker]
            self._sum_up(live)
            self.wake()

    def _settle(self, live: _Live, burst: Burst) -> None:
        live.bursts[burst.speaker, burst.number] = burst
        self._recorder.note(burst, live.source, receipts.speaker(live.plan, burst))

    def _cancel_waiting(self, live: _Live, name: str, why: Why, now: datetime) -> None:
        for number in range(len(live.plan.schedule.bursts)):
            burst = live.bursts.get((name, number)) or Burst(live.plan.id, name, number)
            if burst.outcome is None:
                self._settle(live, replace(burst, outcome=Outcome.CANCELLED, why=why, ended=now))

    def _refused(self, burst: Burst, reason: Reason) -> Burst:
        return replace(burst, outcome=Outcome.REFUSED, why=Why(reason), ended=self._clock.now())

    def _sum_up(self, live: _Live) -> None:
        """Tell each burst that has ended everywhere, once; end the plan after its last."""
        last = len(live.plan.schedule.bursts) - 1
        for number in range(last + 1):
            if number in live.summed or not live.ended_everywhere(number):
                continue
            live.summed.add(number)
            final = all(live.ended_everywhere(other) for other in range(last + 1))
            event: Event = receipts.summary(live.plan, number, live.deliveries, final)
            self._recorder.tell(live.source, live.plan.alert, event)
            if final and live.plan.id in self._live:
                self._recorder.end(live.plan.id, Why(Reason.SPOKEN))
                del self._live[live.plan.id]

    async def _silence(self, speakers: Iterable[str]) -> None:
        """Stop these speakers, all lines at once."""
        units: dict[str, list[int]] = defaultdict(list)
        for name in speakers:
            speaker = self._roster.speaker(name)
            if speaker and speaker.line in self._lines:
                units[speaker.line].append(speaker.unit)
        results = await asyncio.gather(
            *(self._lines[line].stop(wanted) for line, wanted in units.items()), return_exceptions=True
        )
        for line, result in zip(units, results, strict=True):
            if isinstance(result, Exception):
                log.warning("line %s could not be told to stop: %s", line, result)

    def _pause(self, now: datetime) -> float:
        coming = [
            live.plan.due(number)
            for live in self._live.values()
            for number in range(len(live.plan.schedule.bursts))
            if live.plan.due(number) > now
        ]
        return min([LONGEST_SLEEP_S, *((at - now).total_seconds() for at in coming)])
