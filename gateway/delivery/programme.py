"""The programme: every plan that may still sound, by its id, by its speakers and by the times when its bursts
fall due."""

from __future__ import annotations

import asyncio
import heapq
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from gateway.delivery.airtime import Turn, first
from gateway.delivery.live import Live
from gateway.delivery.recorder import Recorder
from gateway.model.delivery import Burst, Outcome
from gateway.model.reason import Reason, Why
from gateway.receipts import bodies as receipts
from gateway.runtime.logs import about

log = logging.getLogger(__name__)


class Programme:
    """Chooses the burst that goes first at a speaker, and gives every change to the recorder.

    A plan leaves the programme by itself when its last burst has ended everywhere.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.live: dict[str, Live] = {}
        self._recorder = recorder
        self._at: dict[str, dict[str, Live]] = defaultdict(dict)
        self._times: list[tuple[float, str]] = []

    def __contains__(self, plan_id: str) -> bool:
        """Whether a plan is here, or has ended and the disk does not have its end yet."""
        return plan_id in self.live or plan_id in self._recorder.ending

    @property
    def speakers(self) -> list[str]:
        """Every speaker of a live plan."""
        return [name for name, plans in self._at.items() if plans]

    def add(self, live: Live) -> None:
        """Take in a plan."""
        self.live[live.plan.id] = live
        for target in live.targets:
            self._at[target][live.plan.id] = live
        for number in live.rounds:
            heapq.heappush(self._times, (live.at(number), live.plan.id))

    def remove(self, plan_id: str) -> Live | None:
        """Drop a plan. Returns it, or None if it is not here."""
        live = self.live.pop(plan_id, None)
        for target in live.targets if live else ():
            self._at[target].pop(plan_id, None)
        return live

    def again(self, live: Live, at: float) -> None:
        """Look at this plan again at this loop time."""
        heapq.heappush(self._times, (at, live.plan.id))

    def due(self) -> list[str]:
        """The speakers of plans whose time has come since the last call."""
        speakers: dict[str, None] = {}
        now = asyncio.get_running_loop().time()
        while self._times and self._times[0][0] <= now:
            live = self.live.get(heapq.heappop(self._times)[1])
            if live:
                speakers |= dict.fromkeys(live.targets)
        return list(speakers)

    def pause(self, most: float) -> float:
        """Seconds until a burst falls due, at most so many."""
        if not self._times:
            return most
        return min(most, max(0.0, self._times[0][0] - asyncio.get_running_loop().time()))

    def turn(self, name: str, sounding: str | None, allowed: Callable[[Turn], bool]) -> Turn | None:
        """The burst that goes first at this speaker now, of those that are allowed at this hour. The plan
        that sounds there is left out. Bursts that came too late are settled.

        A burst that waits for the morning, or for people, keeps no other waiting.
        """
        waiting: list[Turn] = []
        for plan_id, live in list(self._at[name].items()):
            if plan_id == sounding:
                continue
            missed, burst = live.due(name)
            for late in missed:
                self.settle(live, late)
            if missed:
                self.sum_up(live)
            if burst:
                waiting.append(Turn(live.plan, burst))
        while (turn := first(waiting)) and not allowed(turn):
            waiting.remove(turn)
        return turn

    def settle(self, live: Live, burst: Burst) -> None:
        """Note the latest state of a burst, for the ledger and the event stream."""
        live.put(burst)
        if burst.outcome:
            plan = live.plan
            with about(alert=plan.alert, plan=plan.id, burst=str(burst.number), speaker=burst.speaker):
                log.info("ended: %s (%s)", burst.outcome, burst.why.reason if burst.why else "")
        self._recorder.note(burst, live.source, receipts.speaker(live.plan, burst))

    def name(self, live: Live, source: str, bodies: Iterable[str]) -> None:
        """The source of a plan is known now.

        `bodies` are the receipts that it has had; it is owed those that are missing.
        """
        live.source = source
        told = {
            (body.get("speaker"), body.get("burst"))
            for body in map(json.loads, bodies)
            if body.get("plan") == live.plan.id
        }
        for burst in live.bursts.values():
            if burst.outcome and (burst.speaker, burst.number) not in told:
                self._recorder.tell(source, live.plan.alert, receipts.speaker(live.plan, burst))
        for number in sorted(live.summed):
            if (None, number) not in told:
                self._tell_sum(live, number)

    def refuse(self, turn: Turn, why: Why, now: datetime) -> None:
        """Settle a turn as REFUSED: this burst will not sound here."""
        live = self.live[turn.plan.id]
        self.settle(live, replace(turn.burst, outcome=Outcome.REFUSED, why=why, ended=now))
        self.sum_up(live)

    def cancel(self, live: Live, name: str, why: Why, now: datetime) -> None:
        """Settle as CANCELLED every burst of a plan at a speaker that has no outcome."""
        for burst in live.unfinished(name):
            self.settle(live, replace(burst, outcome=Outcome.CANCELLED, why=why, ended=now))

    def waits(self, turn: Turn) -> None:
        """Tell the sender, once, that a burst waits for a graver one."""
        live, burst = self.live[turn.plan.id], turn.burst
        if (burst.speaker, burst.number) not in live.told_waiting:
            live.told_waiting.add((burst.speaker, burst.number))
            event = receipts.waiting(live.plan, burst.speaker, Why(Reason.WAITING))
            self._recorder.tell(live.source, live.plan.alert, event)

    def taken_away(self, burst: Burst, why: Why) -> None:
        """A burst was cut off and begins again as its next take. Tell the sender."""
        live = self.live.get(burst.plan)
        if live:
            self.settle(live, burst)
            event = receipts.preempted(live.plan, burst.speaker, why)
            self._recorder.tell(live.source, live.plan.alert, event)

    def stand_in(self, live: Live, silent: Burst) -> str | None:
        """Give a silent burst to the neighbour of its speaker. Returns the neighbour, if there is one."""
        neighbour = live.stand_in(silent) if live.plan.id in self.live else None
        if neighbour:
            self._at[neighbour][live.plan.id] = live
        return neighbour

    def sum_up(self, live: Live) -> None:
        """Send the summary of each burst that has ended everywhere, once.

        End the plan after its last burst.
        """
        for number in live.rounds:
            if number in live.summed or not live.ended_everywhere(number):
                continue
            live.summed.add(number)
            self._tell_sum(live, number)
        if live.over and live.plan.id in self.live:
            self._recorder.end(live.plan.id, Why(Reason.SPOKEN))
            self.remove(live.plan.id)

    def _tell_sum(self, live: Live, number: int) -> None:
        event = receipts.summary(live.plan, number, live.deliveries, live.over, live.village)
        self._recorder.tell(live.source, live.plan.alert, event)
