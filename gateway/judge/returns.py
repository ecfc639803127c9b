"""Return notices (返回通知): a move order ends by the notice of the office that gave it, and by nothing else
(docs/practice.md, Ends).

A false one sends people back under a slope, so that of a machine waits for a person, like the order itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.announcements import script
from gateway.announcements.template import NoTemplate, order
from gateway.codes import meaning
from gateway.judge import area, deed, lineage, question
from gateway.judge.case import Case
from gateway.judge.correction import in_error
from gateway.judge.schedule import NO_EXPIRES
from gateway.model.alert import Info
from gateway.model.deed import Deed
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Act, Class, Plan, Schedule, Script, parts_of, plan_id
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Stop, Store
from gateway.wording.deeds import lets_return


def returned(case: Case) -> Judgement:
    """The judgement on a return notice.

    It ends the orders of its own sender that it names; of one that names nothing, all those whose speakers
    its area covers. It never ends a part of an order. A yes ends them at once; what is said waits for
    the day.
    """
    orders = _orders(case)
    case.tracing.note(
        "returns.orders",
        "sender, references, area",
        [question.title(one) for one in orders],
        f"{len(orders)} stand",
    )
    if not orders:
        return case.answer(Store(Why(Reason.NO_ORDER_STANDS, {"sender": _giver(case)})))
    plan = _plan(case, orders)
    if not case.passed(Reason.RETURN_WAITS):
        for part in plan.parts if plan else ():  # whoever says yes reads what will be heard
            saw = f"{len(part.targets)} speakers"
            case.tracing.note("act.words", "", part.script.text, saw, part.targets)
        names = "、".join(dict.fromkeys(map(question.title, orders)))
        return case.answer(Hold(Why(Reason.RETURN_WAITS, {"sender": _giver(case), "names": names})))
    why = Why(Reason.CANCELLED, {"by": case.alert.identifier})
    endings = [Ending(plan.id, why) for one in orders for plan in one.living]
    keys = tuple(dict.fromkeys(one.alert.key.digest for one in orders))
    return case.answer(Stop(Why(Reason.RETURNED), keys), plan, endings)


def _orders(case: Case) -> list[Past]:
    named = [*lineage.named(case.document, case.past), *lineage.apart(case.alert, case.past)]
    standing = [one for one in (named if case.alert.references else case.past) if _own(one, case)]
    meant = _targets(case)
    return [one for one in standing if meant is None or _speakers(one, case) <= meant]


def _own(other: Past, case: Case) -> bool:
    """Whether a document is an order of this sender that stands, or waits for its yes."""
    if other.alert.sender != case.alert.sender or not lineage.heeds(other, case.document):
        return False
    if other.alert.key == case.alert.key or _ended(other, case):
        return False
    if other.plan is None:
        return other.verdict == "hold" and any(map(deed.ordered, other.alert.infos))
    known = not other.replaced and other.reason is not Reason.TAKEN_BACK
    return other.plan.act is Act.MOVE and known and bool(other.living or other.sounded)


def _ended(other: Past, case: Case) -> bool:
    """Whether another return notice or a correction has ended it. A lift has not."""
    return any(
        deed.of(end.alert) is Deed.RETURN or in_error(end.alert) for end in lineage.ends_of(other, case.past)
    )


def _targets(case: Case) -> frozenset[str] | None:
    """The speakers that the notice means; None where it names no place."""
    infos = case.alert.infos
    if not any(area.usable(info, case.roster) for info in infos):
        return None
    return frozenset(name for info in infos for name in area.targets(info, case.roster))


def _speakers(other: Past, case: Case) -> frozenset[str]:
    if other.plan:
        return frozenset(other.plan.targets)
    return frozenset(name for info in other.alert.infos for name in area.targets(info, case.roster))


def _plan(case: Case, orders: Sequence[Past]) -> Plan | None:
    """The notice, wherever one of the orders sounded. None if none did."""
    scripts: dict[str, Script] = {}
    for one in sorted(orders, key=lambda past: past.at):
        scripts |= dict.fromkeys(one.sounded, _words(case, next(iter(one.alert.infos), Info())))
    targets = [speaker.id for speaker in case.roster.outdoors if speaker.id in scripts]
    if not targets:
        return None
    parts = parts_of({target: scripts[target] for target in targets})
    start = (case.rules.quiet_until(case.now) if case.trusted else None) or case.now
    return Plan(
        plan_id(case.alert.key.digest, Act.RETURN, case.alert.sent),
        case.alert.key.digest,
        Act.RETURN,
        Class.NOTICE,
        parts,
        Schedule(2, (0.0,)),
        start,
        start + NO_EXPIRES,
        case.roster.version,
        tuple(script.correction_of(Act.RETURN) for _ in parts),
        case.policy.tier,
    )


def _words(case: Case, ordered: Info) -> Script:
    """The sender's own words where they let people return; else those of the hazard's template."""
    info = next(iter(case.alert.infos), Info())
    texts = (info.headline, info.description, info.instruction)
    if any(map(lets_return, texts)):
        return script.leave(info)
    hazard = next((found for one in (info, ordered) if (found := meaning.hazard(one)).code), None)
    issuer = info.sender_name or ordered.sender_name
    try:
        return order(Deed.RETURN, hazard.code if hazard else "", {"issuer": issuer})
    except NoTemplate:
        return script.leave(info, issuer)


def _giver(case: Case) -> str:
    return next((info.sender_name for info in case.alert.infos if info.sender_name), case.alert.sender)
