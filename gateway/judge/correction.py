"""Corrections (更正): an error is taken back aloud, at once, at any hour, wherever it sounded
(docs/practice.md, Ends)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from gateway.announcements import script
from gateway.judge import deed
from gateway.judge.rules import Rules
from gateway.model.alert import Alert, MsgType
from gateway.model.deed import Deed
from gateway.model.hazard import Level
from gateway.model.plan import Act, Plan, Script, parts_of, plan_id
from gateway.model.speaker import Roster

WITHIN = timedelta(hours=2)
"""A speaker that cannot be reached for so long gets no correction: it would only wake people. Our choice."""

IN_ERROR = re.compile(
    r"误发|误报|误操作|错误发布|发布错误|错误发送|发送错误|发布有误|发送有误"
    r"|\b(?:in error(?!-)|by mistake|mistakenly|erroneous(?:ly)?|accidental(?:ly)?|inadvertent(?:ly)?"
    r"|false alarm)\b",
    re.IGNORECASE,
)
"""Senders' words for an error: 误操作 (Chongqing, 31 December 2021), 误发 (Seoul, 31 May 2023), 错误发布 (New
Zealand), `issued in error` and `false alarm` (Hawaii, 13 January 2018). CAP has no code for it; `note` is
free text (CAP v1.2 §3.2.1)."""


def in_error(alert: Alert) -> bool:
    """Whether a document says that those it names should never have been sent: a correction by its act, a
    Cancel by its words."""
    if deed.of(alert) is Deed.CORRECTION:
        return True
    texts = [alert.note, *(text for info in alert.infos for text in (info.headline, info.description))]
    return alert.msg_type is MsgType.CANCEL and any(IN_ERROR.search(text) for text in texts)


def plan_correction(
    errors: Sequence[Plan],
    at: datetime,
    where: Mapping[str, Collection[str]],
    roster: Roster,
    rules: Rules,
    cause: str = "",
) -> Plan | None:
    """The correction of these plans, or None if none of them sounded.

    `where` has the speakers at which each plan (by id) sounded, even in part. `cause` is the AlertKey digest
    of the document that orders the correction. It is "" if a person orders it: then the sender of the first
    error is told.
    """
    scripts: dict[str, list[Script]] = {}
    for plan in errors:
        for speaker in where.get(plan.id, ()):
            scripts.setdefault(speaker, []).append(_script(plan, speaker))
    speakers = [speaker.id for speaker in roster.speakers if speaker.id in scripts]
    if not speakers:
        return None
    seed = f"{cause} {' '.join(sorted(plan.id for plan in errors))}"
    return Plan(
        plan_id(seed, Act.CORRECTION, errors[0].start if cause else at),
        cause or errors[0].alert,
        Act.CORRECTION,
        min(plan.class_ for plan in errors),
        parts_of({speaker: _joined(scripts[speaker]) for speaker in speakers}),
        rules.schedule(Level.UNKNOWN, None),
        at,
        at + WITHIN,
        roster.version,
    )


def _script(plan: Plan, speaker: str) -> Script:
    """The correction that was made ready with the plan, in the order of its scripts; else one for the plan's
    act."""
    corrections = [ready for ready in plan.ready if ready.clip == "correction"]
    scripts = list(dict.fromkeys(part.script for part in plan.parts))
    sounded = next((part.script for part in plan.parts if speaker in part.targets), None)
    if sounded in scripts and len(corrections) == len(scripts):
        return corrections[scripts.index(sounded)]
    return script.correction_of(plan.act)


def _joined(scripts: Sequence[Script]) -> Script:
    """One correction for several errors at one speaker. Sentences that they share are said once."""
    first, *rest = dict.fromkeys(scripts)
    sentences = tuple(
        sentence for script in rest for sentence in script.sentences if sentence not in first.sentences
    )
    return Script(first.tone, (*first.sentences[:-1], *sentences, first.sentences[-1]), first.clip)
