"""The judges in order: admit, lineage, endings, warn. Every rule that was asked leaves a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.judge import endings, exercise, lineage
from gateway.judge.admit import admit
from gateway.judge.case import Case
from gateway.judge.ended import ended
from gateway.judge.rules import Rules
from gateway.judge.schedule import NO_EXPIRES
from gateway.judge.warn import warn
from gateway.model.alert import Alert, Status
from gateway.model.drill import Drill
from gateway.model.judgement import Judgement, Past, Policy
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Ignore, Store

__all__ = ["NO_EXPIRES", "judge"]


def judge(
    alert: Alert,
    policy: Policy,
    past: Sequence[Past],
    roster: Roster,
    now: datetime,
    held: Hold | None = None,
    trusted: bool = True,
    *,
    rules: Rules,
    drills: Sequence[Drill] = (),
) -> Judgement:
    """What becomes of one document. `past` is what the ledger knows that may bear on it, without itself; `held` the hold that ended;
    `trusted` whether `now` may be compared with the times of documents; `drills` are open, each where nothing real has ended it.

    With a clock that is not: red and orange sound with the step "time uncertain", ends end, the rest is held with CLOCK_UNTRUSTED, to be
    asked again once the clock can be trusted, whatever its `until` says.
    """
    case = Case(alert, policy, past, roster, now, trusted, held, rules, tuple(drills))
    refused = admit(alert, policy, case.tracing, case.own_drills)
    if refused and not (isinstance(refused, Hold) and case.passed(refused.why.reason)):
        return case.answer(refused)
    again = lineage.repeated(case.me, past)
    case.tracing.note(
        "lineage.repeated", "sender, identifier, sent", alert.identifier, again.why.reason if again else "new"
    )
    if again:
        return case.answer(again)
    rehearsed = alert.status is Status.EXERCISE
    if ended(alert):
        return exercise.end(case) if rehearsed else endings.end(case)
    before = lineage.cancelled_before(case.me, past)
    case.tracing.note(
        "lineage.tombstone", "references", before.alert.identifier if before else "", bool(before)
    )
    if before:
        return case.answer(Store(Why(Reason.ALREADY_CANCELLED, {"by": before.alert.identifier})))
    newer = lineage.superseded_before(case.me, past)
    if newer:
        return case.answer(Store(Why(Reason.SUPERSEDED, {"by": newer.alert.identifier})))
    same = lineage.reissued(case.me, past)
    case.tracing.note("lineage.fingerprint", "content", same.alert.identifier if same else "", bool(same))
    if same:
        return case.answer(Ignore(Why(Reason.REISSUED, {"as": same.alert.identifier})))
    return exercise.exercise(case) if rehearsed else warn(case)
