"""A warning that may sound: at which speakers, at what hour, how often, in what words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.announcements import script
from gateway.announcements.sayable import foreign
from gateway.codes import meaning
from gateway.judge import area, block, bounds, elsewhere, endings, guard, question, reissue, road, schedule
from gateway.judge.acted import asked
from gateway.judge.audience import Audience
from gateway.judge.case import Case
from gateway.judge.characters import rare
from gateway.judge.deed import deed, ordered, written
from gateway.judge.ended import over
from gateway.judge.notice import notice
from gateway.judge.parts import parts
from gateway.judge.relay import class_of, relay, uncertain
from gateway.model.alert import Info, MsgType
from gateway.model.deed import Deed
from gateway.model.hazard import Level
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Act, Class, Part, Plan, Schedule, Script, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Hold, Store, Verdict

OPEN = "polygon: open"
"""The fault of a ring that was closed for its sender."""


def warn(case: Case) -> Judgement:
    """The judgement on an Alert or Update that is no end."""
    going_on = [info for info in case.alert.infos if not over(info, case.alert)]
    if not any(map(_says, going_on)):
        return case.answer(_silent(case))
    current = _current(case, going_on)
    if not current:
        latest = max(schedule.ends(info, case.alert.sent) for info in case.alert.infos)
        why = Why(Reason.EXPIRED, {"expires": latest.isoformat(timespec="minutes")})
        return case.answer(Store(why), None, endings.replaced(case))
    blocks = [info for info in current if not meaning.green(info)]
    if not blocks:
        return case.answer(Store(Why(Reason.NO_WARNING)), None, endings.replaced(case))
    everywhere = _nowhere(case, blocks)
    if isinstance(everywhere, Judgement):
        return everywhere
    if not case.deed and (past := question.over(case)):
        return case.answer(past)
    chosen = block.by_speaker(
        [*blocks, *(info for info in case.alert.infos if over(info, case.alert))],
        case.roster,
        lambda info: over(info, case.alert),
        everywhere=everywhere,
    )
    _trace(case, blocks, chosen)
    return _for_speakers(
        case, {name: info for name, info in chosen.items() if not over(info, case.alert)}, chosen
    )


def _silent(case: Case) -> Verdict:
    """The verdict on a document without words: a person looks at one whose words were lost on the way."""
    lost = case.alert.lost
    return Hold(lost) if lost and not case.passed(lost.reason) else Store(Why(Reason.NO_TEXT))


def _says(info: Info) -> bool:
    """Whether there are words to say: its own, those of an order, or the hazard's by its code."""
    return bool(info.headline or info.description or info.event or ordered(info) or meaning.hazard(info).code)


def _current(case: Case, blocks: Sequence[Info]) -> list[Info]:
    """The blocks that hold now. While the clock cannot be trusted, those that had not ended at a time that is
    known to be past."""
    ends = [schedule.ends(info, case.alert.sent) for info in blocks]
    since = case.now if case.trusted else case.earliest
    current = [info for info, end in zip(blocks, ends, strict=True) if since is None or end > since]
    answer = f"{len(current)} of {len(ends)} hold" + ("" if case.trusted else ", time uncertain")
    case.tracing.note("expiry", "expires", [at.isoformat() for at in ends], answer)
    for wrong in dict.fromkeys(schedule.impossible(info, case.alert.sent) for info in current):
        if wrong:
            case.flag(_impossible(wrong))
    return current


def _impossible(wrong: datetime) -> Why:
    return Why(Reason.EXPIRES_IMPOSSIBLE, {"expires": wrong.isoformat(timespec="minutes")})


