"""CAP's gate: may a document of this kind sound at all? The first rule that answers decides; unknown means
hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from gateway.codes import deeds
from gateway.judge import deed
from gateway.judge.correction import IN_ERROR
from gateway.judge.ended import ended, over
from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, Info, MsgType, Scope, Signature, Status
from gateway.model.deed import Deed
from gateway.model.drill import Drill
from gateway.model.judgement import ANY_SENDER, Policy
from gateway.model.reason import Reason, Why
from gateway.model.record import SENDER as CANARY
from gateway.model.verdict import Hold, Ignore, Quarantine, Store, Verdict
from gateway.wording import likeness

_ISSUES = re.compile("发布|继续|变更|升级|更新|升为")
DEMO_SENDER = "demo@tongluo.example"
"""The sender of the samples; it sounds only where every line is simulated."""


def admit(alert: Alert, policy: Policy, tracing: Tracing, drills: Sequence[Drill] = ()) -> Verdict | None:
    """None lets the document pass to the next judge.

    `drills` are those open for its source: in one an exercise passes.
    """
    for rule, field, saw, ask in _gate(alert, policy, drills):
        verdict = ask()
        tracing.note(f"admit.{rule}", field, saw, _answer(verdict))
        if verdict:
            return verdict
    return None


def _gate(
    alert: Alert, policy: Policy, drills: Sequence[Drill]
) -> Iterator[tuple[str, str, object, Callable[[], Verdict | None]]]:
    """The rules in the order of the gate: name, field, its value, the question.

    A value is looked for when its turn comes.
    """
    yield "status", "status", alert.status, lambda: _status(alert, drills)
    yield "msg_type", "msgType", alert.msg_type, lambda: _message_type(alert)
    yield "scope", "scope", alert.scope, lambda: _scope(alert, policy)
    yield "sender", "sender", alert.sender, lambda: _sender(alert, policy)
    yield "signature", "Signature", alert.signature, lambda: _signature(alert, policy)
    if acts := [word for info in alert.infos if (word := deed.written(info))]:
        yield "act", "act", acts, lambda: _act(alert)
    yield "drill", "all texts", likeness.drill(alert), lambda: _drill(alert)


def _answer(verdict: Verdict | None) -> str:
    return f"{verdict.name}: {verdict.why.reason}" if verdict else "pass"


def _status(alert: Alert, drills: Sequence[Drill]) -> Verdict | None:
    match alert.status:
        case None:
            return Quarantine(Why(Reason.STATUS_UNKNOWN, {"saw": _saw(alert, "status")}))
        case Status.SYSTEM:
            return Ignore(Why(Reason.HEARTBEAT))
        case Status.ACTUAL:
            return None
        case Status.EXERCISE if drills:
            return None
        case Status.DRAFT:
            return Store(Why(Reason.DRAFT, {"sender": alert.sender}))
        case other:
            return Store(Why(Reason.NOT_ACTUAL, {"status": other}))


def _message_type(alert: Alert) -> Verdict | None:
    match alert.msg_type:
        case None:
            return Quarantine(Why(Reason.MSG_TYPE_UNKNOWN, {"saw": _saw(alert, "msgType")}))
        case MsgType.ACK | MsgType.ERROR:
            return Ignore(Why(Reason.ACKNOWLEDGEMENT))
        case _:
            return None


def _scope(alert: Alert, policy: Policy) -> Verdict | None:
    """A Private document is for us if it names us, a Restricted one if its restriction is ours (CAP v1.2
    §3.2.1)."""
    ours = {
        Scope.PRIVATE: bool(policy.addresses & set(re.findall(r'"[^"]+"|\S+', alert.addresses))),
        Scope.RESTRICTED: alert.restriction in policy.restrictions,
    }
    if alert.scope and not ours.get(alert.scope, True):
        return Store(Why(Reason.SCOPE_NOT_PUBLIC, {"scope": alert.scope}))
    return None


def _sender(alert: Alert, policy: Policy) -> Verdict | None:
    if alert.sender == DEMO_SENDER and not policy.demo:
        return Quarantine(Why(Reason.DEMO_SENDER, {"sender": alert.sender}))
    anybody = ANY_SENDER in policy.senders and alert.sender != CANARY
    if not anybody and alert.sender not in policy.senders:
        return Quarantine(Why(Reason.SENDER_NOT_ALLOWED, {"sender": alert.sender, "source": policy.source}))
    return None


def _signature(alert: Alert, policy: Policy) -> Verdict | None:
    """A signature may be absent, unverifiable or wrong. Unless the source must sign, only a wrong one holds
    (docs/practice.md, Trust)."""
    reasons = {
        Signature.ABSENT: Reason.SIGNATURE_MISSING,
        Signature.UNVERIFIABLE: Reason.SIGNATURE_UNVERIFIABLE,
        Signature.WRONG: Reason.SIGNATURE_WRONG,
    }
    reason = reasons.get(alert.signature)
    if reason is None or policy.signature == "ignore":
        return None
    if policy.signature == "require":
        return Quarantine(Why(reason, {"source": policy.source}))
    return Hold(Why(reason, {"source": policy.source})) if alert.signature is Signature.WRONG else None


def _act(alert: Alert) -> Quarantine | None:
    """An act that nobody knows, that contradicts the message type, or that only some blocks have: nobody can
    tell what is meant, and it is never taken for something else."""
    acts = [deed.written(info) for info in alert.infos]
    unknown = next((word for word in acts if word and deeds.deed(word) is None), None)
    if unknown is not None:
        return Quarantine(Why(Reason.ACT_UNKNOWN, {"saw": unknown}))
    found = dict.fromkeys(deeds.deed(word) for word in acts)
    if len(found) > 1:
        return Quarantine(Why(Reason.ACTS_DIFFER, {"saw": "、".join(word or "—" for word in acts)}))
    act = next(iter(found))
    ends = alert.msg_type is MsgType.CANCEL or all(over(info, alert) for info in alert.infos)
    if act is Deed.CORRECTION and alert.msg_type is not MsgType.CANCEL and any(map(_anew, alert.infos)):
        return Quarantine(Why(Reason.CORRECTION_WARNS))
    warns = act is Deed.RETURN and alert.msg_type is not MsgType.CANCEL and any(map(_anew, alert.infos))
    if act and (warns or (ends and act not in (Deed.RETURN, Deed.CORRECTION))):
        kind = str(alert.msg_type)
        return Quarantine(Why(Reason.ACT_CONTRADICTS, {"act": act.value, "msg_type": kind}))
    return None


def _anew(info: Info) -> bool:
    """Whether a correction issues a signal and says of none that it was an error: it may have corrected the
    text of one that holds, and taking it back would leave people without a warning."""
    texts = (info.headline, info.description)
    return bool(_ISSUES.search(info.headline)) and deed.issues(info) and not any(map(IN_ERROR.search, texts))


def _drill(alert: Alert) -> Verdict | None:
    """An Actual document that reads like a drill or a test: a person looks first. An end is never held so:
    it makes nothing sound."""
    word = likeness.drill(alert) if alert.status is Status.ACTUAL else ""
    if not word or ended(alert) or likeness.ending(alert):
        return None
    return Hold(Why(Reason.LOOKS_LIKE_DRILL, {"word": word}))


def _saw(alert: Alert, element: str) -> str:
    return next((defect.saw for defect in alert.defects if defect.element == element), "")
