"""What a document has to do with those before it: a duplicate, a successor, an end, or one that was cancelled before it came."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.judge.ended import ended
from gateway.model.alert import Alert, MsgType, Reference
from gateway.model.judgement import Past


def duplicate(alert: Alert, past: Sequence[Past]) -> bool:
    """The same sender, identifier and sent."""
    return any(one.alert.key == alert.key for one in past)


def predecessors(alert: Alert, source: str, past: Sequence[Past]) -> list[Past]:
    """The documents this one names, of the same source only, its own name left out."""
    return [
        one
        for one in past
        if one.source == source
        and one.alert.key != alert.key
        and any(
            names(reference, one.alert) for reference in alert.references if not _itself(reference, alert)
        )
    ]


def cancelled_before(alert: Alert, source: str, past: Sequence[Past]) -> Past | None:
    """A trusted end of this very document that came first: it leaves a tombstone."""
    return next(
        (
            one
            for one in past
            if one.source == source
            and one.verdict == "stop"
            and ended(one.alert)
            and any(
                names(reference, alert)
                for reference in one.alert.references
                if not _itself(reference, one.alert)
            )
        ),
        None,
    )


def superseded_before(alert: Alert, source: str, past: Sequence[Past]) -> Past | None:
    """An Update of this very document that came first and was aired: the older text is stale."""
    return next(
        (
            one
            for one in past
            if one.source == source
            and one.verdict == "air"
            and one.alert.msg_type is MsgType.UPDATE
            and one.alert.sent > alert.sent
            and any(names(reference, alert) for reference in one.alert.references)
        ),
        None,
    )


def names(reference: Reference, alert: Alert) -> bool:
    """Whether a reference means this document. Steps widen: a triple with a readable time must agree in it, a reference without one
    names sender and identifier, a bare identifier names that alone."""
    if reference.identifier != alert.identifier or (reference.sender and reference.sender != alert.sender):
        return False
    return reference.sent is None or reference.sent == alert.sent


def _itself(reference: Reference, alert: Alert) -> bool:
    return names(reference, alert)