def _nowhere(case: Case, current: Sequence[Info]) -> bool | Judgement:
    """Whether the whole site is meant because no block names a place: by the source's policy, or since a
    person said yes.

    Otherwise a warning without a place is held or stored, which is returned.
    """
    if any(area.usable(info, case.roster) for info in current):
        return False
    unread = [defect.saw for defect in case.alert.defects if defect.element == "areas"]
    whole = case.policy.no_area == "whole" and not unread  # it meant a place, and nobody knows which
    whole_site = whole or case.passed(Reason.NO_AREA) or case.passed(Reason.AREAS_UNREADABLE)
    case.tracing.note(
        "area.none", "area", [element.description for info in current for element in info.areas], whole_site
    )
    if whole_site:
        return True
    worst = min(current, key=meaning.level)
    why = Why(Reason.AREAS_UNREADABLE, {"saw": "、".join(unread)}) if unread else Why(Reason.NO_AREA)
    return case.answer(Store(why) if case.rule(worst).silent else Hold(why))


def _trace(case: Case, current: Sequence[Info], chosen: Mapping[str, Info]) -> None:
    hearing: defaultdict[int, list[str]] = defaultdict(list)
    for name, info in chosen.items():
        hearing[id(info)].append(name)
    for info in current:
        speakers, coverages = hearing[id(info)], area.coverages(info, case.roster)
        saw = [region.code for region in area.regions(info)] or [
            element.description for element in info.areas
        ]
        case.tracing.note("area", "geocode, polygon, circle", saw, f"{len(speakers)} speakers", speakers)
        elsewhere.note(case, info)
        for fault in dict.fromkeys(fault for coverage in coverages for fault in coverage.faults):
            repaired = fault == OPEN
            case.tracing.note("area.fault", "polygon, circle", fault, "put right" if repaired else "left out")
        case.tracing.note("block", "language", info.language, f"level {meaning.level(info).name.lower()}")


def _for_speakers(case: Case, chosen: dict[str, Info], everybody: Mapping[str, Info]) -> Judgement:
    """The judgement for these speakers and blocks.

    `everybody` has also the speakers for which the warning is over.
    """
    kin = road.kindred(case.document, case.past)
    chosen, heard = road.missing(chosen, kin, case.roster)
    if kin and not chosen:
        case.tracing.note("road", "identifier", case.alert.kin, f"said by {kin[0].source}")
        return case.answer(Store(Why(Reason.OTHER_ROAD, {"as": kin[0].source})))
    if kin:
        chosen = _fuller(case, chosen, kin)
    acted = bool(case.deed and not case.alert.station)
    audience = Audience.first(case, chosen) if acted else Audience.of(case, chosen, everybody, heard, kin)
    _unplaced(case, chosen)
    if not audience.everybody:
        return case.answer(*_nobody(case))
    issued = None if audience.updated else reissue.reissue(case, audience.chosen)
    if issued and not issued.chosen:
        return case.answer(Store(Why(Reason.SAME_RECENTLY, {"as": issued.earlier[-1].alert.identifier})))
    audience = audience.issued_again(case, issued) if issued else audience
    worst = min(audience.blocks, key=meaning.level)
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    _levels(case, worst, level)
    plan = _plan(case, audience, worst, kin)
    if unusual := rare(plan):
        case.flag(unusual)
    told = asked(case, worst, plan) if acted else notice(case, worst)
    held = told or elsewhere.elsewhere(case, worst, plan) or elsewhere.assumed(case, worst)
    verdict = held or _doubted(case, worst) or _relayed(case, audience, plan, worst)
    # What nobody has said yes to ends nothing: the warning of before goes on until somebody does.
    asks = told is not None or (isinstance(verdict, Hold) and verdict.until is None)
    ended = (
        [] if asks else endings.renewed(case, plan) if acted else endings.replaced(case, kin, plan.targets)
    )
    if isinstance(verdict, (Air, Hold)) and not asks:
        ended += endings.overtaken(case, hazard, plan.targets)
    if issued and isinstance(verdict, Air):
        ended += endings.outdone(case, issued.replaced(case))
    return case.answer(verdict, plan if isinstance(verdict, Air) else None, ended)


