"""An exercise inside an open drill: said once, in the words of a drill, at the drill's speakers (CAP v1.2
§3.2.1 status; docs/practice.md, Drills).

Outside a drill `admit` stores it. It never ends, replaces or silences a real warning (`lineage.heeds`).
"""

from __future__ import annotations

from gateway.announcements import script
from gateway.codes import meaning
from gateway.judge import area, block, endings, heard, schedule
from gateway.judge.case import Case
from gateway.judge.ended import over
from gateway.judge.local import local
from gateway.judge.relay import relay
from gateway.model.alert import Info
from gateway.model.judgement import Judgement
from gateway.model.plan import Act, Class, Part, Plan, Schedule, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Air, Stop, Store


def end(case: Case) -> Judgement:
    """The end of an exercise: its plans end. Nothing is said, because nothing was real."""
    ended = endings.cancelled(case, case.before)
    case.tracing.note(
        "exercise.end", "references", [document.alert.identifier for document in case.before], bool(ended)
    )
    return case.answer(Stop(Why(Reason.LIFTED if ended else Reason.NOTHING_TO_STOP)), None, ended)


def exercise(case: Case) -> Judgement:
    """The judgement on an Alert or Update that is an exercise."""
    warning = [
        info
        for info in case.alert.infos
        if not over(info, case.alert)
        and not meaning.green(info)
        and schedule.ends(info, case.alert.sent) > case.now
    ]
    if not warning:
        return case.answer(Store(Why(Reason.EXPIRED)))
    nowhere = not any(area.usable(info, case.roster) for info in warning)
    blocks = block.by_speaker(warning, case.roster, everywhere=nowhere)
    # While nobody knows the hour nobody knows whether the drill is open.
    in_drill = {name for drill in case.own_drills if case.trusted for name in drill.speakers}
    chosen = {name: info for name, info in blocks.items() if name in in_drill}
    case.tracing.note(
        "exercise", "drill, area", f"{len(in_drill)} in the drill", f"{len(chosen)} meant", chosen
    )
    if not chosen:
        return case.answer(Store(Why(Reason.OUTSIDE_DRILL)))
    worst = min(block.distinct(chosen), key=meaning.level)
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    fields = {"hazard": hazard.zh or "?", "level": level.name.lower()}
    verdict = relay(case.rules, case.rule(worst), fields, case.now, case.held)
    case.tracing.note("relay", "drill", f"{hazard.zh} {level.name}", f"{verdict.name}: {verdict.why.reason}")
    plan = _plan(case, chosen, worst) if isinstance(verdict, Air) else None
    return case.answer(verdict, plan, endings.replaced(case))


def _plan(case: Case, chosen: dict[str, Info], worst: Info) -> Plan:
    parts = tuple(_part(case, chosen, info) for info in block.distinct(chosen))
    heard.note(case.tracing, parts)
    over_at = min(
        *(drill.end for drill in case.own_drills),
        *(schedule.ends(info, case.alert.sent) for info in block.distinct(chosen)),
    )
    readings = case.rules.schedule(meaning.level(worst), None).readings
    return Plan(
        plan_id(case.alert.key.digest, Act.DRILL, case.alert.sent),
        case.alert.key.digest,
        Act.DRILL,
        Class.TEST,
        parts,
        Schedule(readings, (0.0,)),
        case.now,
        over_at,
        case.roster.version,
        tier=case.policy.tier,
    )


def _part(case: Case, chosen: dict[str, Info], info: Info) -> Part:
    names = tuple(name for name in chosen if chosen[name] is info)
    here = local(case, info, names)
    return Part(names, script.exercise(case.alert, info, meaning.level(info), here))
