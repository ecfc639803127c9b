"""Why an alert sounds here and not there: every rule that was asked, and what each speaker says."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.console.views import View
from gateway.console.views.alerts import act
from gateway.console.views.reasons import why
from gateway.console.views.verdicts import verdict as verdict_view
from gateway.i18n import rule_name
from gateway.intake.readers.members import Lost
from gateway.model.alert import Alert
from gateway.model.plan import Plan
from gateway.model.record import Document, Entry
from gateway.model.speaker import Roster
from gateway.model.verdict import Step, Verdict


def document(document: Document, plans: Sequence[Plan], roster: Roster) -> View:
    """The trace of a document of the ledger."""
    return _trace(document.alert, document.key, document.verdict, document.trace, plans, roster)


def dry_run(entry: Entry, roster: Roster) -> View:
    """The trace of a document that was only tried."""
    alert, judgement = entry.alert, entry.judgement
    plans = [judgement.plan] if judgement.plan else []
    return _trace(alert, alert.key.digest, judgement.verdict, judgement.trace, plans, roster)


def lost(member: Lost) -> View:
    """A member of a document that cannot be read while others of it can."""
    unreadable = member.unreadable
    place = {"member": member.member, "element": unreadable.element, "line": unreadable.line}
    return {**place, **why(unreadable.why)}


def _trace(
    alert: Alert, key: str, verdict: Verdict, steps: Sequence[Step], plans: Sequence[Plan], roster: Roster
) -> View:
    return {
        "key": key,
        "identifier": alert.identifier,
        "act": act(alert),
        "verdict": verdict_view(verdict),
        "steps": [_step(step) for step in steps],
        "plans": [_plan(plan, roster) for plan in plans],
        "silent": _silent(plans, steps, roster),
    }


def _step(step: Step) -> View:
    """A rule that was asked: the field it read, the value it saw, what it answered, for which speakers."""
    return {
        "rule": step.rule,
        "name": rule_name(step.rule),
        "name_en": rule_name(step.rule, "en"),
        "field": step.field,
        "saw": step.saw,
        "answer": step.answer,
        "speakers": list(step.speakers),
    }


def _plan(plan: Plan, roster: Roster) -> View:
    """What would be said or was said: where, when, how often."""
    return {
        "act": plan.act,
        "class": plan.class_.name.lower(),
        "start": plan.start.isoformat(timespec="seconds"),
        "not_after": plan.not_after.isoformat(timespec="seconds") if plan.not_after else None,
        "bursts_s": list(plan.schedule.bursts),
        "readings": plan.schedule.readings,
        "parts": [
            {
                "speakers": [{"id": name, "name": _shown(name, roster)} for name in part.targets],
                "text": part.script.text,
                "short": "".join(part.script.short),
                "left": [{"words": gone.words, "why": gone.why.value} for gone in part.script.left],
                "tone": part.script.tone,
                "by_day": part.by_day,
                "once": part.once,
            }
            for part in plan.parts
        ],
    }


def _silent(plans: Sequence[Plan], steps: Sequence[Step], roster: Roster) -> list[View]:
    """The outdoor speakers that say nothing, each with the rules that named it."""
    speaking = {name for plan in plans for name in plan.targets}
    rules: dict[str, list[str]] = {}
    for step in steps:
        for name in step.speakers:
            rules.setdefault(name, []).append(step.rule)
    return [
        {"id": speaker.id, "name": speaker.name, "rules": rules.get(speaker.id, [])}
        for speaker in roster.outdoors
        if speaker.id not in speaking
    ]


def _shown(name: str, roster: Roster) -> str:
    speaker = roster.speaker(name)
    return speaker.name if speaker else name
