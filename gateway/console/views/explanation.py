"""Why a warning sounds here and not there: the steps of its trace in words, and for every speaker what it says or that it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.console.views import views
from gateway.i18n import rule_name
from gateway.model.plan import Plan
from gateway.model.record import Entry
from gateway.model.speaker import Roster
from gateway.model.verdict import Step, Verdict

View = dict[str, Any]


def explanation(
    identifier: str, key: str, verdict: Verdict, trace: Sequence[Step], plans: Sequence[Plan], roster: Roster
) -> View:
    """One document."""
    return {
        "key": key,
        "identifier": identifier,
        "verdict": views.verdict(verdict),
        "steps": [step(one) for one in trace],
        "plans": [plan(one, roster) for one in plans],
        "silent": silent(plans, trace, roster),
    }


def tried(entry: Entry, roster: Roster) -> View:
    """One document of a dry run."""
    alert, judgement = entry.alert, entry.judgement
    plans = [judgement.plan] if judgement.plan else []
    return explanation(alert.identifier, alert.key.digest, judgement.verdict, judgement.trace, plans, roster)


def step(one: Step) -> View:
    """A rule that was asked: which, the field and value it saw, what it answered, for whom."""
    return {
        "rule": one.rule,
        "name": rule_name(one.rule),
        "name_en": rule_name(one.rule, "en"),
        "field": one.field,
        "saw": one.saw,
        "answer": one.answer,
        "speakers": list(one.speakers),
    }


def plan(one: Plan, roster: Roster) -> View:
    """What would be or was said, where, when, how often."""
    return {
        "act": one.act,
        "class": one.class_.name.lower(),
        "start": one.start.isoformat(timespec="seconds"),
        "not_after": one.not_after.isoformat(timespec="seconds") if one.not_after else None,
        "bursts_s": list(one.schedule.bursts),
        "readings": one.schedule.readings,
        "parts": [
            {
                "speakers": [{"id": name, "name": _called(name, roster)} for name in part.targets],
                "text": part.script.text,
                "tone": part.script.tone,
                "by_day": part.by_day,
                "once": part.once,
            }
            for part in one.parts
        ],
    }


def silent(plans: Sequence[Plan], trace: Sequence[Step], roster: Roster) -> list[View]:
    """The speakers that say nothing of it, each with the rules that named it."""
    speaking = {name for one in plans for name in one.targets}
    named: dict[str, list[str]] = {}
    for one in trace:
        for speaker in one.speakers:
            named.setdefault(speaker, []).append(one.rule)
    return [
        {"id": one.id, "name": one.name, "rules": named.get(one.id, [])}
        for one in roster.outdoors
        if one.id not in speaking
    ]


def _called(name: str, roster: Roster) -> str:
    speaker = roster.speaker(name)
    return speaker.name if speaker else name
