"""One document before its judges, and how they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert
from gateway.model.judgement import Ending, Judgement, Past, Policy
from gateway.model.plan import Plan
from gateway.model.speaker import Roster
from gateway.model.verdict import Verdict

NO_EXPIRES = timedelta(hours=24)
"""A warning that names no end holds for a day after it was sent. Our choice; a fifth of real documents name none."""


@dataclass(frozen=True)
class Case:
    """`trusted`: whether `now` can be compared with the times of documents."""

    alert: Alert
    policy: Policy
    past: Sequence[Past]
    roster: Roster
    now: datetime
    trusted: bool
    tracing: Tracing

    def answer(self, verdict: Verdict, plan: Plan | None = None, endings: Sequence[Ending] = ()) -> Judgement:
        self.tracing.note("verdict", "", verdict.why.reason, verdict.name)
        return Judgement(verdict, self.tracing.trace, plan, tuple(endings))
