"""What a document has to do with those before it: a repetition, a successor, an end, or one that was cancelled before it came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gateway.codes import meaning
from gateway.judge.area import regions
from gateway.judge.ended import ended
from gateway.model.alert import Alert, MsgType, Reference, Scope, Status, national
from gateway.model.judgement import Past
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Ignore, Quarantine

REISSUED = timedelta(minutes=60)
"""The same content under a new name within this time is no new warning: 23 of 65 active documents of one agency were such. Our choice."""


def heeds(target: Past, by: Past) -> bool:
    """Whether an end or update is obeyed for a document: both are real, or both of a drill; and it came over the same road, or it speaks of the same warning, over a road trusted no
    less. Two brokers carry the same warnings, each in an order of its own; what was quarantined has no authority."""
    if target.alert.status is not by.alert.status:
        return False
    if target.source == by.source:
        return True
    one_voice = target.alert.sender == by.alert.sender or national(target.alert.identifier)
    return one_voice and "quarantine" not in (target.verdict, by.verdict) and by.trust <= target.trust


def repeated(me: Past, past: Sequence[Past]) -> Ignore | Quarantine | None:
    """The same sender, identifier and sent again: with the same content it needs nothing, with another somebody looks. What a source trusted less
    brought first and did not air, and what was quarantined, shadows nothing."""
    for one in past:
        if one.alert.key != me.alert.key or one.verdict == "quarantine":
            continue
        same_road = one.source == me.source
        if content(one.alert) != content(me.alert) if same_road else _sense(one.alert) != _sense(me.alert):
            return Quarantine(Why(Reason.CONTENT_CHANGED, {"as": one.source}))
        if same_road or one.plan or one.trust <= me.trust:
            return Ignore(Why(Reason.DUPLICATE))
    return None


def reissued(me: Past, past: Sequence[Past]) -> Past | None:
    """What said the same within the hour and still holds or was heard: relays re-stamp a warning without referring to it."""
    if me.alert.references:
        return None
    print_ = fingerprint(me.alert)
    return next(
        (
            one
            for one in past
            if one.plan
            and (one.live or one.sounded)
            and one.alert.key != me.alert.key
            and abs(me.alert.sent - one.alert.sent) <= REISSUED
            and (one.source == me.source or one.alert.sender == me.alert.sender)
            and fingerprint(one.alert) == print_
            and not withdrawn(one, past)
        ),
        None,
    )


def content(alert: Alert) -> Alert:
    """All that was said, without what was wrong about how."""
    return replace(alert, defects=())


def fingerprint(alert: Alert) -> str:
    """A digest of all that is said but who, under which name, when and of what: a re-issue keeps it."""
    infos = sorted(repr(replace(info, effective=None)) for info in alert.infos)
    said = (alert.status, alert.msg_type, alert.scope, alert.note, infos)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _sense(alert: Alert) -> tuple[object, ...]:
    """What two roads must agree on: kind, hazards with levels, codes."""
    signals = {(meaning.hazard(info).code, meaning.level(info)) for info in alert.infos}
    return alert.status, alert.msg_type, signals, {code for info in alert.infos for code in regions(info)}


def named(me: Past, past: Sequence[Past]) -> list[Past]:
    """The documents this one refers to, its own name left out, and what it says anew under the same name. The first word of a warning follows on
    nothing, whatever it refers to."""
    mine = [one for one in past if one.alert.key != me.alert.key]
    known = [one.alert for one in mine]
    references = me.alert.references if me.alert.msg_type is not MsgType.ALERT or ended(me.alert) else ()
    keys = {found.key for reference in references for found in meant(reference, me.alert, known)}
    return [one for one in mine if one.alert.key in keys or _restamped(one.alert, me.alert)]


def predecessors(me: Past, past: Sequence[Past]) -> list[Past]:
    """The documents this one names and may end or replace."""
    return [one for one in named(me, past) if heeds(one, me)]


def cancelled_before(me: Past, past: Sequence[Past]) -> Past | None:
    """A trusted end of this very document that came first: it leaves a tombstone."""
    return next(iter(ends_of(me, past)), None)


def ends_of(me: Past, past: Sequence[Past]) -> list[Past]:
    """The trusted ends of this very document."""
    ends = (one for one in past if one.verdict == "stop" and ended(one.alert) and heeds(me, one))
    return [one for one in ends if _names(one, me, past)]


def superseded_before(me: Past, past: Sequence[Past]) -> Past | None:
    """A later Update of this very document that came first and could be understood: the older text is stale, whether the newer one
    airs, waits or is only listed."""
    updates = (
        one
        for one in past
        if one.verdict in ("air", "hold", "store")
        and one.alert.msg_type in (MsgType.UPDATE, MsgType.ALERT)
        and one.alert.status is Status.ACTUAL
        and one.alert.scope not in (Scope.RESTRICTED, Scope.PRIVATE)
        and one.alert.sent > me.alert.sent
        and any(
            regions(info) or any(area.polygons or area.circles for area in info.areas)
            for info in one.alert.infos
        )
        and heeds(me, one)
    )
    return next((one for one in updates if _follows(one, me, past)), None)


def withdrawn(one: Past, past: Sequence[Past]) -> bool:
    """What was lifted or replaced since."""
    return bool(cancelled_before(one, past) or superseded_before(one, past))


def meant(reference: Reference, by: Alert, known: Sequence[Alert]) -> list[Alert]:
    """What a reference of `by` means among the documents known. Steps widen until one finds something: the triple; sender and
    identifier; the identifier alone, if one sender only has it. A widened step reaches nothing sent after `by`: that is a re-issue. The national
    identifier means the warning under whatever sender it came; one that names an event means its first alert and what has followed on it. A document
    that names itself means nothing."""
    if reference.identifier == by.identifier and reference.sent in (by.sent, None):
        return []
    same = [one for one in known if one.identifier == reference.identifier]
    exact = [one for one in same if one.sender == reference.sender and one.sent == reference.sent]
    if reference.event:
        same += [one for one in known if one.identifier != by.identifier and _of_event(one, reference)]
    if reference.event or national(reference.identifier):
        return [one for one in same if one in exact or one.sent <= by.sent]
    if exact:
        return exact
    earlier = [one for one in same if one.sent <= by.sent]
    of_sender = [one for one in earlier if one.sender == reference.sender]
    if of_sender:
        return of_sender
    return earlier if len({one.sender for one in earlier}) == 1 else []


def _of_event(one: Alert, reference: Reference) -> bool:
    return one.msg_type is not MsgType.CANCEL and any(
        other.event and other.identifier == reference.identifier for other in one.references
    )


def _restamped(older: Alert, newer: Alert) -> bool:
    """Some publishers keep the identifier of a warning and change its time."""
    return (older.sender, older.identifier) == (newer.sender, newer.identifier) and older.sent < newer.sent


def _follows(by: Past, me: Past, past: Sequence[Past]) -> bool:
    if by.alert.msg_type is MsgType.UPDATE and _names(by, me, past):
        return True
    return by.source == me.source and _restamped(me.alert, by.alert)


def _names(by: Past, me: Past, past: Sequence[Past]) -> bool:
    """Whether `by` refers to this document rather than to another one known."""
    alert = me.alert
    known = [
        one.alert
        for one in past
        if (heeds(me, one) or heeds(one, me)) and one.alert.key not in (by.alert.key, alert.key)
    ]
    return by.alert.key != alert.key and any(
        alert in meant(reference, by.alert, [*known, alert]) for reference in by.alert.references
    )
