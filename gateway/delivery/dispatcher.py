"""The dispatcher: finds the bursts that are due, gives each speaker one burst at a time, and writes down the
outcomes.

It wakes for due bursts, new plans, stops and the ends of bursts, and looks at the speakers that these
concern. All that it holds in memory can be read from the ledger, so a restart is not a special case: a burst
without an outcome is due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from drivers import Driver, Report
from gateway.delivery import Ledger, OnAir, Voices
from gateway.delivery.aftermath import Aftermath
from gateway.delivery.air import Air
from gateway.delivery.airtime import Turn
from gateway.delivery.doubt import Doubt
from gateway.delivery.earshot import neighbours
from gateway.delivery.fallback import Fallback
from gateway.delivery.gate import Gate, on_hold
from gateway.delivery.live import Live
from gateway.delivery.playing import Group, Stage
from gateway.delivery.programme import Programme
from gateway.delivery.recorder import Recorder
from gateway.delivery.relays import Relays
from gateway.delivery.silence import Silence
from gateway.delivery.turns import Turns
from gateway.model.alarm import AlarmKind
from gateway.model.delivery import Burst, Evidence, Form, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import CANARY, LedgerFailed
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock
from gateway.runtime.events import Events
from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

LONGEST_SLEEP_S = 30.0
"""Every plan is looked at this often even if nothing is due: the wall clock may have been set meanwhile. Our
choice."""


class Dispatcher:
    """Supervise `run`, and give every driver's reports to `report`.

    `lines` are the drivers by line name, `clips` each line's stored clips by meaning. `receipts_owed` is
    called after receipts were written. `weak` tells whether a speaker's battery is too low for repeats.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        lines: Mapping[str, Driver],
        voices: Voices,
        events: Events,
        alarms: Alarms,
        gate: Gate,
        clips: Mapping[str, Mapping[str, int]],
        receipts_owed: Callable[[], None] = lambda: None,
        weak: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._lines = lines
        self._voices = voices
        self._clips = clips
        self._alarms = alarms
        self._gate = gate
        self._recorder = Recorder(ledger, events, receipts_owed)
        self._programme = Programme(self._recorder)
        self._doubt = Doubt(self._recorder.mark, self._recorder.hurry)
        relays = Relays(ledger, clock, lines, alarms)
        self._air = Air(roster, lines, relays, self._look_at, self._doubt.answered)
        self._aftermath = Aftermath(self._programme, gate, clock)
        self._turns = Turns(self._programme, self._air, gate, voices, neighbours(roster), weak)
        self._fallback = Fallback(self._programme, alarms)
        self._silence = Silence(self._programme, self._air, self._recorder, clock, self._read_ledger)
        self._wake = asyncio.Event()
        self._ledger_changed = True
        self._started = False
        self.pulse = Pulse()
        self.pulses = (self.pulse, self._recorder.pulse)

    # --- what others ask ------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Look into the ledger: plans were added there, or ended."""
        self._ledger_changed = True
        self._wake.set()

    def take(self, plan: Plan, source: str, in_ledger: bool = True) -> None:
        """Sound a plan.

        If it is not `in_ledger`, it sounds from memory and is written when the disk allows.
        """
        if plan.id in self._programme:
            return
        if not in_ledger:
            self._recorder.plan(plan)
            if plan.alert and source != CANARY:
                self._alarms.call(AlarmKind.ALERT, plan.alert, Why(Reason.AIRED))
        self._programme.add(Live(plan, source, self._roster, self._clock))
        self._wake.set()

    def name(self, plan_id: str, source: str) -> None:
        """The document of a plan that an earlier run sounded from memory has come again, from this source: it
        gets the receipts.

        The plan may be over.
        """
        self.wake()
        try:
            live = self._programme.live.get(plan_id)
            if live is None and (row := self._ledger.plan(plan_id)):
                live = Live(row.plan, "", self._roster, self._clock, row.bursts)
            if live and not live.source:
                receipts = self._ledger.receipts(live.plan.alert)
                self._programme.name(live, source, [receipt.body for receipt in receipts])
        except LedgerFailed as error:
            log.error("what the sender of plan %s was told cannot be read: %s", plan_id, error)

    def end(self, plan_id: str, why: Why) -> None:
        """Silence this plan everywhere, and cancel its bursts that wait."""
        live = self._programme.remove(plan_id)
        if live:
            self._recorder.ending.add(plan_id)
            self._air.spawn(self._silence.end(live, why), f"end {plan_id}")

    def pause(self, document: str, warnings: Collection[str]) -> None:
        """Hold back further bursts of these warnings, or let them go (`Gate.pause`)."""
        self._gate.pause(document, warnings)
        self._look_at(self._programme.speakers)

    def on_air(self) -> list[OnAir]:
        """Everything that sounds now."""
        return self._air.on_air()

    def sounds(self, speaker: str) -> bool:
        """Whether a burst is on its way at a speaker, or is being silenced there."""
        return self._air.taken(speaker)

    def report(self, line: str, report: Report) -> None:
        """Take a driver's report of a unit. It is called in the loop's thread."""
        self._air.learn(line, report)

    async def stop(
        self, speakers: Iterable[str], why: Why, plans: frozenset[str] | None = None
    ) -> frozenset[str]:
        """End the bursts that sound or wait at these speakers, of these plans or of all. Later plans are not
        barred.

        The speakers are silenced first, the record follows. Returns the speakers that were sounding.
        """
        return await self._silence.stop(speakers, why, plans)

    async def on_disk(self) -> None:
        """Returns when everything that has happened so far would survive a power cut."""
        await self._recorder.on_disk()

    async def hold(self, until: datetime) -> None:
        """Hold everything: every speaker is silenced.

        A burst begins again after the hold if its warning still holds.
        """
        self._gate.until = until
        await self._silence.take_away(self._air.where(None), on_hold(until))

    def resume(self) -> None:
        """The hold of everything is over."""
        self._gate.resume()
        self._look_at(self._programme.speakers)

    # --- the loop -------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Dispatch until cancelled.

        The speakers are then left alone: the next start finds what they were saying.
        """
        self._gate.until = self._gate.until or self._ledger.held_until()  # somebody may have been quicker
        recorder = asyncio.create_task(self._recorder.run(), name="recorder")
        self._air.spawn(self._air.settle(), "relays")
        try:
            while True:
                self._wake.clear()
                self._read_ledger()
                await self._silence.hush()
                pause = self._step()
                try:
                    with self.pulse.resting():
                        async with asyncio.timeout(pause):
                            await self._wake.wait()
                except TimeoutError:
                    self._look_at(self._programme.speakers)
        finally:
            await self._air.close()
            recorder.cancel()
            await asyncio.gather(recorder, return_exceptions=True)

    def _read_ledger(self) -> None:
        """Take up new plans, and end the plans that have ended in the ledger."""
        if not self._ledger_changed:
            return
        live = self._programme.live
        try:
            if not self._started:
                self._pause_again()
            in_ledger = dict.fromkeys(self._ledger.live())
            ended = [plan_id for plan_id in live if plan_id not in in_ledger and self._ended(plan_id)]
            for plan_id in (*self._ledger.unsettled(), *in_ledger):
                if plan_id not in self._programme:
                    self._take_up(plan_id)
        except LedgerFailed as error:
            log.error("the ledger cannot be read, what is in memory goes on: %s", error)
            return
        for plan_id in ended:
            self._ended_elsewhere(plan_id)
        if not self._started:
            self._aftermath.count_the_night(self._ledger)
        self._ledger_changed = False
        self._started = True

    def _pause_again(self) -> None:
        """Hold back the bursts that people were asked about before the start. Raises LedgerFailed."""
        for document in self._ledger.held():
            if isinstance(document.verdict, Hold) and document.verdict.pauses:
                self._gate.pause(document.key, document.verdict.pauses)

    def _ended(self, plan_id: str) -> Why | None:
        """Why a plan ended in the ledger.

        None for a plan that sounds from memory: the ledger does not have it yet.
        """
        row = self._ledger.plan(plan_id)
        return row.ended if row else None

    def _ended_elsewhere(self, plan_id: str) -> None:
        self.end(plan_id, self._ended(plan_id) or Why(Reason.CANCELLED))

    def _take_up(self, plan_id: str) -> None:
        row = self._ledger.plan(plan_id)
        if row is None:
            return
        document = self._ledger.document(row.plan.alert) if row.plan.alert else None
        live = Live(row.plan, document.source if document else "", self._roster, self._clock, row.bursts)
        if row.ended:
            self._silence.settle(live, row.ended, before_start=not self._started)
            return
        self._programme.add(live)
        if not self._started:
            self._aftermath.take_up(live)
        self._programme.sum_up(live)

    # --- who begins -----------------------------------------------------------------------------------------

    def _look_at(self, speakers: Iterable[str]) -> None:
        """Something changed at these speakers."""
        self._turns.look_at(speakers)
        self._wake.set()

    def _step(self) -> float:
        """Start what can start now. Returns seconds until the next burst is due."""
        now = self._clock.now()
        self._gate.look(now)
        chosen, cut_off = self._turns.choose(now)
        if cut_off:
            self._air.spawn(self._silence.take_away(cut_off, Why(Reason.OUTRANKED)), "pre-emption")
        self._aftermath.give_up_on(chosen)
        for group in self._groups(chosen, now):
            self._start(group, now)
        self._aftermath.over()
        if self._turns.changed:
            self._wake.set()
        return self._programme.pause(LONGEST_SLEEP_S)

    # --- bursts ---------------------------------------------------------------------------------------------

    def _groups(self, chosen: Mapping[str, Turn], now: datetime) -> list[Group]:
        """Speakers that can play one take together: same plan, part, line, form and volume, and made the same
        way."""
        groups: dict[tuple[object, ...], Group] = {}
        for name, turn in chosen.items():
            speaker, plan, burst = self._air.speakers.get(name), turn.plan, turn.burst
            burst_id = (plan.id, name, burst.number)
            reach = self._fallback.reach(burst_id, speaker) if speaker else None
            if speaker is None or reach is None or not self._air.reachable(reach):
                self._programme.refuse(turn, Why(Reason.UNREACHED), now)
                continue
            part, form = self._programme.live[plan.id].part(name), self._air.form(reach)
            volume = speaker.emergency_volume
            plays_on = self._aftermath.plays_on(burst_id) and form is Form.CLIP
            hearing, number, take = self._voices.hearing(part.script, speaker), burst.number, burst.take
            group = Group(plan, number, take, part, reach.line, form, volume, hearing, plays_on)
            key = (plan.id, number, take, id(part), reach.line, form, volume, hearing, plays_on)
            groups.setdefault(key, group).units[name] = reach.unit
        return list(groups.values())

    def _start(self, group: Group, now: datetime) -> None:
        live = self._programme.live[group.plan.id]
        bursts: dict[str, Burst] = {}
        for name in group.units:
            earlier = live.bursts.get((name, group.number)) or Burst(group.plan.id, name, group.number)
            boot = earlier.boot if group.plays_on else ""  # nothing is known of this order yet
            bursts[name] = replace(earlier, form=group.form, began=now, boot=boot)
        stage = Stage(
            self._lines[group.line],
            self._voices,
            self._clips.get(group.line, {}),
            self._clock,
            live.not_after,
            self._recorder.on_disk,
            lambda: self._doubt.settled(group.line),
            lambda burst: self._changed(live, burst),
        )
        self._air.start(group, bursts, stage)

    def _changed(self, live: Live, burst: Burst) -> None:
        """A burst climbed a rung or ended: note it, and if it ended, free the speaker."""
        if burst.outcome is None:
            self._programme.settle(live, burst)
            return
        self._air.free(burst.speaker)
        if burst.began and burst.ended and burst.evidence >= Evidence.ACCEPTED:
            self._gate.sounded(burst.speaker, live.plan, burst.began, burst.ended)
        if burst.outcome is Outcome.SILENT:
            burst, neighbour = self._fallback.silent(live, burst, self._air.speakers[burst.speaker])
            if neighbour:
                self._look_at([neighbour])
        elif burst.evidence >= Evidence.ACCEPTED:
            self._alarms.clear(AlarmKind.SOUND, burst.speaker)
        self._programme.settle(live, burst)
        self._programme.sum_up(live)
        self._look_at([burst.speaker])
