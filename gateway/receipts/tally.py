"""The tally of a plan: in how many rounds, at how many speakers and in how many villages it was heard.

It counts the outcomes of bursts and nothing else. A burst that was cut off or cancelled is no reading. What
was proved (PLAYED) and what nobody can prove (UNPROVED) are counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.model.delivery import Delivery, Outcome


@dataclass(frozen=True)
class Count:
    """How many were heard."""

    played: int = 0
    """Evidence shows it."""
    unproved: int = 0
    """It ended as far as can be reckoned, and nothing more is known."""

    @classmethod
    def of(cls, outcomes: Iterable[Collection[Outcome | None]]) -> Count:
        """Each counts once: as played if any of its bursts was, else as unproved if any was."""
        found = list(outcomes)
        played = sum(Outcome.PLAYED in one for one in found)
        return cls(played, sum(Outcome.UNPROVED in one and Outcome.PLAYED not in one for one in found))

    @property
    def view(self) -> Mapping[str, int]:
        """As JSON."""
        return {"played": self.played, "unproved": self.unproved}


@dataclass(frozen=True)
class Tally:
    """What was heard of a plan."""

    rounds: Count
    """A round counts if any speaker heard it."""
    speakers: Count
    villages: Count
    """A village counts if any of its speakers was heard."""

    @property
    def view(self) -> Mapping[str, Mapping[str, int]]:
        """As JSON."""
        return {"rounds": self.rounds.view, "speakers": self.speakers.view, "villages": self.villages.view}


def tally(deliveries: Sequence[Delivery], village: Callable[[str], str]) -> Tally:
    """The tally of these deliveries. `village` gives the village of a speaker, "" where nobody knows it."""
    rounds, speakers, villages = _groups(), _groups(), _groups()
    for delivery in deliveries:
        for burst in delivery.bursts:
            rounds[burst.plan, burst.number].add(burst.outcome)
            speakers[burst.speaker].add(burst.outcome)
            if home := village(burst.speaker):
                villages[home].add(burst.outcome)
    return Tally(*(Count.of(group.values()) for group in (rounds, speakers, villages)))


def _groups() -> defaultdict[Hashable, set[Outcome | None]]:
    return defaultdict(set)
