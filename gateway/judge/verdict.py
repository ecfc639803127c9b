"""The judges in order: admit, lineage, area, relay, script, guard. Every rule that was asked leaves a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.judge import area, block, endings, guard, lineage, meaning, schedule, script
from gateway.judge.admit import admit
from gateway.judge.case import NO_EXPIRES, Case
from gateway.judge.ended import ended, over
from gateway.judge.relay import RULES, class_of, decided, relay
from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, Info, MsgType
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Judgement, Past, Policy
from gateway.model.plan import Act, Part, Plan, ToneName, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.model.verdict import Air, Hold, Ignore, Store, Verdict

__all__ = ["NO_EXPIRES", "judge"]


def judge(
    alert: Alert,
    policy: Policy,
    past: Sequence[Past],
    roster: Roster,
    now: datetime,
    held: Hold | None = None,
    trusted: bool = True,
) -> Judgement:
    """What becomes of one document. `past` is what the ledger knows that may bear on it, without itself; `held` the hold that ended;
    `trusted` whether `now` may be compared with the times of documents.

    With a clock that is not: red and orange sound with the step "time uncertain", ends end, the rest is held with CLOCK_UNTRUSTED, to be
    asked again once the clock can be trusted, whatever its `until` says.
    """
    case = Case(alert, policy, past, roster, now, trusted, Tracing())
    refused = admit(alert, policy, case.tracing)
    if refused and not (held and isinstance(refused, Hold) and refused.why.reason in held.settled):
        return case.answer(refused)
    if lineage.duplicate(alert, past):
        return case.answer(Ignore(Why(Reason.DUPLICATE)))
    if ended(alert):
        return endings.end(case)
    before = lineage.cancelled_before(alert, policy.source, past)
    case.tracing.note(
        "lineage.tombstone", "references", before.alert.identifier if before else "", bool(before)
    )
    if before:
        return case.answer(Store(Why(Reason.ALREADY_CANCELLED, {"by": before.alert.identifier})))
    newer = lineage.superseded_before(alert, policy.source, past)
    if newer:
        return case.answer(Store(Why(Reason.SUPERSEDED, {"by": newer.alert.identifier})))
    return _sound(case, held)


def _sound(case: Case, held: Hold | None) -> Judgement:
    """A warning: where, at what hour, how often, in what words."""
    lasting = [info for info in case.alert.infos if not over(info, case.alert)]
    current = _current(case, lasting)
    if not any(info.headline or info.description or info.event for info in lasting):
        return case.answer(Store(Why(Reason.NO_TEXT)))
    if not current:
        latest = max(schedule.ends(info, case.alert.sent) for info in case.alert.infos)
        why = Why(Reason.EXPIRED, {"expires": latest.isoformat(timespec="minutes")})
        return case.answer(Store(why), None, endings.replaced(case))
    if not any(area.regions(info) for info in current):
        return case.answer(Store(Why(Reason.NO_AREA)))
    for info in current:
        codes = [region.code for region in area.regions(info)]
        case.tracing.note("area", "geocode", codes, f"language {info.language}")
    chosen = _worth_saying(block.by_speaker(current, case.roster))
    if not chosen:
        return case.answer(Store(Why(Reason.NO_SPEAKER_IN_AREA)), None, endings.replaced(case))
    worst = min(block.distinct(chosen), key=meaning.level)
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    case.tracing.note("meaning.level", "headline, severity", meaning.levels(worst), level.name)
    same = _same_before(case, hazard, level, chosen)
    if same:
        return case.answer(Store(Why(Reason.SAME_RECENTLY, {"as": same.alert.identifier})))
    plan = _plan(case, chosen, worst, held)
    verdict = _relayed(case, plan, hazard, level, held)
    before = endings.replaced(case)
    if isinstance(verdict, (Air, Hold)):
        before += endings.overtaken(case, hazard, plan.targets)
    return case.answer(verdict, plan if isinstance(verdict, Air) else None, before)


def _worth_saying(chosen: dict[str, Info]) -> dict[str, Info]:
    """Without the speakers whose own block is only listed, where others hear theirs: a red for one village wakes no blue ones."""
    listed = {
        id(info)
        for info in block.distinct(chosen)
        if RULES.rule(meaning.hazard(info), meaning.level(info)).action == "store"
    }
    return {name: info for name, info in chosen.items() if id(info) not in listed} or chosen


def _current(case: Case, lasting: Sequence[Info]) -> list[Info]:
    """The blocks that hold now; all of them while nobody can tell."""
    ends = [schedule.ends(info, case.alert.sent) for info in lasting]
    current = [info for info, end in zip(lasting, ends, strict=True) if end > case.now or not case.trusted]
    answer = f"{len(current)} of {len(ends)} hold" if case.trusted else "time uncertain"
    case.tracing.note("expiry", "expires", [at.isoformat() for at in ends], answer)
    return current


def _relayed(case: Case, plan: Plan, hazard: Hazard, level: Level, held: Hold | None) -> Verdict:
    """What the township does with it at the hour at which it would begin; then the guard is asked. A hold remembers what it was let through."""
    if not case.trusted and RULES.rule(hazard, level).action != "store":
        saw = case.now.isoformat(sep=" ", timespec="seconds")
        uncertain = Hold(Why(Reason.CLOCK_UNTRUSTED, {"saw": saw}), case.now, "air")
        verdict: Verdict = Air(Why(Reason.AIRED, _named(hazard, level))) if plan.class_.grave else uncertain
        case.tracing.note("clock", "trusted", case.now.isoformat(), f"time uncertain: {verdict.name}")
    else:
        points = not _risk_points(case.roster).isdisjoint(plan.targets)
        verdict = relay(RULES, hazard, level, case.now, held, start=plan.start, risk_points=points)
        saw = f"{hazard.zh} {level.name} {plan.start:%H:%M}" + ("" if points else ", no risk point there")
        case.tracing.note("relay", "hazard, level, hour", saw, verdict.name)
    if isinstance(verdict, Air) and case.trusted:
        barred = guard.may_air(plan, held)
        case.tracing.note(
            "guard", "class, speakers, hour", f"{plan.class_.name} {len(plan.targets)}", bool(barred)
        )
        verdict = barred or verdict
    if isinstance(verdict, Hold) and held:
        return replace(verdict, passed=tuple(sorted(held.settled)))
    return verdict


def _named(hazard: Hazard, level: Level) -> dict[str, str]:
    return {"hazard": hazard.zh or "?", "level": level.name.lower()}


def _risk_points(roster: Roster) -> frozenset[str]:
    return frozenset(speaker.id for speaker in roster.outdoors if speaker.risk_point)


def _same_before(case: Case, hazard: Hazard, level: Level, chosen: dict[str, Info]) -> Past | None:
    """The same hazard and level aired within three hours, with nothing new for anybody: not for an Update, which replaces its own, and not
    while nobody can tell how long ago that was."""
    if case.alert.msg_type is MsgType.UPDATE or not case.trusted:
        return None
    said = {info.instruction for info in block.distinct(chosen)}
    for one in case.past:
        if (
            one.plan is None
            or one.verdict != "air"
            or one.plan.start <= case.now - RULES.same_within
            or _ended_early(one)
            or _withdrawn(case, one)
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


def _withdrawn(case: Case, one: Past) -> bool:
    """What was lifted or replaced since silences no successor either: a re-issue after a lift is news."""
    return bool(
        lineage.cancelled_before(one.alert, one.source, case.past)
        or lineage.superseded_before(one.alert, one.source, case.past)
    )


def _plan(case: Case, chosen: dict[str, Info], worst: Info, held: Hold | None) -> Plan:
    sent, level = case.alert.sent, meaning.level(worst)
    rule = RULES.rule(meaning.hazard(worst), level)
    infos = block.distinct(chosen)
    until = min(schedule.ends(info, sent) for info in infos)
    start = _start(case, infos)
    return Plan(
        plan_id(case.alert.key.digest, Act.WARNING, sent),
        case.alert.key.digest,
        Act.WARNING,
        class_of(level, rule.least),
        tuple(part for info in infos for part in _parts(case, info, chosen, held)),
        schedule.schedule(worst, level, start, until, case.tracing),
        start,
        until,
        case.roster.version,
        endings.ready(infos),
        case.policy.tier,
    )


def _start(case: Case, infos: Sequence[Info]) -> datetime:
    """Now, or the earliest window of all that shall speak: a village is warned too early rather than too late. A clock that cannot be
    trusted waits for no window."""
    windows = [schedule.begins(info, case.alert.sent) for info in infos]
    start = max(case.now, min(at or case.now for at in windows)) if case.trusted else case.now
    if start > case.now:
        case.tracing.note("schedule.window", "effective", start.isoformat(), "waits for it")
    return start


def _parts(case: Case, info: Info, chosen: dict[str, Info], held: Hold | None) -> list[Part]:
    """The speakers of one block. What its rule holds at night waits there for the day, but at risk points where the rule says so and where a
    person let it go; a clock that cannot be trusted knows no night."""
    words = script.warning(case.alert, info, meaning.level(info))
    assert words.tone is not ToneName.NONE
    targets = [speaker for speaker, said in chosen.items() if said is info]
    action = RULES.rule(meaning.hazard(info), meaning.level(info)).action
    let_go = decided(held, case.now) and held is not None and Reason.HELD_AT_NIGHT in held.settled
    if action == "at_once" or let_go or not case.trusted:
        return [Part(tuple(targets), words)]
    spared = _risk_points(case.roster) if action == "night_risk_points" else frozenset()
    at_risk = tuple(name for name in targets if name in spared)
    others = tuple(name for name in targets if name not in spared)
    return [Part(names, words, by_day) for names, by_day in ((at_risk, False), (others, True)) if names]
