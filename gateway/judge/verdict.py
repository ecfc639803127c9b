"""The judges in order: admit, lineage, area, relay, script. Every rule that was asked leaves a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.judge import area, lineage, meaning, script
from gateway.judge.admit import admit
from gateway.judge.ended import ended, over
from gateway.judge.relay import RULES, class_of, relay
from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, Info, MsgType
from gateway.model.hazard import Hazard, Level
from gateway.model.judgement import Ending, Judgement, Past, Policy
from gateway.model.plan import Act, Part, Plan, Schedule, ToneName, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Roster
from gateway.model.verdict import Air, Hold, Ignore, Stop, Store, Verdict

NO_EXPIRES = timedelta(hours=24)
"""A warning that names no end holds for a day after it was sent. Our choice; a fifth of real documents name none."""


@dataclass(frozen=True)
class _Case:
    """One document before its judges."""

    alert: Alert
    policy: Policy
    past: Sequence[Past]
    roster: Roster
    now: datetime
    tracing: Tracing

    def answer(self, verdict: Verdict, plan: Plan | None = None, endings: Sequence[Ending] = ()) -> Judgement:
        self.tracing.note("verdict", "", verdict.why.reason, verdict.name)
        return Judgement(verdict, self.tracing.trace, plan, tuple(endings))


def judge(
    alert: Alert,
    policy: Policy,
    past: Sequence[Past],
    roster: Roster,
    now: datetime,
    held: Hold | None = None,
) -> Judgement:
    """What becomes of one document. `past` is what the ledger knows that may bear on it, without itself; `held` the hold that ended."""
    case = _Case(alert, policy, past, roster, now, Tracing())
    refused = admit(alert, policy, case.tracing)
    if refused and not (held and isinstance(refused, Hold)):
        return case.answer(refused)
    if lineage.duplicate(alert, past):
        return case.answer(Ignore(Why(Reason.DUPLICATE)))
    if ended(alert):
        return _end(case)
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


def _end(case: _Case) -> Judgement:
    """Stop what it names, and say the lift only where that sounded."""
    named = lineage.predecessors(case.alert, case.policy.source, case.past)
    endings = [
        Ending(one.plan.id, Why(Reason.CANCELLED, {"by": case.alert.identifier}))
        for one in named
        if one.plan and one.live
    ]
    sounded = {speaker for one in named for speaker in one.sounded}
    case.tracing.note(
        "lineage.names", "references", [one.alert.identifier for one in named], f"{len(endings)} live"
    )
    targets = tuple(speaker.id for speaker in case.roster.outdoors if speaker.id in sounded)
    why = Why(Reason.LIFTED if named else Reason.NOTHING_TO_STOP)
    plan = _lift(case, named, targets) if targets else None
    return case.answer(Stop(why), plan, endings)


def _lift(case: _Case, named: Sequence[Past], targets: tuple[str, ...]) -> Plan:
    infos = [info for one in named for info in one.alert.infos]
    info = _chinese(infos)
    hazard, level = (
        (meaning.hazard(info), meaning.level(info)) if info else (Hazard("", "", ""), Level.UNKNOWN)
    )
    words = script.lift(case.alert, info, hazard, level)
    start = RULES.quiet_until(case.now) or case.now
    case.tracing.note("lift.start", "quiet hours", case.now.isoformat(), start.isoformat())
    return Plan(
        plan_id(case.alert.key.digest, Act.LIFT, case.alert.sent),
        case.alert.key.digest,
        Act.LIFT,
        class_of(Level.YELLOW),
        (Part(targets, words),),
        Schedule(2, (0.0,)),
        start,
        start + NO_EXPIRES,
        case.roster.version,
    )


def _sound(case: _Case, held: Hold | None) -> Judgement:
    """A warning: where, at what hour, how often, in what words."""
    now = case.now
    expires = {id(info): info.expires or case.alert.sent + NO_EXPIRES for info in case.alert.infos}
    lasting = [info for info in case.alert.infos if not over(info, case.alert)]
    current = [info for info in lasting if expires[id(info)] > now]
    case.tracing.note(
        "expiry",
        "expires",
        [at.isoformat() for at in expires.values()],
        f"{len(current)} of {len(expires)} hold",
    )
    if not any(info.headline or info.description or info.event for info in lasting):
        return case.answer(Store(Why(Reason.NO_TEXT)))
    if not current:
        latest = max(expires.values())
        why = Why(Reason.EXPIRED, {"expires": latest.isoformat(timespec="minutes")})
        return case.answer(Store(why), None, _replaced(case))
    if not any(area.regions(info) for info in current):
        return case.answer(Store(Why(Reason.NO_AREA)))
    chosen = _by_speaker(case, current)
    if not chosen:
        return case.answer(Store(Why(Reason.NO_SPEAKER_IN_AREA)), None, _replaced(case))
    worst = min(chosen.values(), key=meaning.level)
    hazard, level = meaning.hazard(worst), meaning.level(worst)
    case.tracing.note("meaning.level", "headline, severity", meaning.levels(worst), level.name)
    same = _same_before(case, hazard, level, chosen)
    if same:
        return case.answer(Store(Why(Reason.SAME_RECENTLY, {"as": same.alert.identifier})))
    verdict = relay(RULES, hazard, level, now, held)
    case.tracing.note("relay", "hazard, level, hour", f"{hazard.zh} {level.name} {now:%H:%M}", verdict.name)
    if not isinstance(verdict, Air):
        return case.answer(verdict, None, _replaced(case))
    until = min(expires[id(info)] for info in chosen.values())
    return case.answer(verdict, _plan(case, chosen, level, until), _replaced(case))


def _by_speaker(case: _Case, infos: Sequence[Info]) -> dict[str, Info]:
    """The block each speaker says: area first, then Chinese before other languages, then the worst level: a translation's severity never
    makes a village listen to English."""
    meant = [(info, area.regions(info)) for info in infos]
    for info, codes in meant:
        case.tracing.note("area", "geocode", [region.code for region in codes], f"language {info.language}")
    best: dict[str, Info] = {}
    for info, codes in sorted(meant, key=lambda entry: (_language(entry[0]), meaning.level(entry[0]))):
        best = dict.fromkeys((speaker.id for speaker in case.roster.inside(codes)), info) | best
    here = case.roster.inside(region for _, codes in meant for region in codes)
    return {speaker.id: best[speaker.id] for speaker in here}


def _language(info: Info) -> int:
    return 0 if info.language.lower().startswith("zh") else 1


def _chinese(infos: Sequence[Info]) -> Info | None:
    return min(infos, key=_language, default=None)


def _same_before(case: _Case, hazard: Hazard, level: Level, chosen: dict[str, Info]) -> Past | None:
    """The same hazard and level aired within three hours, with nothing new for anybody: not for an Update, which replaces its own."""
    if case.alert.msg_type is MsgType.UPDATE:
        return None
    said = {info.instruction for info in chosen.values()}
    for one in case.past:
        if (
            one.plan is None
            or one.verdict != "air"
            or one.at <= case.now - RULES.same_within
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


def _withdrawn(case: _Case, one: Past) -> bool:
    """What was lifted or replaced since silences no successor either: a re-issue after a lift is news."""
    return bool(
        lineage.cancelled_before(one.alert, one.source, case.past)
        or lineage.superseded_before(one.alert, one.source, case.past)
    )


def _replaced(case: _Case) -> list[Ending]:
    """An Update ends the plans of what it names, also where its own area or hour keeps it silent."""
    if case.alert.msg_type is not MsgType.UPDATE:
        return []
    named = lineage.predecessors(case.alert, case.policy.source, case.past)
    return [
        Ending(one.plan.id, Why(Reason.REPLACED, {"by": case.alert.identifier}))
        for one in named
        if one.plan and one.live
    ]


def _plan(case: _Case, chosen: dict[str, Info], level: Level, until: datetime) -> Plan:
    parts: list[Part] = []
    for info in dict.fromkeys(chosen.values()):
        targets = tuple(speaker for speaker, said in chosen.items() if said is info)
        parts.append(Part(targets, script.warning(case.alert, info, meaning.level(info))))
    assert all(part.script.tone is not ToneName.NONE for part in parts)
    return Plan(
        plan_id(case.alert.key.digest, Act.WARNING, case.alert.sent),
        case.alert.key.digest,
        Act.WARNING,
        class_of(level),
        tuple(parts),
        RULES.schedule(level, until),
        case.now,
        until,
        case.roster.version,
    )
