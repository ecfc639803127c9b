"""Every plan that may still sound: by its id, by speaker, and by the times its bursts fall due; and the record of what becomes of them."""

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
    """A plan leaves it by itself after its last burst has ended everywhere."""

    def __init__(self, recorder: Recorder) -> None:
        self.live: dict[str, Live] = {}
        self._recorder = recorder
        self._at: dict[str, dict[str, Live]] = defaultdict(dict)
        self._times: list[tuple[float, str]] = []

    def __contains__(self, plan_id: str) -> bool:
        """Whether it is here, or has ended and that is not yet on the disk."""
        return plan_id in self.live or plan_id in self._recorder.ending

    @property
    def speakers(self) -> list[str]:
        """Every speaker that something waits for."""
        return [name for name, plans in self._at.items() if plans]

    def add(self, live: Live) -> None:
        self.live[live.plan.id] = live
        for target in live.targets:
            self._at[target][live.plan.id] = live
        for number in live.rounds:
            heapq.heappush(self._times, (live.at(number), live.plan.id))

    def remove(self, plan_id: str) -> Live | None:
        live = self.live.pop(plan_id, None)
        for target in live.targets if live else ():
            self._at[target].pop(plan_id, None)
        return live

    def again(self, live: Live, at: float) -> None:
        """Look at this plan again at this time of the loop's."""
        heapq.heappush(self._times, (at, live.plan.id))

    def due(self) -> list[str]:
        """The speakers of plans whose time has come since this was last asked."""
        found: dict[str, None] = {}
        now = asyncio.get_running_loop().time()
        while self._times and self._times[0][0] <= now:
            live = self.live.get(heapq.heappop(self._times)[1])
            if live:
                found |= dict.fromkeys(live.targets)
        return list(found)

    def pause(self, most: float) -> float:
        """Seconds until something falls due."""
        if not self._times:
            return most
        return min(most, max(0.0, self._times[0][0] - asyncio.get_running_loop().time()))

    def turn(self, name: str, sounding: str | None, allowed: Callable[[Turn], bool]) -> Turn | None:
        """What goes first at this speaker now, of all that is allowed at this hour, beside the plan that sounds there: what waits for the
        morning keeps nothing else waiting. What came too late is settled."""
        waiting: list[Turn] = []
        for plan_id, live in list(self._at[name].items()):
            if plan_id == sounding:
                continue
            missed, burst = live.due(name)
            for one in missed:
                self.settle(live, one)
            if missed:
                self.sum_up(live)
            if burst:
                waiting.append(Turn(live.plan, burst))
        while (turn := first(waiting)) and not allowed(turn):
            waiting.remove(turn)
        return turn

    def settle(self, live: Live, burst: Burst) -> None:
        """The latest state of a burst, for the ledger and whoever watches."""
        live.put(burst)
        if burst.outcome:
            plan = live.plan
            with about(alert=plan.alert, plan=plan.id, burst=str(burst.number), speaker=burst.speaker):
                log.info("ended: %s (%s)", burst.outcome, burst.why.reason if burst.why else "")
        self._recorder.note(burst, live.source, receipts.speaker(live.plan, burst))

    def name(self, live: Live, source: str, told: Iterable[str]) -> None:
        """The source of a plan is known now; what it has not been `told` (bodies of receipts) of its bursts it is told."""
        live.source = source
        known = {
            (body.get("speaker"), body.get("burst"))
            for body in map(json.loads, told)
            if body.get("plan") == live.plan.id
        }
        for burst in live.bursts.values():
            if burst.outcome and (burst.speaker, burst.number) not in known:
                self._recorder.tell(source, live.plan.alert, receipts.speaker(live.plan, burst))
        for number in sorted(live.summed):
            if (None, number) not in known:
                self._tell_sum(live, number)

    def refuse(self, turn: Turn, why: Why, now: datetime) -> None:
        """This burst will not sound here."""
        live = self.live[turn.plan.id]
        self.settle(live, replace(turn.burst, outcome=Outcome.REFUSED, why=why, ended=now))
        self.sum_up(live)

    def cancel(self, live: Live, name: str, why: Why, now: datetime) -> None:
        """What waits of a plan at a speaker will not sound."""
        for burst in live.unfinished(name):
            self.settle(live, replace(burst, outcome=Outcome.CANCELLED, why=why, ended=now))

    def waits(self, turn: Turn) -> None:
        """Its sender is told, once, that a burst waits for something graver."""
        live, burst = self.live[turn.plan.id], turn.burst
        if (burst.speaker, burst.number) not in live.told_waiting:
            live.told_waiting.add((burst.speaker, burst.number))
            event = receipts.waiting(live.plan, burst.speaker, Why(Reason.WAITING))
            self._recorder.tell(live.source, live.plan.alert, event)

    def taken_away(self, burst: Burst, why: Why) -> None:
        """A burst was cut off; its sender is told. It begins again as its next take."""
        live = self.live.get(burst.plan)
        if live:
            self.settle(live, burst)
            event = receipts.preempted(live.plan, burst.speaker, why)
            self._recorder.tell(live.source, live.plan.alert, event)

    def stand_in(self, live: Live, silent: Burst) -> str | None:
        """Give the burst to the neighbour of a silent speaker. Returns the neighbour."""
        neighbour = live.stand_in(silent) if live.plan.id in self.live else None
        if neighbour:
            self._at[neighbour][live.plan.id] = live
        return neighbour

    def sum_up(self, live: Live) -> None:
        """Tell each burst that has ended everywhere, once; end the plan after its last."""
        for number in live.rounds:
            if number in live.summed or not live.ended_everywhere(number):
                continue
            live.summed.add(number)
            self._tell_sum(live, number)
        if live.over and live.plan.id in self.live:
            self._recorder.end(live.plan.id, Why(Reason.SPOKEN))
            self.remove(live.plan.id)

    def _tell_sum(self, live: Live, number: int) -> None:
        event = receipts.summary(live.plan, number, live.deliveries, live.over)
        self._recorder.tell(live.source, live.plan.alert, event)
