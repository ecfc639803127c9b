"""Ends: what a Cancel or an end-of-event stops, and how that is said: as a lift after quiet hours, as a correction at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.announcements import script
from gateway.codes import meaning
from gateway.judge import block, lineage
from gateway.judge.case import Case
from gateway.judge.correction import in_error, plan_correction
from gateway.judge.schedule import NO_EXPIRES
from gateway.model.alert import Info
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Stop, Store


def end(case: Case) -> Judgement:
    """Stop what it names, and say so only where that sounded. A move order is not among it: it ends by its giver's own return notice. What names
    only warnings of a more trusted road is not obeyed."""
    named = case.before
    endings = cancelled(case)
    case.tracing.note(
        "lineage.names", "references", [one.alert.identifier for one in named], f"{len(endings)} live"
    )
    beyond = [one for one in lineage.named(case.me, case.past) if not lineage.heeds(one, case.me)]
    if beyond and not named and any(one.verdict != "quarantine" for one in beyond):
        case.tracing.note(
            "lineage.trust", "source", case.policy.source, f"{beyond[0].source} is trusted more"
        )
        return case.answer(Store(Why(Reason.LESS_TRUSTED, {"source": beyond[0].source})))
    wrong = in_error(case.alert)
    case.tracing.note("correction.in_error", "note", case.alert.note, wrong)
    if wrong and (plan := _correction(case, named)):
        return case.answer(Stop(Why(Reason.CORRECTED)), plan, endings)
    why = Why(Reason.LIFTED if named else Reason.NOTHING_TO_STOP)
    return case.answer(Stop(why), None if wrong else _lift(case, named), endings)


def cancelled(case: Case) -> list[Ending]:
    """The ends of what a Cancel or an end of event names."""
    return _ended(case.before, Why(Reason.CANCELLED, {"by": case.alert.identifier}))


def replaced(case: Case, kin: Sequence[Past] = (), targets: Sequence[str] = ()) -> list[Ending]:
    """An Update ends the plans of what it names, also where its own area or hour keeps it silent; what one road says anew for all the speakers of
    another's plan ends that."""
    spoken_for = [one for one in kin if one.plan and targets and set(one.plan.targets) <= set(targets)]
    return _ended([*case.before, *spoken_for], Why(Reason.REPLACED, {"by": case.alert.identifier}))


def overtaken(case: Case, hazard: Hazard, targets: Sequence[str]) -> list[Ending]:
    """Lifts of the same hazard that still wait for the morning: with a new warning there they would be a false all-clear."""
    waiting = (
        one.plan
        for one in case.past
        if one.plan and one.live and one.plan.act is Act.LIFT and not one.sounded
    )
    return [
        Ending(plan.id, Why(Reason.REPLACED, {"by": case.alert.identifier}))
        for plan in waiting
        if not set(plan.targets).isdisjoint(targets)
        and any(script.lifts(part.script, hazard) for part in plan.parts)
    ]


def ready(said: Mapping[Script, Info]) -> tuple[Script, ...]:
    """What will be wanted in a hurry once these words sound: the lift of each but for its time, and the correction of each, in order."""
    signals = [(info.sender_name, meaning.hazard(info), meaning.level(info)) for info in said.values()]
    lifts = tuple(dict.fromkeys(script.lift(*signal, None, moved=True) for signal in signals))
    return lifts + tuple(script.correction(*signal) for signal in signals)


def _ended(named: Sequence[Past], why: Why) -> list[Ending]:
    return [
        Ending(one.plan.id, why) for one in named if one.plan and one.live and one.plan.act is not Act.MOVE
    ]


def _told(case: Case, one: Past) -> bool:
    """Whether an earlier end has already said so: the second Cancel of one warning says nothing new. After a lift a correction is news."""
    before = lineage.ends_of(one, case.past)
    acts = {end.plan.act for end in before if end.plan and end.alert.key != case.alert.key}
    return Act.CORRECTION in acts or (Act.LIFT in acts and not in_error(case.alert))


def _correction(case: Case, named: Sequence[Past]) -> Plan | None:
    wrong = {one.plan.id: one for one in named if one.plan and one.sounded and not _told(case, one)}
    return plan_correction(
        [one.plan for one in wrong.values() if one.plan],
        case.now,
        {plan: one.sounded for plan, one in wrong.items()},
        case.roster,
        case.rules,
        case.alert.key.digest,
    )


def _lift(case: Case, named: Sequence[Past]) -> Plan | None:
    """The lift, at each speaker of the newest signal that sounded there; None where nothing did."""
    said: dict[str, Script] = {}
    moved = {
        target
        for one in case.past
        if one.plan and one.live and one.plan.act is Act.MOVE
        for target in one.plan.targets
    }
    for one in sorted(named, key=lambda past: past.at):
        if (one.plan and one.plan.act is Act.MOVE) or _told(case, one):
            continue
        chosen, other = block.by_speaker(one.alert.infos, case.roster), block.chinese(one.alert.infos)
        for speaker in one.sounded:
            said[speaker] = _words(case, chosen.get(speaker, other), moved=speaker in moved)
    targets = [speaker.id for speaker in case.roster.outdoors if speaker.id in said]
    if not targets:
        return None
    parts = tuple(
        Part(tuple(target for target in targets if said[target] == words), words)
        for words in dict.fromkeys(said[target] for target in targets)
    )
    start = _start(case)
    return Plan(
        plan_id(case.alert.key.digest, Act.LIFT, case.alert.sent),
        case.alert.key.digest,
        Act.LIFT,
        Class.YELLOW,
        parts,
        Schedule(2, (0.0,)),
        start,
        start + NO_EXPIRES,
        case.roster.version,
        tier=case.policy.tier,
    )


def _words(case: Case, lifted: Info | None, *, moved: bool) -> Script:
    hazard, level = (
        (meaning.hazard(lifted), meaning.level(lifted)) if lifted else (Hazard("", "", ""), Level.UNKNOWN)
    )
    issuer = _issuer(case.alert.infos, lifted)
    return script.lift(issuer, hazard, level, case.alert.sent, moved=moved)


def _issuer(infos: Sequence[Info], lifted: Info | None) -> str:
    """Who lifts it, by the name that was heard where the end has only a translated one."""
    said = [info.sender_name for info in sorted(infos, key=block.language) if info.sender_name]
    heard = [lifted.sender_name] if lifted and lifted.sender_name else []
    chinese = [name for name in said + heard if block.HAN.search(name)]
    return next(iter(chinese + said + heard), "")


def _start(case: Case) -> datetime:
    """After quiet hours. Where the clock cannot be trusted, when it will have come to the time at which the lift was sent."""
    now = case.now if case.trusted else case.alert.sent
    start = case.rules.quiet_until(now) or now
    case.tracing.note("lift.start", "quiet hours", now.isoformat(), start.isoformat())
    return start
