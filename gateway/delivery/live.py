"""A plan that may still sound, with the latest state of each of its bursts."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.delivery.airtime import due
from gateway.model.delivery import Burst, Delivery, Outcome
from gateway.model.plan import Part, Plan
from gateway.model.speaker import Roster
from gateway.runtime.clock import Clock


class Live:
    """Knows which of its bursts are due, and where each of them stands.

    From the moment it is taken up its time runs with the loop's time, so bursts keep their distance even if
    somebody sets the wall clock meanwhile. If the wall clock cannot be trusted, the plan begins no earlier
    than the times that it and its bursts have seen already.
    """

    def __init__(
        self, plan: Plan, source: str, roster: Roster, clock: Clock, bursts: Sequence[Burst] = ()
    ) -> None:
        self.plan = plan
        self.source = source
        self._clock = clock
        wall = clock.now()
        if not clock.trusted:
            seen = [at for burst in bursts for at in (burst.began, burst.ended) if at]
            # A grave warning was due when it was judged; a lift may wait for the morning.
            begun = bool(bursts) or plan.class_.grave
            wall = max([wall, *seen, *([plan.start] if begun else [])])
        self._zero = wall - timedelta(seconds=asyncio.get_running_loop().time())
        self._unsure = not clock.trusted and plan.start > wall
        """It waits for a time that nobody knows yet. The time is set once the clock is right."""
        self.bursts: dict[tuple[str, int], Burst] = {}
        """By speaker and number. They change only through `put`."""
        self.told_waiting: set[tuple[str, int]] = set()
        """Bursts whose sender knows that they wait for something graver."""
        self._roster = roster
        self._parts = {target: part for part in plan.parts for target in part.targets}
        self._since = dict.fromkeys(plan.targets, 0)
        self._until = plan.rounds
        self.rounds = range(max(self._until.values(), default=0))
        """The bursts in which any speaker has a part."""
        self._open = Counter(number for rounds in self._until.values() for number in range(rounds))
        for burst in sorted(bursts, key=lambda burst: burst.number):
            self.stand_in(burst)
            self.put(burst)
        self.summed = {number for number in self._open if bursts and self.ended_everywhere(number)}
        """Bursts whose summary is told. It is in the ledger in one commit with the last outcome."""

    @property
    def targets(self) -> list[str]:
        """The plan's speakers and, after them, neighbours that stand in for a silent speaker."""
        return list(self._since)

    def part(self, speaker: str) -> Part:
        """The part of the plan that this speaker says."""
        return self._parts[speaker]

    def village(self, speaker: str) -> str:
        """The code of the village where a speaker stands; "" where the roster has it no more."""
        found = self._roster.speaker(speaker)
        return found.region.code if found else ""

    def put(self, burst: Burst) -> None:
        """The latest state of a burst."""
        former = self.bursts.get((burst.speaker, burst.number))
        self.bursts[burst.speaker, burst.number] = burst
        self._open[burst.number] += (burst.outcome is None) - (former is None or former.outcome is None)

    def now(self) -> datetime:
        """The time as this plan counts it."""
        if self._unsure and self._clock.trusted:
            self._unsure = False
            self._zero = self._clock.now() - timedelta(seconds=asyncio.get_running_loop().time())
        return self._zero + timedelta(seconds=asyncio.get_running_loop().time())

    def at(self, burst: int) -> float:
        """The loop's time at which a burst falls due."""
        return (self.plan.due(burst) - self._zero).total_seconds()

    @property
    def expired(self) -> bool:
        """Whether it has ended by its own time, or by a wall clock that can be trusted."""
        end = self.plan.not_after
        return end is not None and (self.now() >= end or (self._clock.trusted and self._clock.now() >= end))

    @property
    def not_after(self) -> float | None:
        """The loop's time after which nothing of it may begin."""
        end = self.plan.not_after
        if end is None:
            return None
        remaining = end - max(self.now(), self._clock.now() if self._clock.trusted else self.now())
        return asyncio.get_running_loop().time() + remaining.total_seconds()

    def due(self, speaker: str) -> tuple[list[Burst], Burst | None]:
        """Bursts that are missed at this speaker, and the burst to say now (`airtime.due`)."""
        rounds = range(self._since[speaker], self._until[speaker])
        return due(self.plan, self.bursts, speaker, self.now(), rounds, self.expired)

    def unfinished(self, speaker: str) -> list[Burst]:
        """Every burst of this speaker that has no outcome, also those that are not due yet."""
        if speaker not in self._since:
            return []
        bursts = (
            self.bursts.get((speaker, number)) or Burst(self.plan.id, speaker, number)
            for number in range(self._since[speaker], self._until[speaker])
        )
        return [burst for burst in bursts if burst.outcome is None]

    def stand_in(self, silent: Burst) -> str | None:
        """Let the roster's neighbour of a silent speaker say this burst and the later ones.

        Returns it if it is new here.
        """
        speaker = self._roster.speaker(silent.speaker)
        neighbour = speaker.neighbour if speaker and silent.outcome is Outcome.SILENT else None
        if neighbour is None or neighbour in self._since or not self._roster.speaker(neighbour):
            return None
        self._since[neighbour] = silent.number
        self._parts[neighbour] = self._parts[silent.speaker]
        self._until[neighbour] = self._until[silent.speaker]
        for number in range(silent.number, self._until[neighbour]):
            self._open[number] += 1
        return neighbour

    def interrupted(self) -> list[Burst]:
        """Bursts that had been ordered when the daemon died, each with one crash more."""
        return [
            replace(burst, crashes=burst.crashes + 1)
            for burst in self.bursts.values()
            if burst.outcome is None and burst.tries
        ]

    def ended_everywhere(self, number: int) -> bool:
        """Whether this burst has an outcome at every speaker that has a part in it."""
        return self._open[number] == 0

    @property
    def over(self) -> bool:
        """Whether every burst has ended everywhere."""
        return not any(self._open.values())

    @property
    def deliveries(self) -> list[Delivery]:
        """The bursts so far, by speaker."""
        by_speaker: dict[str, list[Burst]] = defaultdict(list)
        for (speaker, _), burst in sorted(self.bursts.items()):
            by_speaker[speaker].append(burst)
        return [Delivery(self.plan.id, target, tuple(by_speaker[target])) for target in self._since]
