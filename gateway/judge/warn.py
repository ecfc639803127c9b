"""A warning that may sound: where, at what hour, how often, in what words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.announcements import sayable as tongue
from gateway.announcements import script
from gateway.codes import meaning
from gateway.judge import area, block, endings, guard, lineage, road, schedule
from gateway.judge.audience import Audience
from gateway.judge.case import Case
from gateway.judge.ended import over
from gateway.judge.parts import parts
from gateway.judge.relay import class_of, relay
from gateway.judge.threshold import ordered
from gateway.model.alert import Info, MsgType
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Act, Class, Plan, Schedule, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Store, Verdict

OPEN = "polygon: open"
"""The fault of a ring that was closed for its sender."""


def warn(case: Case) -> Judgement:
    """What becomes of an Alert or Update that has not ended."""
    lasting = [info for info in case.alert.infos if not over(info, case.alert)]
    if not any(info.headline or info.description or info.event for info in lasting):
        return case.answer(Store(Why(Reason.NO_TEXT)))
    current = _current(case, lasting)
    if not current:
        latest = max(schedule.ends(info, case.alert.sent) for info in case.alert.infos)
        why = Why(Reason.EXPIRED, {"expires": latest.isoformat(timespec="minutes")})
        return case.answer(Store(why), None, endings.replaced(case))
    warning = [info for info in current if not meaning.green(info)]
    if not warning:
        return case.answer(Store(Why(Reason.NO_WARNING)), None, endings.replaced(case))
    nowhere = _nowhere(case, warning)
    if isinstance(nowhere, Judgement):
        return nowhere
    chosen = block.by_speaker(
        [*warning, *(info for info in case.alert.infos if over(info, case.alert))],
        case.roster,
        lambda info: over(info, case.alert),
        everywhere=nowhere,
    )
    _trace(case, warning, chosen)
    return _meant(case, {name: info for name, info in chosen.items() if not over(info, case.alert)}, chosen)


def _current(case: Case, lasting: Sequence[Info]) -> list[Info]:
    """The blocks that hold now; all of them while nobody can tell."""
    ends = [schedule.ends(info, case.alert.sent) for info in lasting]
    current = [info for info, end in zip(lasting, ends, strict=True) if end > case.now or not case.trusted]
    answer = f"{len(current)} of {len(ends)} hold" if case.trusted else "time uncertain"
    case.tracing.note("expiry", "expires", [at.isoformat() for at in ends], answer)
    return current


def _nowhere(case: Case, current: Sequence[Info]) -> bool | Judgement:
    """Whether it names no place and the whole site is meant: by the source's policy, or since a person let it go. Never silently nowhere."""
    if any(area.usable(info, case.roster) for info in current):
        return False
    whole = case.policy.no_area == "whole" or case.passed(Reason.NO_AREA)
    case.tracing.note("area.none", "area", [one.description for info in current for one in info.areas], whole)
    if whole:
        return True
    worst = min(current, key=meaning.level)
    if case.rule(worst).silent:
        return case.answer(Store(Why(Reason.NO_AREA)))
    return case.answer(Hold(Why(Reason.NO_AREA)))


def _trace(case: Case, current: Sequence[Info], chosen: Mapping[str, Info]) -> None:
    hearing: defaultdict[int, list[str]] = defaultdict(list)
    for name, info in chosen.items():
        hearing[id(info)].append(name)
    for info in current:
        said, areas = hearing[id(info)], area.meant(info, case.roster)
        saw = [region.code for region in area.regions(info)] or [one.description for one in info.areas]
        case.tracing.note("area", "geocode, polygon, circle", saw, f"{len(said)} speakers", said)
        for fault in dict.fromkeys(fault for one in areas for fault in one.faults):
            right = fault == OPEN
            case.tracing.note("area.fault", "polygon, circle", fault, "put right" if right else "left out")
        case.tracing.note("block", "language", info.language, f"level {meaning.level(info).name.lower()}")


