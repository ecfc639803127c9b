"""The answer of HTTP to a document: a status and a body, and one of each for every member of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.intake import Acceptance, Accepted, Differing, Rejected
from gateway.model.alert import AlertKey
from gateway.model.reason import Why

Body = dict[str, Any]
Words = Callable[[Why], Body]
"""Writes a reason."""
Links = Callable[[Sequence[AlertKey]], Body]
"""Writes `alerts`: the keys with their links."""


def replied(answer: Acceptance, why: Words, links: Links) -> tuple[Body, int]:
    """The body and the status.

    A batch of which every member was taken is answered like a single document.
    """
    if isinstance(answer, Rejected):
        members = [{"member": one.member, "status": 422, **_rejected(one, why)} for one in answer.members]
        return _rejected(answer, why) | ({"members": members} if members else {}), 422
    body, differing = links(answer.keys), {one.key: one for one in answer.differing}
    if answer.lost or (differing and len(answer.keys) > 1):
        return body | {"members": _members(answer, body["alerts"], differing, why)}, 207
    for one in differing.values():
        return body | _differing(one, answer.arrival, why), 409
    return body, 200 if answer.duplicate else 202


def _members(
    answer: Accepted, taken: Sequence[Body], differing: Mapping[AlertKey, Differing], why: Words
) -> list[Body]:
    """Every member in the order of the document, with its status, and its key or its defect."""
    lost = {one.member: one for one in answer.lost}
    kept = iter(zip(answer.keys, taken, strict=True))
    members: list[Body] = []
    for number in range(1, len(answer.keys) + len(lost) + 1):
        if number in lost:
            members.append({"member": number, "status": 422, **_rejected(lost[number], why)})
            continue
        key, links = next(kept)
        if key in differing:
            conflict = _differing(differing[key], answer.arrival, why)
            members.append({"member": number, "status": 409, **links, **conflict})
        else:
            members.append({"member": number, "status": 200 if answer.duplicate else 202, **links})
    return members


def _rejected(answer: Rejected, why: Words) -> Body:
    """`element` is the key alone; its path is in the reason's fields."""
    return {
        "quarantine": answer.arrival,
        "element": answer.element,
        "line": answer.line,
        "format": answer.why.fields.get("format", ""),
        **why(answer.why),
    }


def _differing(one: Differing, arrival: int, why: Words) -> Body:
    """What we hold and what came, field by field."""
    return {
        "quarantine": arrival,
        "key": one.key.digest,
        "identifier": one.key.identifier,
        "changes": [dict(change) for change in one.changes],
        **why(one.why),
    }
