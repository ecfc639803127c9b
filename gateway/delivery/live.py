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
    """`bursts` change only through `put`. `targets` are the plan's and, after them, neighbours that stand in for one that is silent.

    From the moment it is taken up its time runs with the loop's, whoever sets the wall clock meanwhile: bursts keep their distance. A wall
    clock that cannot be trusted says at least what the plan and its bursts have already seen.
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
            begun = (
                bool(bursts) or plan.class_.grave
            )  # a warning was due when it was judged; a lift may wait for the morning
            wall = max([wall, *seen, *([plan.start] if begun else [])])
        self._zero = wall - timedelta(seconds=asyncio.get_running_loop().time())
        self._unsure = not clock.trusted and plan.start > wall
        """It waits for a time that nobody knows yet: it is asked again once the clock is right."""
        self.bursts: dict[tuple[str, int], Burst] = {}
        self.told_waiting: set[tuple[str, int]] = set()
        """Bursts whose sender knows that they wait for something graver."""
        self._roster = roster
        self._parts = {target: part for part in plan.parts for target in part.targets}
        self._since = dict.fromkeys(plan.targets, 0)
        self._until = plan.rounds
        self.rounds = range(max(self._until.values(), default=0))
        """The bursts that anybody has a part in."""
        self._open = Counter(number for rounds in self._until.values() for number in range(rounds))
        for burst in sorted(bursts, key=lambda burst: burst.number):
            self.stand_in(burst)
            self.put(burst)
        self.summed = {number for number in self._open if bursts and self.ended_everywhere(number)}
        """Bursts whose summary is told: it is kept in one commit with the last outcome."""

    @property
    def targets(self) -> list[str]:
        return list(self._since)

    def part(self, speaker: str) -> Part:
        return self._parts[speaker]

    def put(self, burst: Burst) -> None:
        """The latest state of a burst."""
        before = self.bursts.get((burst.speaker, burst.number))
        self.bursts[burst.speaker, burst.number] = burst
        self._open[burst.number] += (burst.outcome is None) - (before is None or before.outcome is None)

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
        """By its own time, or by a wall clock that can be trusted."""
        end = self.plan.not_after
        return end is not None and (self.now() >= end or (self._clock.trusted and self._clock.now() >= end))

    @property
    def not_after(self) -> float | None:
        """The loop's time after which nothing of it may begin."""
        end = self.plan.not_after
        if end is None:
            return None
        left = end - max(self.now(), self._clock.now() if self._clock.trusted else self.now())
        return asyncio.get_running_loop().time() + left.total_seconds()

    def due(self, speaker: str) -> tuple[list[Burst], Burst | None]:
        """See airtime.due."""
        rounds = range(self._since[speaker], self._until[speaker])
        return due(self.plan, self.bursts, speaker, self.now(), rounds, self.expired)

    def unfinished(self, speaker: str) -> list[Burst]:
        """Every burst of this speaker that has no outcome, also those not yet due; none where it has no part in the plan."""
        if speaker not in self._since:
            return []
        bursts = (
            self.bursts.get((speaker, number)) or Burst(self.plan.id, speaker, number)
            for number in range(self._since[speaker], self._until[speaker])
        )
        return [burst for burst in bursts if burst.outcome is None]

    def stand_in(self, silent: Burst) -> str | None:
        """Where a burst was silent the neighbour the roster names says it and the later ones. Returns that neighbour if it is new here."""
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
        """Bursts that had been ordered when the daemon went down, each with one crash more."""
        return [
            replace(burst, crashes=burst.crashes + 1)
            for burst in self.bursts.values()
            if burst.outcome is None and burst.tries
        ]

    def ended_everywhere(self, number: int) -> bool:
        return self._open[number] == 0

    @property
    def over(self) -> bool:
        return not any(self._open.values())

    @property
    def deliveries(self) -> list[Delivery]:
        by_speaker: dict[str, list[Burst]] = defaultdict(list)
        for (speaker, _), burst in sorted(self.bursts.items()):
            by_speaker[speaker].append(burst)
        return [Delivery(self.plan.id, target, tuple(by_speaker[target])) for target in self._since]
