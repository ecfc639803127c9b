"""The question that an end asks people if it names no warning that stands: is it the end of this one?

Until they answer, no further burst of the warnings that it may mean sounds (`Hold.pauses`). Their yes makes
it their lift, their no lets the bursts go on (docs/practice.md, Ends).
"""

from __future__ import annotations

from datetime import datetime

from gateway.judge import area, candidates, deed, lineage
from gateway.judge.case import Case
from gateway.judge.ended import ended
from gateway.judge.schedule import ends
from gateway.model.judgement import Past
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Store
from gateway.wording import likeness


def named(case: Case) -> list[Past]:
    """The warnings that this document names and ends.

    An end that people were asked about named none that stood when it came: one that it names and that stands
    now was issued after it.
    """
    if case.held is None or case.held.why.reason is not Reason.LIFT_UNCLEAR:
        return case.before
    return [other for other in case.before if not candidates.stands(other, case.standing.now)]


def agreed(case: Case) -> list[Past]:
    """The warnings that people said this document ends."""
    held = case.held
    if held is None or held.why.reason is not Reason.LIFT_UNCLEAR or not held.approved:
        return []
    return [other for other in case.past if other.alert.key.digest in held.pauses]


def ask(case: Case) -> Hold | None:
    """The hold of an end that names nothing that stands while warnings of its issuer and hazard do.

    None if it names one that stands, or one that was ended already: then a second end says nothing new. None,
    too, if the one that it names came after it, and this end kept that one silent.
    """
    before = named(case)
    if any(_silenced(other, case) for other in before):
        return None
    standing = any(candidates.stands(other, case.standing.now) or _acts(other) for other in before)
    known = any(
        lineage.ends_of(other, [p for p in case.past if p.alert.key != case.alert.key]) for other in before
    )
    if standing or known:
        return None
    meant, possible = case.standing.meant, case.standing.warnings
    if case.held and case.held.why.reason is Reason.LIFT_UNCLEAR:
        # Its time is over and nobody answered. What was issued after it is not asked about.
        meant = possible = [other for other in possible if other.alert.key.digest in case.held.pauses]
    case.tracing.note(
        "lineage.issuer",
        "senderName, event, area",
        [other.alert.identifier for other in possible],
        f"{len(meant)} meant",
    )
    if not possible:
        return None
    until = max(_end(other) for other in possible)
    why = Why(Reason.LIFT_UNCLEAR, {"names": "、".join(dict.fromkeys(map(title, meant or possible)))})
    return Hold(why, until, pauses=tuple(dict.fromkeys(other.alert.key.digest for other in meant)))


def _acts(other: Past) -> bool:
    """Whether a document is an order or a notice that waits or airs: a Cancel that names it means it."""
    return deed.of(other.alert) is not None and other.verdict in ("air", "hold")


def _silenced(other: Past, case: Case) -> bool:
    """Whether another document was stored because this end had come before it."""
    why = other.decided.why if other.decided else None
    return (
        why is not None
        and why.reason is Reason.ALREADY_CANCELLED
        and why.fields.get("by") == case.alert.identifier
    )


def alike(case: Case) -> Hold | Store | None:
    """The answer to an Alert or Update that reads like an end and ends nothing that is known.

    None if a person let it through, or if it reads like none.
    """
    words = likeness.ending(case.alert)
    case.tracing.note("likeness.ending", "all texts", words, bool(words))
    if not words or ended(case.alert) or case.passed(Reason.LOOKS_LIKE_LIFT):
        return None
    return _asked(case, Why(Reason.LOOKS_LIKE_LIFT, {"words": words}))


def over(case: Case) -> Hold | Store | None:
    """The answer to a document that reads like something that is over; None where it does not."""
    words = likeness.over(case.alert, case.now if case.trusted else None)
    past = [info.urgency for info in case.alert.infos if info.urgency.lower() == "past"]
    if not words and case.alert.infos and len(past) == len(case.alert.infos):
        words = "urgency Past"
    case.tracing.note("likeness.over", "headline, description, urgency", words, bool(words))
    if not words or case.passed(Reason.LOOKS_OVER):
        return None
    return _asked(case, Why(Reason.LOOKS_OVER, {"words": words}))


def _asked(case: Case, why: Why) -> Hold | Store:
    """A hold for people; or stored, where it concerns no speaker of ours or the rules only list it."""
    infos = case.alert.infos
    placed = any(area.usable(info, case.roster) for info in infos)
    ours = any(area.targets(info, case.roster) for info in infos)
    if placed and not ours:
        return Store(Why(Reason.NO_SPEAKER_IN_AREA))
    if all(case.rule(info).silent for info in infos):
        return Store(why)
    return Hold(why)


def _end(other: Past) -> datetime:
    if other.plan and other.plan.not_after:
        return other.plan.not_after
    return max(ends(info, other.alert.sent) for info in other.alert.infos)


def title(other: Past) -> str:
    """A line that tells a document from another one."""
    titles = [info.headline or info.event for info in other.alert.infos]
    return next((title for title in titles if title), other.alert.identifier)
