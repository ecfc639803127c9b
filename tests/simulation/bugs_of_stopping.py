"""Planted bugs of what is issued again after a stop, of what is worse, and of the order to say it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.judge import reissue, resumption
from gateway.model.judgement import Past
from gateway.model.plan import Plan
from gateway.model.record import PlanRow
from gateway.model.speaker import Roster
from gateway.office import again
from tests.simulation.planting import Patch, breaks


@breaks("a_stop_is_not_for_ever", theme="again")
def what_was_planned_counts_as_heard(patch: Patch) -> None:
    """A re-issue is a repetition wherever the first was planned, whatever was stopped."""
    patch.setattr(Past, "whole", property(lambda past: frozenset(past.plan.targets if past.plan else ())))


@breaks("worse_is_news", theme="again")
def a_worse_re_issue_is_a_repetition(patch: Patch) -> None:
    """The numbers of a re-issue are not compared."""
    patch.setattr(reissue, "_news", lambda *_: ([], []))


@breaks("a_stop_is_not_for_ever", theme="again")
def whoever_heard_its_beginning_lacks_nothing(patch: Patch) -> None:
    """An order to say it again leaves out the speakers that a stop cut off."""
    real = resumption.resumption

    def beginners(rows: Sequence[PlanRow], at: datetime, roster: Roster, told: set[str]) -> Plan | None:
        begun = {burst.speaker for row in rows for burst in row.bursts if burst.evidence}
        return real(rows, at, roster, {*told, *begun})

    patch.setattr(again, "resumption", beginners)
