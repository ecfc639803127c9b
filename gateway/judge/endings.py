"""Endings: the plans that a document stops, and how that is said.

A lift waits for the end of quiet hours, a correction is said at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.announcements import script
from gateway.codes import meaning
from gateway.judge import block, lineage, question
from gateway.judge.case import Case
from gateway.judge.correction import in_error, plan_correction
from gateway.judge.schedule import NO_EXPIRES
from gateway.model.alert import Info
from gateway.model.deed import Deed
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Act, Class, Plan, Schedule, Script, parts_of, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Stop, Store


def end(case: Case) -> Judgement:
    """Stop the documents that it names, and say so where they sounded.

    A move order is not stopped: it ends by the return notice of its issuer. A document that names only
    warnings of a more trusted road is not obeyed. One that names nothing that still stands may mean another
    warning of its issuer: then people are asked (`question`).
    """
    documents, agreed = question.named(case), question.agreed(case)
    if agreed:
        documents = [*documents, *(other for other in agreed if other not in documents)]
    if in_error(case.alert):
        documents = [
            *documents,
            *(one for one in lineage.apart(case.alert, case.past) if one not in documents),
        ]
    endings = cancelled(case, documents)
    if (asked := _orders(case, documents)) is not None:
        return case.answer(asked)
    case.tracing.note(
        "lineage.names",
        "references",
        [document.alert.identifier for document in documents],
        f"{len(endings)} live",
    )
    if (barred := _less_trusted(case)) and not documents:
        return case.answer(barred)
    if not agreed and (asked := question.ask(case)):
        return case.answer(asked)
    erroneous = in_error(case.alert)
    if erroneous:
        endings += _taken_back(case, documents)
    case.tracing.note("correction.in_error", "note", case.alert.note, erroneous)
    keys = tuple(dict.fromkeys(document.alert.key.digest for document in documents))
    if erroneous and (plan := _correction(case, documents)):
        return case.answer(Stop(Why(Reason.CORRECTED), keys), plan, endings)
    nothing = Reason.NO_SPEAKER_IN_AREA if case.standing.nobody_here else Reason.NOTHING_TO_STOP
    why = Why(Reason.LIFTED if documents else nothing)
    return case.answer(Stop(why, keys), None if erroneous else _lift(case, documents), endings)


def _orders(case: Case, documents: Sequence[Past]) -> Hold | Store | None:
    """The answer to an end that would take back a move order, or to a correction that names nothing.

    A lift ends no order. A correction ends one of its own sender after a person's yes: a false one leaves
    people in danger.
    """
    moves = [
        one for one in documents if one.plan and one.plan.act is Act.MOVE and (one.living or one.sounded)
    ]
    names = "、".join(question.title(one) for one in moves)
    if not in_error(case.alert):
        only = bool(moves) and len(moves) == len(documents)
        return Store(Why(Reason.ORDER_STANDS, {"names": names})) if only else None
    if case.deed is Deed.CORRECTION and not case.alert.references:
        nothing = Store(Why(Reason.NOTHING_TO_STOP))
        return nothing if case.passed(Reason.CORRECTS_NOTHING) else Hold(Why(Reason.CORRECTS_NOTHING))
    if any(one.alert.sender != case.alert.sender for one in moves):
        return Store(Why(Reason.ORDER_STANDS, {"names": names}))
    if not moves or case.passed(Reason.CORRECTION_WAITS):
        return None
    return Hold(Why(Reason.CORRECTION_WAITS, {"sender": case.alert.sender, "names": names}))


def _taken_back(case: Case, documents: Sequence[Past]) -> list[Ending]:
    """The endings of move orders that a correction takes back."""
    why = Why(Reason.CANCELLED, {"by": case.alert.identifier})
    plans = (plan for document in documents for plan in document.living)
    return [Ending(plan.id, why) for plan in plans if plan.act is Act.MOVE]


def alike(case: Case) -> Judgement | None:
    """The judgement on an Alert or Update that reads like an end. None where it reads like none, or where a
    person let it through.

    It is the lift of what it names or, if people say so, of a warning of its issuer. It is never aired as a
    new warning by itself, whatever level it bears.
    """
    asked = question.alike(case)
    if asked is None:
        return None
    if (
        isinstance(asked, Store)
        and not lineage.named(case.document, case.past)
        and not case.standing.warnings
    ):
        return case.answer(asked)
    answer = end(case)
    ended_nothing = answer.verdict.why.reason in (Reason.NOTHING_TO_STOP, Reason.NO_SPEAKER_IN_AREA)
    return case.answer(asked) if ended_nothing else answer


def _less_trusted(case: Case) -> Store | None:
    """The answer to an end that names warnings of a more trusted road, or can mean no others."""
    named = lineage.named(case.document, case.past)
    trusted_more = [document for document in named if not lineage.heeds(document, case.document)]
    trusted_more = trusted_more or ([] if case.standing.warnings else case.standing.barred)
    if all(document.verdict == "quarantine" for document in trusted_more):
        return None
    case.tracing.note(
        "lineage.trust", "source", case.policy.source, f"{trusted_more[0].source} is trusted more"
    )
    return Store(Why(Reason.LESS_TRUSTED, {"source": trusted_more[0].source}))


def cancelled(case: Case, documents: Sequence[Past]) -> list[Ending]:
    """The endings of the plans of these documents, which a Cancel or an end of event ends."""
    return _ended(documents, Why(Reason.CANCELLED, {"by": case.alert.identifier}))


def replaced(case: Case, kin: Sequence[Past] = (), targets: Sequence[str] = ()) -> list[Ending]:
    """The endings that an Update brings: of the documents it names, even if its own area or hour keeps it
    silent.

    A plan of another road (`kin`) ends if all its speakers are among `targets`, which say the warning again.
    """
    covered = [road for road in kin if road.plan and targets and set(road.plan.targets) <= set(targets)]
    return _ended([*case.before, *covered], Why(Reason.REPLACED, {"by": case.alert.identifier}))


def renewed(case: Case, plan: Plan) -> list[Ending]:
    """The endings that an Update with an act brings: of the orders or the notices of its own sender that it
    names and says again at all their speakers. It ends no warning."""
    return [
        Ending(earlier.id, Why(Reason.REPLACED, {"by": case.alert.identifier}))
        for document in (*case.before, *lineage.apart(case.alert, case.past))
        if document.alert.sender == case.alert.sender
        for earlier in document.living
        if earlier.act is plan.act and set(earlier.targets) <= set(plan.targets)
    ]


def outdone(case: Case, documents: Sequence[Past]) -> list[Ending]:
    """The endings of earlier issues that a worse one says again."""
    return _ended(documents, Why(Reason.REPLACED, {"by": case.alert.identifier}))


def overtaken(case: Case, hazard: Hazard, targets: Sequence[str]) -> list[Ending]:
    """The endings of lifts of the same hazard that still wait for the morning.

    Beside a new warning they would be a false all-clear.
    """
    waiting = (
        document.plan
        for document in case.past
        if document.plan and document.live and document.plan.act is Act.LIFT and not document.sounded
    )
    return [
        Ending(plan.id, Why(Reason.REPLACED, {"by": case.alert.identifier}))
        for plan in waiting
        if not set(plan.targets).isdisjoint(targets)
        and any(script.lifts(part.script, hazard) for part in plan.parts)
    ]


def ready(blocks: Mapping[Script, Info]) -> tuple[Script, ...]:
    """Scripts that may be wanted in a hurry once these blocks sound: the lift of each, without its time, and
    the correction of each, in order."""
    signals = [(info.sender_name, meaning.hazard(info), meaning.level(info)) for info in blocks.values()]
    lifts = tuple(dict.fromkeys(script.lift(*signal, None, moved=True) for signal in signals))
    return lifts + tuple(script.correction(*signal) for signal in signals)


def _ended(documents: Sequence[Past], why: Why) -> list[Ending]:
    return [
        Ending(plan.id, why) for document in documents for plan in document.living if plan.act is not Act.MOVE
    ]


def _said_already(case: Case, document: Past) -> bool:
    """Whether an earlier end has said so already.

    A second Cancel says nothing new; a correction after a lift does.
    """
    ends = lineage.ends_of(document, case.past)
    acts = {end.plan.act for end in ends if end.plan and end.alert.key != case.alert.key}
    return Act.CORRECTION in acts or (Act.LIFT in acts and not in_error(case.alert))


def _correction(case: Case, documents: Sequence[Past]) -> Plan | None:
    erroneous = {
        document.plan.id: document
        for document in documents
        if document.plan and document.sounded and not _said_already(case, document)
    }
    return plan_correction(
        [document.plan for document in erroneous.values() if document.plan],
        case.now,
        {plan: document.sounded for plan, document in erroneous.items()},
        case.roster,
        case.rules,
        case.alert.key.digest,
    )


def _lift(case: Case, documents: Sequence[Past]) -> Plan | None:
    """The lift, at each speaker of the newest signal that sounded there. None if nothing sounded."""
    scripts: dict[str, Script] = {}
    moved = {
        target
        for document in case.past
        if document.plan and document.live and document.plan.act is Act.MOVE
        for target in document.plan.targets
    }
    for document in sorted(documents, key=lambda past: past.at):
        if (document.plan and document.plan.act in (Act.MOVE, Act.NOTICE)) or _said_already(case, document):
            continue
        chosen = block.by_speaker(document.alert.infos, case.roster)
        fallback = block.chinese(document.alert.infos)
        for speaker in document.sounded:
            scripts[speaker] = _words(case, chosen.get(speaker, fallback), moved=speaker in moved)
    warned = _warned_since(case, documents)
    targets = [
        speaker.id for speaker in case.roster.outdoors if speaker.id in scripts and speaker.id not in warned
    ]
    if not targets:
        return None
    parts = parts_of({target: scripts[target] for target in targets})
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


def _warned_since(case: Case, documents: Sequence[Past]) -> frozenset[str]:
    """The speakers of warnings of these hazards that were issued after this end and stand: a lift beside them
    would be a false all-clear."""
    ended = {document.alert.key for document in documents}
    hazards = {meaning.hazard(info).code for document in documents for info in document.alert.infos}
    return frozenset(
        target
        for other in case.past
        if other.alert.key not in ended and other.alert.sent > case.alert.sent
        for plan in other.living
        if plan.act is Act.WARNING and hazards & {meaning.hazard(info).code for info in other.alert.infos}
        for target in plan.targets
    )


def _words(case: Case, lifted: Info | None, *, moved: bool) -> Script:
    hazard, level = (
        (meaning.hazard(lifted), meaning.level(lifted)) if lifted else (Hazard("", "", ""), Level.UNKNOWN)
    )
    issuer = _issuer(case.alert.infos, lifted)
    issued = None if case.ahead else case.alert.sent
    return script.lift(issuer, hazard, level, issued, moved=moved)


def _issuer(infos: Sequence[Info], lifted: Info | None) -> str:
    """The issuer of the lift. If the end has only a translated name, the name that was said before."""
    names = [info.sender_name for info in sorted(infos, key=block.language) if info.sender_name]
    lifted_names = [lifted.sender_name] if lifted and lifted.sender_name else []
    chinese = [name for name in names + lifted_names if block.HAN.search(name)]
    return next(iter(chinese + names + lifted_names), "")


def _start(case: Case) -> datetime:
    """When a lift begins: after quiet hours.

    If the clock cannot be trusted, the time at which it was sent counts as now.
    """
    now = case.now if case.trusted else case.alert.sent
    start = case.rules.quiet_until(now) or now
    case.tracing.note("lift.start", "quiet hours", now.isoformat(), start.isoformat())
    return start