def _meant(case: Case, chosen: dict[str, Info], everybody: Mapping[str, Info]) -> Judgement:
    """Who hears what of it."""
    kin = road.kindred(case.me, case.past)
    chosen, told = road.missing(chosen, kin, case.roster)
    if kin and not chosen:
        case.tracing.note("road", "identifier", case.alert.kin, f"said by {kin[0].source}")
        return case.answer(Store(Why(Reason.OTHER_ROAD, {"as": kin[0].source})))
    if kin:
        fuller = {id(info): road.fullest(info, kin) for info in block.distinct(chosen)}
        chosen = {name: fuller[id(info)] for name, info in chosen.items()}
        case.tracing.note("road", "identifier", case.alert.kin, f"{len(chosen)} lack something", chosen)
    audience = Audience.of(case, chosen, everybody, told, kin)
    _unplaced(case, chosen)
    if not audience.everybody:
        return case.answer(*_nobody(case))
    worst = min(audience.blocks, key=meaning.level)
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    _levels(case, worst, level)
    if not audience.updated and (same := _same_before(case, hazard, level, audience.chosen)):
        return case.answer(Store(Why(Reason.SAME_RECENTLY, {"as": same.alert.identifier})))
    plan = _plan(case, audience, worst, kin)
    verdict = _elsewhere(case, worst, level, plan) or _relayed(case, audience, plan, worst)
    before = endings.replaced(case, kin, plan.targets)
    if isinstance(verdict, (Air, Hold)):
        before += endings.overtaken(case, hazard, plan.targets)
    return case.answer(verdict, plan if isinstance(verdict, Air) else None, before)


def _nobody(case: Case) -> tuple[Verdict, None, list[Ending]]:
    """Nobody of ours, as far as is known: where a shape is meant and nobody knows where our speakers stand, a person looks."""
    shaped = any(one.shapes for info in case.alert.infos for one in area.meant(info, case.roster))
    unplaced = case.roster.unplaced
    heeded = any(not case.rule(info).silent for info in case.alert.infos)
    if shaped and unplaced and heeded and not case.passed(Reason.NO_POSITION):
        return Hold(Why(Reason.NO_POSITION, {"speakers": str(unplaced)})), None, []
    return Store(Why(Reason.NO_SPEAKER_IN_AREA)), None, endings.replaced(case)


def _unplaced(case: Case, chosen: Mapping[str, Info]) -> None:
    """Speakers of unknown position are found by no shape; somebody should know."""
    shaped = any(one.shapes for info in case.alert.infos for one in area.meant(info, case.roster))
    left = case.roster.unplaced
    if chosen and shaped and left:
        case.flag(Why(Reason.NO_POSITION, {"speakers": str(left)}))


def _levels(case: Case, worst: Info, level: Level) -> None:
    """Number against title: the worse one wins, and somebody is told."""
    case.tracing.note("meaning.hazard", "eventCode, event, headline", worst.event, meaning.hazard(worst).zh)
    claimed = {where: one.name.lower() for where, one in meaning.levels(worst).items()}
    case.tracing.note("meaning.level", "headline, parameter, severity", claimed, level.name)
    if tongue.foreign(worst) and not script.recording(case.alert, worst):
        case.flag(Why(Reason.CANNOT_BE_SAID, {"language": worst.language}))
    if len(set(meaning.written(worst).values())) > 1:
        case.flag(Why(Reason.LEVELS_DIFFER, {"level": level.name.lower()}))


def _elsewhere(case: Case, worst: Info, level: Level, plan: Plan) -> Hold | None:
    """A county's code whose text names townships next door: a person looks, but a red airs (practice.md, Relay defaults)."""
    names = area.elsewhere(worst, case.roster)
    if not names or case.passed(Reason.OTHER_TOWNSHIPS):
        return None
    why = Why(Reason.OTHER_TOWNSHIPS, {"names": "、".join(names)})
    if plan.class_ <= Class.RED:
        case.flag(why)
        return None
    if case.rule(worst).silent:
        return None
    case.tracing.note("area.elsewhere", "description", "、".join(names), "hold")
    return Hold(why)


