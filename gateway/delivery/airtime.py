"""Who has the air at one speaker. Pure: the dispatcher asks with values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason, Why

GRAIN = timedelta(milliseconds=1)
"""Loop time is a float and wall time counts microseconds: what is due within this is due. Our choice."""


@dataclass(frozen=True)
class Turn:
    """A burst of a plan that is due at a speaker."""

    plan: Plan
    burst: Burst

    @property
    def rank(self) -> tuple[int, bool, int, int, datetime, str]:
        """Band of classes, a correction first in it, then the level, then the upper source, then the earlier start (practice.md, Classes);
        the id only makes the order certain."""
        plan = self.plan
        return (plan.class_.band, plan.act is not Act.CORRECTION, plan.class_, plan.tier, plan.start, plan.id)


def first(turns: Iterable[Turn]) -> Turn | None:
    """Which of the waiting turns goes first."""
    return min(turns, key=lambda turn: turn.rank, default=None)


def cuts(plan: Plan, sounding: Plan) -> bool:
    """Whether a burst of `plan` may cut one of `sounding` off in mid-sentence; else it waits for the end of that burst.

    Nothing cuts a move order off but a correction and a newer move order (practice.md, Classes).
    """
    if plan.act is Act.CORRECTION and sounding.act is not Act.CORRECTION:
        return plan.class_.band <= sounding.class_.band
    if sounding.class_ is Class.MOVE:
        return plan.class_ is Class.MOVE and plan.start > sounding.start
    return plan.class_.band < sounding.class_.band


def due(
    plan: Plan,
    bursts: Mapping[tuple[str, int], Burst],
    speaker: str,
    now: datetime,
    rounds: range | None = None,
    expired: bool = False,
) -> tuple[list[Burst], Burst | None]:
    """What time asks of a plan at a speaker: bursts that can no more be said, each with its outcome, and the one to say now.

    Of several due bursts only the latest is said: after a night without power nobody needs three readings in a row. `rounds` are the
    bursts this speaker has a part in, all unless told; `expired`: the warning no longer holds, whatever `now` says.
    """
    missed: list[Burst] = []
    waiting: Burst | None = None
    for number in range(len(plan.schedule.bursts)) if rounds is None else rounds:
        burst = bursts.get((speaker, number)) or Burst(plan.id, speaker, number)
        if burst.outcome is not None:
            continue
        too_late = expired or (plan.not_after is not None and now >= plan.not_after)
        until = plan.schedule.until
        if too_late or (number > 0 and until and plan.due(number) >= until):
            missed.append(_ended(burst, Reason.EXPIRED, now))
        elif plan.due(number) <= now + GRAIN:
            if waiting:
                missed.append(_ended(waiting, Reason.SUPERSEDED, now))
            waiting = burst
    return missed, waiting


def _ended(burst: Burst, reason: Reason, now: datetime) -> Burst:
    """What was cut off and never came to its turn again was pre-empted; the rest came too late."""
    outcome = Outcome.PREEMPTED if burst.take else Outcome.EXPIRED
    reason = Reason.OUTRANKED if burst.take else reason
    why = Why(reason, {"burst": str(burst.number + 1)})
    return replace(burst, evidence=max(burst.evidence, Evidence.QUEUED), outcome=outcome, why=why, ended=now)