def _fuller(case: Case, chosen: Mapping[str, Info], kin: Sequence[Past]) -> dict[str, Info]:
    """The blocks with what the same warning said over its other roads."""
    fuller = {id(info): road.fullest(info, kin) for info in block.distinct(chosen)}
    case.tracing.note("road", "identifier", case.alert.kin, f"{len(chosen)} lack something", chosen)
    return {name: fuller[id(info)] for name, info in chosen.items()}


def _nobody(case: Case) -> tuple[Verdict, None, list[Ending]]:
    """The answer if no speaker is meant.

    If a shape is meant and some speaker's position is unknown, a person looks.
    """
    shaped = any(
        coverage.shapes for info in case.alert.infos for coverage in area.coverages(info, case.roster)
    )
    unplaced = case.roster.unplaced
    heeded = any(not case.rule(info).silent for info in case.alert.infos)
    if shaped and unplaced and heeded and not case.passed(Reason.NO_POSITION):
        return Hold(Why(Reason.NO_POSITION, {"speakers": str(unplaced)})), None, []
    return Store(Why(Reason.NO_SPEAKER_IN_AREA)), None, endings.replaced(case)


def _unplaced(case: Case, chosen: Mapping[str, Info]) -> None:
    """Flag that no shape finds a speaker of unknown position."""
    shaped = any(
        coverage.shapes for info in case.alert.infos for coverage in area.coverages(info, case.roster)
    )
    unplaced = case.roster.unplaced
    if chosen and shaped and unplaced:
        case.flag(Why(Reason.NO_POSITION, {"speakers": str(unplaced)}))


def _levels(case: Case, worst: Info, level: Level) -> None:
    """Note how the level was found.

    If number and title name different levels, the worse one holds and is flagged.
    """
    case.tracing.note("meaning.hazard", "eventCode, event, headline", worst.event, meaning.hazard(worst).zh)
    claimed = {where: level_there.name.lower() for where, level_there in meaning.levels(worst).items()}
    case.tracing.note("meaning.level", "headline, parameter, severity", claimed, level.name)
    if foreign(worst) and not script.recording(case.alert, worst):
        case.flag(Why(Reason.CANNOT_BE_SAID, {"language": worst.language}))
    if written(worst) and not deed(worst):
        case.flag(Why(Reason.NOTICE_WARNS, {"act": written(worst)}))
    if meaning.unclear(worst):
        case.flag(Why(Reason.LEVELS_DIFFER, {"level": level.name.lower()}))


def _doubted(case: Case, worst: Info) -> Hold | None:
    """A hold if a time of the document is far beyond its bound. What is beyond it is flagged.

    An Update that ends before it was sent may be meant as an end: a person looks.
    """
    held: Hold | None = None
    wrong = schedule.impossible(worst, case.alert.sent)
    if wrong and case.alert.msg_type is MsgType.UPDATE and not case.rule(worst).silent:
        held = None if case.passed(Reason.EXPIRES_IMPOSSIBLE) else Hold(_impossible(wrong))
    ends, now = schedule.ends(worst, case.alert.sent), case.now if case.trusted else None
    for why, far in bounds.doubts(case.alert.sent, ends, now, meaning.hazard(worst).code):
        if far and not case.rule(worst).silent and not case.passed(why.reason):
            case.tracing.note("bounds", "sent, expires", why.reason, "hold")
            held = held or Hold(why)
        else:
            case.flag(why)
    return held