def _relayed(case: Case, audience: Audience, plan: Plan, worst: Info) -> Verdict:
    """What the township does with it at the hour at which it would begin; then the guard is asked."""
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    rule, fields = case.rule(worst), {"hazard": hazard.zh or "?", "level": level.name.lower()}
    if audience.only_told:
        case.tracing.note("relay", "references", f"{len(plan.targets)} heard the former text", "air")
        return Air(Why(Reason.UPDATED, fields))
    if not case.trusted and not rule.silent:
        saw = case.now.isoformat(sep=" ", timespec="seconds")
        uncertain = Hold(Why(Reason.CLOCK_UNTRUSTED, {"saw": saw}), case.now, "air")
        verdict: Verdict = Air(Why(Reason.AIRED, fields)) if plan.class_.grave else uncertain
        case.tracing.note("clock", "trusted", case.now.isoformat(), f"time uncertain: {verdict.name}")
    else:
        points = not audience.risk_points.isdisjoint(plan.targets)
        verdict = relay(case.rules, rule, fields, case.now, case.held, start=plan.start, risk_points=points)
        saw = f"{hazard.zh} {level.name} {plan.start:%H:%M} {case.policy.source}"
        case.tracing.note(
            "relay",
            "hazard, level, hour, source",
            saw + ("" if points else ", no risk point there"),
            _said(verdict),
        )
    if isinstance(verdict, Air) and case.trusted:
        barred = guard.may_air(plan, case.held, case.rules)
        case.tracing.note(
            "guard", "class, speakers, hour", f"{plan.class_.name} {len(plan.targets)}", bool(barred)
        )
        verdict = barred or verdict
    return verdict


def _said(verdict: Verdict) -> str:
    return f"{verdict.name}: {verdict.why.reason}"


def _same_before(case: Case, hazard: Hazard, level: Level, chosen: Mapping[str, Info]) -> Past | None:
    """The same hazard and level aired within three hours, with nothing new for anybody: not for an Update, which replaces its own, and not
    while nobody can tell how long ago that was."""
    if case.alert.msg_type is MsgType.UPDATE or not case.trusted or any(map(ordered, chosen.values())):
        return None
    said = {info.instruction for info in block.distinct(chosen)}
    for one in case.past:
        if (
            one.plan is None
            or one.plan.act is not Act.WARNING
            or one.plan.start <= case.now - case.rules.same_within
            or _ended_early(one)
            or lineage.withdrawn(one, case.past)
        ):
            continue
        alike = [
            info
            for info in one.alert.infos
            if meaning.hazard(info) == hazard and meaning.level(info) == level and info.instruction in said
        ]
        if alike and set(chosen) <= set(one.plan.targets):
            return one
    return None


def _ended_early(one: Past) -> bool:
    """A plan that was cancelled before it sounded anywhere silences no successor."""
    return not one.live and not one.sounded


def _plan(case: Case, audience: Audience, worst: Info, kin: Sequence[Past]) -> Plan:
    sent = case.alert.sent
    act = Act.MOVE if ordered(worst) else Act.WARNING
    until = min(schedule.ends(info, sent) for info in audience.blocks)
    start = _start(case, audience.blocks)
    said = parts(case, audience)
    # A road that adds to another's plan has one of its own: the same document over two roads must not be taken for one plan.
    seed = f"{case.alert.key.digest} {case.policy.source}" if kin else case.alert.key.digest
    return Plan(
        plan_id(seed, act, sent),
        case.alert.key.digest,
        act,
        _class(case, audience, worst),
        tuple(part for part, _ in said),
        _schedule(case, worst, start, until),
        start,
        None if act is Act.MOVE else until,
        case.roster.version,
        endings.ready({part.script: info for part, info in said}),
        case.policy.tier,
    )


def _class(case: Case, audience: Audience, worst: Info) -> Class:
    if ordered(worst):
        return Class.MOVE
    return class_of(meaning.level(worst), case.rule(worst).least) if audience.chosen else Class.YELLOW


def _schedule(case: Case, worst: Info, start: datetime, until: datetime) -> Schedule:
    if ordered(worst):
        return case.rules.move(start)
    return schedule.schedule(worst, meaning.level(worst), start, until, case.tracing, case.rules)


def _start(case: Case, infos: Sequence[Info]) -> datetime:
    """Now, or the earliest window of all that shall speak: a village is warned too early rather than too late. A clock that cannot be
    trusted waits for no window."""
    windows = [schedule.begins(info, case.alert.sent) for info in infos]
    start = max(case.now, min(at or case.now for at in windows)) if case.trusted else case.now
    if start > case.now:
        case.tracing.note("schedule.window", "effective", start.isoformat(), "waits for it")
    return start
