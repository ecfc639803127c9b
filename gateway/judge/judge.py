"""The judges in order. Every rule that is asked leaves a step in the trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.judge import endings, exercise, lineage, returns
from gateway.judge.admit import admit
from gateway.judge.case import Case
from gateway.judge.ended import ended
from gateway.judge.here import here
from gateway.judge.rules import Rules
from gateway.judge.schedule import NO_EXPIRES
from gateway.judge.warn import warn
from gateway.model.alert import Alert, Status
from gateway.model.deed import Deed
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
    earliest: datetime | None = None,
    came: datetime | None = None,
) -> Judgement:
    """The judgement on one document.

    `past` are the documents in the ledger that may bear on it, without itself. `held` is its hold that has
    just ended. `trusted` says whether `now` may be compared with the times of documents. The time is at least
    as late as `earliest`, whatever `now` says. `rules` are the site's. `drills` are open, each without the
    speakers where a real warning has ended it. `came` is when a document came that was on hold since: an end
    that came after it knows it, whatever their clocks say.

    If the clock cannot be trusted, people are asked as ever, red and orange do not wait for an hour and sound
    with the step "time uncertain", ends take effect, and the rest is held with CLOCK_UNTRUSTED: it is judged
    again once the clock can be trusted, whatever its `until` says. What had ended by `earliest` is over.
    """
    alert, past = here(alert, roster), [_here(earlier, roster) for earlier in past]
    return _judged(
        Case(alert, policy, past, roster, now, trusted, held, rules, earliest, tuple(drills), came)
    )


def _judged(case: Case) -> Judgement:
    """The answer of the first judge that has one."""
    for defect in case.alert.defects:
        case.tracing.note("defect", defect.element, defect.saw, "kept")
    case.flags.extend(defect.why for defect in case.alert.defects if defect.why)
    refused = admit(case.alert, case.policy, case.tracing, case.own_drills)
    if refused and not (isinstance(refused, Hold) and case.passed(refused.why.reason)):
        return case.answer(refused)
    repetition = lineage.repeated(case.document, case.past)
    case.tracing.note(
        "lineage.repeated",
        "sender, identifier, sent",
        case.alert.identifier,
        repetition.why.reason if repetition else "new",
    )
    if repetition:
        return case.answer(repetition)
    is_exercise = case.alert.status is Status.EXERCISE
    if case.deed is Deed.RETURN:
        return returns.returned(case)
    if ended(case.alert):
        return exercise.end(case) if is_exercise else endings.end(case)
    orders = case.deed is not None and case.deed.order
    if not is_exercise and not orders and (answer := endings.alike(case)):
        return answer
    if known := _known(case):
        return known
    return exercise.exercise(case) if is_exercise else warn(case)


def _known(case: Case) -> Judgement | None:
    """The answer to a document that was cancelled or replaced before it came, or that came already under
    another name; None for one that is new."""
    cancel = lineage.cancelled_before(case.document, case.past)
    case.tracing.note(
        "lineage.tombstone", "references", cancel.alert.identifier if cancel else "", bool(cancel)
    )
    if cancel:
        return case.answer(Store(Why(Reason.ALREADY_CANCELLED, {"by": cancel.alert.identifier})))
    successor = lineage.superseded_before(case.document, case.past)
    if successor:
        return case.answer(Store(Why(Reason.SUPERSEDED, {"by": successor.alert.identifier})))
    original = lineage.reissued(case.document, case.past)
    case.tracing.note(
        "lineage.fingerprint", "content", original.alert.identifier if original else "", bool(original)
    )
    if original:
        return case.answer(Ignore(Why(Reason.REISSUED, {"as": original.alert.identifier})))
    return None


def _here(earlier: Past, roster: Roster) -> Past:
    alert = here(earlier.alert, roster)
    return earlier if alert is earlier.alert else replace(earlier, alert=alert)
