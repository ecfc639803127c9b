"""What a document has to do with those before it: a duplicate, a successor, an end, or one that was cancelled before it came."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.judge.area import regions
from gateway.judge.ended import ended
from gateway.model.alert import Alert, MsgType, Reference, Scope, Status
from gateway.model.judgement import Past


def duplicate(alert: Alert, past: Sequence[Past]) -> bool:
    """The same sender, identifier and sent over any road; what was quarantined there shadows nothing."""
    return any(one.alert.key == alert.key and one.verdict != "quarantine" for one in past)


def predecessors(alert: Alert, source: str, past: Sequence[Past]) -> list[Past]:
    """The documents this one names, of the same source or the same sender, its own name left out."""
    mine = [one for one in past if _same_voice(one, alert, source) and one.alert.key != alert.key]
    known = [one.alert for one in mine]
    keys = {found.key for reference in alert.references for found in meant(reference, alert, known)}
    return [one for one in mine if one.alert.key in keys]


def _same_voice(one: Past, alert: Alert, source: str) -> bool:
    """Whether a document speaks with the authority of this one: it came over the same road, or over another one that may speak for the
    same sender. Two brokers carry the same warnings, each in an order of its own; what was quarantined had no authority there."""
    return one.source == source or (one.alert.sender == alert.sender and one.verdict != "quarantine")


def cancelled_before(alert: Alert, source: str, past: Sequence[Past]) -> Past | None:
    """A trusted end of this very document that came first: it leaves a tombstone."""
    return next(iter(ends_of(alert, source, past)), None)


def ends_of(alert: Alert, source: str, past: Sequence[Past]) -> list[Past]:
    """The trusted ends of this very document."""
    ends = (
        one for one in past if _same_voice(one, alert, source) and one.verdict == "stop" and ended(one.alert)
    )
    return [one for one in ends if _names(one.alert, alert, source, past)]


def superseded_before(alert: Alert, source: str, past: Sequence[Past]) -> Past | None:
    """A later Update of this very document that came first and could be understood: the older text is stale, whether the newer one
    airs, waits or is only listed."""
    updates = (
        one
        for one in past
        if _same_voice(one, alert, source)
        and one.verdict in ("air", "hold", "store")
        and one.alert.msg_type is MsgType.UPDATE
        and one.alert.status is Status.ACTUAL
        and one.alert.scope not in (Scope.RESTRICTED, Scope.PRIVATE)
        and one.alert.sent > alert.sent
        and any(regions(info) for info in one.alert.infos)
    )
    return next((one for one in updates if _names(one.alert, alert, source, past)), None)


def meant(reference: Reference, by: Alert, known: Sequence[Alert]) -> list[Alert]:
    """What a reference of `by` means among the documents known. Steps widen until one finds something: the triple; sender and
    identifier; the identifier alone, if one sender only has it. A widened step reaches nothing sent after `by`: that is a re-issue.
    A document that names itself means nothing."""
    if reference.identifier == by.identifier and reference.sent == by.sent:
        return []
    same = [one for one in known if one.identifier == reference.identifier]
    exact = [one for one in same if one.sender == reference.sender and one.sent == reference.sent]
    if exact:
        return exact
    earlier = [one for one in same if one.sent <= by.sent]
    of_sender = [one for one in earlier if one.sender == reference.sender]
    if of_sender:
        return of_sender
    return earlier if len({one.sender for one in earlier}) == 1 else []


def _names(by: Alert, alert: Alert, source: str, past: Sequence[Past]) -> bool:
    """Whether `by` refers to this document rather than to another one known."""
    known = [
        one.alert
        for one in past
        if _same_voice(one, alert, source) and one.alert.key not in (by.key, alert.key)
    ]
    return by.key != alert.key and any(
        alert in meant(reference, by, [*known, alert]) for reference in by.references
    )