def _relayed(case: Case, audience: Audience, plan: Plan, worst: Info) -> Verdict:
    """The verdict of the site's rules for the hour at which it would begin, and then of the guard."""
    if case.deed and case.deed.order and not case.alert.station:
        return Air(Why(Reason.ORDERED, {"act": case.deed.value}))
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    rule, fields = case.rule(worst), {"hazard": hazard.zh or "?", "level": level.name.lower()}
    if audience.only_told and not (audience.chosen and rule.asks):
        case.tracing.note("relay", "references", f"{len(plan.targets)} heard the former text", "air")
        return Air(Why(Reason.UPDATED, fields))
    if not case.trusted:
        verdict: Verdict = uncertain(rule, fields, case.now, case.held, grave=plan.class_.grave)
        case.tracing.note("clock", "trusted", case.now.isoformat(), f"time uncertain: {_said(verdict)}")
    else:
        points = not audience.risk_points.isdisjoint(plan.targets)
        verdict = relay(case.rules, rule, fields, case.now, case.held, start=plan.start, risk_points=points)
        saw = f"{hazard.zh} {level.name} {plan.start:%H:%M} {case.policy.source}"
        saw += "" if points else ", no risk point there"
        case.tracing.note("relay", "hazard, level, hour, source", saw, _said(verdict))
    if case.deed and case.deed.tells and verdict.why.reason is Reason.HELD_AT_NIGHT:
        verdict = _by_day(case.deed, verdict)
    if isinstance(verdict, Air):
        barred = guard.may_air(plan, case.held, case.rules, trusted=case.trusted)
        figures = f"{plan.class_.name} {len(plan.targets)}"
        case.tracing.note("guard", "class, speakers, hour", figures, bool(barred))
        verdict = barred or verdict
    return verdict


def _by_day(deed: Deed, verdict: Verdict) -> Verdict:
    """The hold of a notice in quiet hours, for a reason of its own: it rings nobody."""
    assert isinstance(verdict, Hold)
    until = f"{verdict.until:%H:%M}" if verdict.until else ""
    return replace(verdict, why=Why(Reason.TOLD_BY_DAY, {"act": deed.value, "until": until}))


def _said(verdict: Verdict) -> str:
    return f"{verdict.name}: {verdict.why.reason}"


def _plan(case: Case, audience: Audience, worst: Info, kin: Sequence[Past]) -> Plan:
    sent = case.alert.sent
    act = _act(worst)
    until = min(schedule.ends(info, sent) for info in audience.blocks)
    start = _start(case, audience.blocks)
    pairs = parts(case, audience)
    # A road that adds to another's plan has a plan of its own, although the document is the same.
    seed = f"{case.alert.key.digest} {case.policy.source}" if kin else case.alert.key.digest
    return Plan(
        plan_id(seed, act, sent),
        case.alert.key.digest,
        act,
        _class(case, audience, worst),
        tuple(part for part, _ in pairs),
        _schedule(case, worst, start, until),
        start,
        None if act is Act.MOVE else until,
        case.roster.version,
        _ready(act, pairs),
        case.policy.tier,
    )


def _act(worst: Info) -> Act:
    if ordered(worst):
        return Act.MOVE
    return Act.NOTICE if deed(worst) else Act.WARNING


def _ready(act: Act, pairs: Sequence[tuple[Part, Info]]) -> tuple[Script, ...]:
    """The scripts that may be wanted in a hurry. Nothing lifts an order or a notice; it may be corrected."""
    said = {part.script: info for part, info in pairs}
    return endings.ready(said) if act is Act.WARNING else tuple(script.correction_of(act) for _ in said)


def _class(case: Case, audience: Audience, worst: Info) -> Class:
    if ordered(worst):
        return Class.MOVE
    if deed(worst):
        return Class.NOTICE
    return class_of(meaning.level(worst), case.rule(worst).least) if audience.chosen else Class.YELLOW


def _schedule(case: Case, worst: Info, start: datetime, until: datetime) -> Schedule:
    if ordered(worst):
        return case.rules.move(start)
    if deed(worst):
        return case.rules.schedule(Level.UNKNOWN, until)
    return schedule.schedule(worst, meaning.level(worst), start, until, case.tracing, case.rules)


def _start(case: Case, infos: Sequence[Info]) -> datetime:
    """Now, or the earliest window of these blocks: a village is warned too early rather than too late.

    If the clock cannot be trusted, no window is waited for.
    """
    windows = [schedule.begins(info, case.alert.sent, case.ahead) for info in infos]
    start = max(case.now, min(at or case.now for at in windows)) if case.trusted else case.now
    if start > case.now:
        case.tracing.note("schedule.window", "effective", start.isoformat(), "waits for it")
    return start
