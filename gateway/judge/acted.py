"""What a document with an act is asked before it sounds: a machine's order waits for a person, and so does a
notice that is more than a notice (docs/practice.md, Acts)."""

from __future__ import annotations

from gateway.codes import meaning
from gateway.judge.case import Case
from gateway.model.alert import Info
from gateway.model.deed import Deed
from gateway.model.hazard import Level
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold
from gateway.wording.deeds import lets_return, ordered
from gateway.wording.mention import mention


def asked(case: Case, worst: Info, plan: Plan) -> Hold | None:
    """The hold of an order or a notice; None where nobody need be asked, or somebody has said yes."""
    assert case.deed
    why = _order(case, worst) if case.deed.order else _notice(case.deed, worst)
    if why is None or case.passed(why.reason):
        return None
    case.tracing.note("act", "act, headline, description", case.deed.value, f"hold: {why.reason}")
    for part in plan.parts:  # whoever says yes reads what will be heard
        case.tracing.note("act.words", "", part.script.text, f"{len(part.targets)} speakers", part.targets)
    return Hold(why)


def _order(case: Case, worst: Info) -> Why:
    giver = worst.sender_name or case.alert.sender
    act = case.deed.value if case.deed else ""
    return Why(Reason.ORDER_WAITS, {"sender": giver, "act": act})


def _notice(deed: Deed, worst: Info) -> Why | None:
    """The reason to ask about a notice: it orders people away, lets them return, or bears red or orange.

    A title that only mentions a signal (因暴雨红色预警停课) bears none.
    """
    texts = (worst.headline, worst.description, worst.instruction)
    words = next((found for text in texts if (found := ordered(text) or lets_return(text))), "")
    if words:
        return Why(Reason.NOTICE_ORDERS, {"act": deed.value, "words": words})
    level = meaning.level(worst)
    if level in (Level.RED, Level.ORANGE) and not mention(worst.headline):
        return Why(Reason.NOTICE_GRAVE, {"act": deed.value, "level": level.name.lower()})
    return None
