"""Who has the air at one speaker. Pure: the dispatcher asks with values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why


@dataclass(frozen=True)
class Turn:
    """A burst of a plan that is due at a speaker."""

    plan: Plan
    burst: Burst

    @property
    def rank(self) -> tuple[int, datetime, str]:
        """Class first, then the earlier start (practice.md, Classes); the id only makes the order certain."""
        return (self.plan.class_, self.plan.start, self.plan.id)


def first(turns: Iterable[Turn]) -> Turn | None:
    """Which of the waiting turns goes first."""
    return min(turns, key=lambda turn: turn.rank, default=None)


def due(
    plan: Plan, bursts: dict[tuple[str, int], Burst], speaker: str, now: datetime
) -> tuple[list[Burst], Burst | None]:
    """What time asks of a plan at a speaker: bursts that can no more be said, each with its outcome, and the one to say now.

    Of several due bursts only the latest is said: after a night without power nobody needs three readings in a row.
    """
    missed: list[Burst] = []
    waiting: Burst | None = None
    for number in range(len(plan.schedule.bursts)):
        burst = bursts.get((speaker, number)) or Burst(plan.id, speaker, number)
        if burst.outcome is not None:
            continue
        if (plan.not_after and now >= plan.not_after) or (
            number > 0 and plan.schedule.until and plan.due(number) >= plan.schedule.until
        ):
            missed.append(_ended(burst, Reason.EXPIRED, now))
        elif plan.due(number) <= now:
            if waiting:
                missed.append(_ended(waiting, Reason.SUPERSEDED, now))
            waiting = burst
    return missed, waiting


def _ended(burst: Burst, reason: Reason, now: datetime) -> Burst:
    why = Why(reason, {"burst": str(burst.number + 1)})
    evidence = max(burst.evidence, Evidence.QUEUED)
    return Burst(
        burst.plan,
        burst.speaker,
        burst.number,
        evidence,
        Outcome.EXPIRED,
        why,
        burst.form,
        burst.tries,
        burst.began,
        now,
    )
