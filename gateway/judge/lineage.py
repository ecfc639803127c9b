"""The lineage of a document: it may repeat an earlier one, follow it, end it, or have been ended before it
came."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.codes import meaning
from gateway.judge import bounds, deed
from gateway.judge.area import regions
from gateway.judge.conflict import completes, graver
from gateway.judge.ended import ended
from gateway.model.alert import Alert, MsgType, Reference, Scope, Status, national
from gateway.model.deed import Deed
from gateway.model.judgement import Past
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Ignore, Quarantine
from gateway.wording import likeness

Issue = tuple[str, datetime]
"""An identifier with its time of issue."""

REISSUED = timedelta(minutes=60)
"""The same content under a new name within this time is no new warning: 23 of 65 active documents of one
agency were so. Our choice."""


def heeds(target: Past, newer: Past) -> bool:
    """Whether a document (`newer`) that ends or updates another (`target`) is obeyed.

    Both must be real, or both exercises. It must come over the same road, or speak of the same warning over a
    road that is trusted no less: two brokers carry the same warnings, each in an order of its own. A
    quarantined document has no authority.
    """
    if target.alert.status is not newer.alert.status:
        return False
    if target.source == newer.source:
        return True
    same_warning = target.alert.sender == newer.alert.sender or national(target.alert.identifier)
    return (
        same_warning and "quarantine" not in (target.verdict, newer.verdict) and newer.trust <= target.trust
    )


def repeated(document: Past, past: Sequence[Past]) -> Ignore | Quarantine | None:
    """The answer to a document whose sender, identifier and sent are known already: with the same content it
    needs nothing, with another a person looks.

    An earlier one counts for nothing if it was quarantined, or if a less trusted source brought it and it did
    not air or says something else: what a list makes of a warning bars no warning.
    """
    for earlier in past:
        if earlier.alert.key != document.alert.key or earlier.verdict == "quarantine":
            continue
        same_road = earlier.source == document.source
        if not same_road and earlier.verdict == "ignore":
            continue  # it was ignored as a copy, perhaps of this very document, which is judged again now
        differs = (
            conflicts(earlier.alert, document.alert)
            if same_road
            else _sense(earlier.alert) != _sense(document.alert)
        )
        if not same_road and earlier.trust > document.trust and (differs or not earlier.plan):
            continue
        return (
            changed(earlier.alert, document.alert, earlier.source)
            if differs
            else Ignore(Why(Reason.DUPLICATE))
        )
    return None


def conflicts(held: Alert, came: Alert) -> bool:
    """Whether a document of one identity with another says other things. The title alone, after the whole
    text, says nothing else."""
    return content(held) != content(came) and not completes(came, held)


def changed(held: Alert, came: Alert, source: str) -> Quarantine:
    """The answer to a document whose identity we hold from this source with other content."""
    reason = Reason.CONTENT_GRAVER if graver(held, came) else Reason.CONTENT_CHANGED
    return Quarantine(Why(reason, {"as": source}))


def reissued(document: Past, past: Sequence[Past]) -> Past | None:
    """The document that said the same within the hour, if each of its speakers has heard it whole or will.

    Relays give a warning a new name without referring to the old one.
    """
    if document.alert.references:
        return None
    texts = _texts(document.alert)
    alike = [
        earlier
        for earlier in past
        if earlier.plan
        and earlier.alert.key != document.alert.key
        and (earlier.source == document.source or earlier.alert.sender == document.alert.sender)
        and abs(document.alert.sent - earlier.alert.sent) <= REISSUED
        and _texts(earlier.alert) == texts
        and set(earlier.plan.targets) <= earlier.whole | earlier.expected
    ]
    digest = fingerprint(document.alert) if alike else ""
    return next(
        (
            earlier
            for earlier in alike
            if fingerprint(earlier.alert) == digest
            and not withdrawn(earlier, past)
            and not doubted(earlier, document.alert, past)
        ),
        None,
    )


def _texts(alert: Alert) -> set[tuple[str, str]]:
    """What its blocks say: two documents that differ in it have no common fingerprint, which costs more."""
    return {(info.description, info.instruction) for info in alert.infos}


def content(alert: Alert) -> Alert:
    """The alert without its defects."""
    return replace(alert, defects=())


def fingerprint(alert: Alert) -> str:
    """A digest of the alert without sender, identifier, sent, effective and references: a re-issue keeps
    it."""
    infos = sorted(repr(replace(info, effective=None)) for info in alert.infos)
    parts = (alert.status, alert.msg_type, alert.scope, alert.note, infos)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _sense(alert: Alert) -> tuple[object, ...]:
    """The values on which two roads must agree: kind, hazards with levels, codes."""
    signals = {(meaning.hazard(info).code, meaning.level(info)) for info in alert.infos}
    return alert.status, alert.msg_type, signals, {code for info in alert.infos for code in regions(info)}


def named(document: Past, past: Sequence[Past]) -> list[Past]:
    """The documents that this one refers to, also as they were sent again under the same name, and an earlier
    one under its own name.

    A first Alert follows on nothing: its references do not count.
    """
    others = [earlier for earlier in past if earlier.alert.key != document.alert.key]
    alerts = [earlier.alert for earlier in others]
    follows = (
        document.alert.msg_type is not MsgType.ALERT
        or ended(document.alert)
        or bool(likeness.ending(document.alert))
        or deed.of(document.alert) is Deed.RETURN
    )
    references = document.alert.references if follows else ()
    came = frozenset(map(issue, alerts))
    keys = {
        alert.key for reference in references for alert in resolve(reference, document.alert, alerts, came)
    }
    return [
        earlier
        for earlier in others
        if earlier.alert.key in keys
        or _restamped(earlier.alert, document.alert)
        or any(
            (earlier.alert.sender, earlier.alert.identifier) == (key.sender, key.identifier)
            and earlier.alert.sent <= document.alert.sent
            for key in keys
        )
    ]


def apart(alert: Alert, past: Sequence[Past]) -> list[Past]:
    """The orders of documents that an alert of the same sender names, where they are documents of their own
    (`deed.apart`): the sender knows only the name that it gave."""
    names = {reference.identifier + deed.ORDER for reference in alert.references}
    return [one for one in past if one.alert.sender == alert.sender and one.alert.identifier in names]


def predecessors(document: Past, past: Sequence[Past]) -> list[Past]:
    """The documents that this one names and may end or replace."""
    return [earlier for earlier in named(document, past) if heeds(earlier, document)]


def cancelled_before(document: Past, past: Sequence[Past]) -> Past | None:
    """A trusted end of this very document that came before it."""
    return next(iter(ends_of(document, past)), None)


def ends_of(document: Past, past: Sequence[Past]) -> list[Past]:
    """The trusted ends of this very document: those that ended it when they came, and those that name it."""
    ends = (
        end
        for end in past
        if (end.verdict == "stop" or end.reason is Reason.LIFT_UNCLEAR) and heeds(document, end)
    )
    return [end for end in ends if _names(end, document, past) or document.alert.key.digest in end.ends]


def superseded_before(document: Past, past: Sequence[Past]) -> Past | None:
    """A later Update of this very document that came before it and names a place.

    The older text is then stale, whether the newer one airs, waits or is stored.
    """
    updates = (
        update
        for update in past
        if update.verdict in ("air", "hold", "store")
        and (
            update.alert.msg_type is MsgType.UPDATE
            or (
                update.alert.msg_type is MsgType.ALERT
                and update.alert.identifier == document.alert.identifier
            )
        )
        and update.alert.status is Status.ACTUAL
        and update.alert.scope not in (Scope.RESTRICTED, Scope.PRIVATE)
        and update.alert.sent > document.alert.sent
        and any(
            regions(info) or any(area.polygons or area.circles for area in info.areas)
            for info in update.alert.infos
        )
        and heeds(document, update)
    )
    return next((update for update in updates if _follows(update, document, past)), None)


def withdrawn(document: Past, past: Sequence[Past]) -> bool:
    """Whether a document was ended or replaced since."""
    return bool(cancelled_before(document, past) or superseded_before(document, past))


def doubted(earlier: Past, newer: Alert, past: Sequence[Past]) -> bool:
    """Whether people are asked whether an earlier document has ended, about an end that `newer` was issued
    after: then the earlier one says nothing for the newer. A yes would end it."""
    return any(
        isinstance(end.decided, Hold)
        and earlier.alert.key.digest in end.decided.pauses
        and newer.sent > end.alert.sent
        for end in past
    )


def issue(alert: Alert) -> Issue:
    """Its identifier and its time: the same for one document over several roads."""
    return alert.identifier, alert.sent


def resolve(
    reference: Reference, by: Alert, alerts: Sequence[Alert], known: Collection[Issue] = ()
) -> list[Alert]:
    """The alerts that a reference of `by` means. `known` are the issues that came before `by`.

    The steps widen until one finds something: the triple; sender and identifier; the identifier alone, if
    only one sender has it. A widened step finds what is `known`, whatever the clocks of the senders say:
    ends know no time order (docs/practice.md, Ends). What came after `by` and was sent after it is a re-issue
    and is found only by the last step: nothing else is named, and the clocks of the senders may differ by so
    much (`_stamped_later`). The national identifier means the warning under any sender. A reference that
    names an event means its first alert and those that followed on it. A document that names itself means
    nothing.
    """
    if reference.identifier == by.identifier and reference.sent in (by.sent, None):
        return []
    alike = [alert for alert in alerts if alert.identifier == reference.identifier]
    exact = [alert for alert in alike if alert.sender == reference.sender and alert.sent == reference.sent]
    if reference.event:
        alike += [
            alert for alert in alerts if alert.identifier != by.identifier and _of_event(alert, reference)
        ]
    earlier = [alert for alert in alike if alert.sent <= by.sent or issue(alert) in known]
    if reference.event or national(reference.identifier):
        found = [alert for alert in alike if alert in exact or alert in earlier]
        return found or _stamped_later(reference, by, alike)
    if exact:
        return exact
    of_sender = [alert for alert in earlier if alert.sender == reference.sender]
    if of_sender:
        return of_sender
    if earlier:
        return earlier if len({alert.sender for alert in earlier}) == 1 else []
    return _stamped_later(reference, by, alike)


def _stamped_later(reference: Reference, by: Alert, alike: Sequence[Alert]) -> list[Alert]:
    """The alerts that a reference means although they came after `by` and bear a later time.

    No two warnings share a national identifier, so no clock counts there. Another identifier means the alert
    of its sender within the time by which two clocks may differ (bounds.toml).
    """
    latest = by.sent + bounds.table().clocks_differ
    return [
        alert
        for alert in alike
        if alert.identifier == reference.identifier
        and (national(reference.identifier) or (alert.sender == reference.sender and alert.sent <= latest))
    ]


def _of_event(alert: Alert, reference: Reference) -> bool:
    return alert.msg_type is not MsgType.CANCEL and any(
        named.event and named.identifier == reference.identifier for named in alert.references
    )


def _restamped(older: Alert, newer: Alert) -> bool:
    """Whether one is the other with a later time: some publishers keep the identifier of a warning."""
    return (older.sender, older.identifier) == (newer.sender, newer.identifier) and older.sent < newer.sent


def _follows(newer: Past, document: Past, past: Sequence[Past]) -> bool:
    if newer.alert.msg_type is MsgType.UPDATE and _names(newer, document, past):
        return True
    return newer.source == document.source and _restamped(document.alert, newer.alert)


def _names(newer: Past, document: Past, past: Sequence[Past]) -> bool:
    """Whether `newer` refers to this document rather than to another one."""
    alert = document.alert
    others = [
        earlier.alert
        for earlier in past
        if (heeds(document, earlier) or heeds(earlier, document))
        and earlier.alert.key not in (newer.alert.key, alert.key)
    ]
    first = [earlier for earlier in (*past, document) if earlier.at <= newer.at]
    until = next((place for place, earlier in enumerate(first) if earlier.alert.key == newer.alert.key), 0)
    known = {
        issue(earlier.alert) for place, earlier in enumerate(first) if earlier.at < newer.at or place < until
    }
    return newer.alert.key != alert.key and any(
        alert in resolve(reference, newer.alert, [*others, alert], known)
        for reference in newer.alert.references
    )
