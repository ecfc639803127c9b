"""Airtime: which burst goes first at one speaker, and which one it may cut off.

Pure functions over values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Act, Class, Plan
from gateway.model.reason import Reason, Why

GRAIN = timedelta(milliseconds=1)
"""A burst that is due within this is due: loop time is a float, and wall time counts microseconds. Our
choice."""


@dataclass(frozen=True)
class Turn:
    """A burst of a plan that is due at a speaker."""

    plan: Plan
    burst: Burst

    @property
    def rank(self) -> tuple[int, bool, int, int, datetime, str]:
        """The smaller goes first: band of classes, in it a correction, then the level, the upper source, the
        earlier start (docs/practice.md, Classes).

        The id only makes the order certain.
        """
        plan = self.plan
        return (plan.class_.band, plan.act is not Act.CORRECTION, plan.class_, plan.tier, plan.start, plan.id)


def first(turns: Iterable[Turn]) -> Turn | None:
    """The waiting turn that goes first."""
    return min(turns, key=lambda turn: turn.rank, default=None)


def cuts(plan: Plan, sounding: Plan) -> bool:
    """Whether a burst of `plan` may cut off one of `sounding` in mid-sentence. If not, it waits for the end
    of that burst.

    Only a correction and a newer move order cut off a move order (docs/practice.md, Classes).
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
    """The bursts of a plan at one speaker that are too late, each with its outcome, and the burst to say now.

    Of several due bursts only the latest is said: after a night without power nobody needs three of them in a
    row. `rounds` are the bursts that this speaker has a part in, all by default. `expired`: the warning no
    longer holds, whatever `now` says.
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
    """A burst that was cut off and had no turn again was pre-empted. Any other came too late."""
    outcome = Outcome.PREEMPTED if burst.take else Outcome.EXPIRED
    reason = Reason.OUTRANKED if burst.take else reason
    why = Why(reason, {"burst": str(burst.number + 1)})
    return replace(burst, evidence=max(burst.evidence, Evidence.QUEUED), outcome=outcome, why=why, ended=now)
