"""A plan that may still sound, with the latest state of each of its bursts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gateway.delivery.airtime import due
from gateway.model.delivery import Burst, Delivery, Outcome
from gateway.model.plan import Part, Plan
from gateway.model.speaker import Roster


class Live:
    """`bursts` change only through `put`. `targets` are the plan's and, after them, neighbours that stand in for one that is silent."""

    def __init__(self, plan: Plan, source: str, roster: Roster, bursts: Iterable[Burst] = ()) -> None:
        self.plan = plan
        self.source = source
        self.bursts: dict[tuple[str, int], Burst] = {}
        self.summed: set[int] = set()
        self.told_waiting: set[tuple[str, int]] = set()
        """Bursts whose sender knows that they wait for something graver."""
        self._roster = roster
        self._parts = {target: part for part in plan.parts for target in part.targets}
        self._since = dict.fromkeys(plan.targets, 0)
        self._open = Counter(dict.fromkeys(range(len(plan.schedule.bursts)), len(self._since)))
        for burst in sorted(bursts, key=lambda burst: burst.number):
            self.stand_in(burst)
            self.put(burst)

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

    def due(self, speaker: str, now: datetime) -> tuple[list[Burst], Burst | None]:
        """See airtime.due."""
        return due(self.plan, self.bursts, speaker, now, self._since[speaker])

    def unfinished(self, speaker: str) -> list[Burst]:
        """Every burst of this speaker that has no outcome, also those not yet due."""
        bursts = (
            self.bursts.get((speaker, number)) or Burst(self.plan.id, speaker, number)
            for number in range(self._since.get(speaker, 0), len(self.plan.schedule.bursts))
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
        for number in range(silent.number, len(self.plan.schedule.bursts)):
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
