"""May a document of this kind sound at all? CAP's gate, first match wins; unknown means hold."""

from __future__ import annotations

import re

from gateway.judge.tracing import Tracing
from gateway.model.alert import Alert, MsgType, Scope, Status
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Hold, Ignore, Quarantine, Store, Verdict

DEMO_SENDER = "demo@tongluo.example"
"""The sender of the samples; it sounds only where every line is simulated."""

DRILL_WORDS = re.compile(r"测试|演练|演习|试播|\bTEST\b|\bEXERCISE\b|\bDRILL\b|Probealarm", re.IGNORECASE)
"""Words of a drill in a document that says Actual: real systems have sent such (February 2018, a tsunami 'warning'). A person looks first."""


def admit(alert: Alert, policy: Policy, tracing: Tracing) -> Verdict | None:
    """None lets it pass to the next judge."""
    verdict = (
        _status(alert)
        or _message_type(alert)
        or _scope(alert)
        or _sender(alert, policy)
        or (_drill(alert) if alert.msg_type is not MsgType.CANCEL else None)
    )
    tracing.note("admit.status", "status", alert.status, _answer(verdict))
    tracing.note("admit.msg_type", "msgType", alert.msg_type, _answer(verdict))
    tracing.note("admit.sender", "sender", alert.sender, _answer(verdict))
    return verdict


def _answer(verdict: Verdict | None) -> str:
    return f"{verdict.name}: {verdict.why.reason}" if verdict else "pass"


def _status(alert: Alert) -> Verdict | None:
    match alert.status:
        case None:
            return Quarantine(Why(Reason.STATUS_UNKNOWN, {"saw": _saw(alert, "status")}))
        case Status.SYSTEM:
            return Ignore(Why(Reason.HEARTBEAT))
        case Status.ACTUAL:
            return None
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


def _scope(alert: Alert) -> Verdict | None:
    if alert.scope in (Scope.RESTRICTED, Scope.PRIVATE):
        return Store(Why(Reason.SCOPE_NOT_PUBLIC, {"scope": alert.scope}))
    return None


def _sender(alert: Alert, policy: Policy) -> Verdict | None:
    if alert.sender == DEMO_SENDER and not policy.demo:
        return Quarantine(Why(Reason.DEMO_SENDER, {"sender": alert.sender}))
    if alert.sender not in policy.senders:
        return Quarantine(Why(Reason.SENDER_NOT_ALLOWED, {"sender": alert.sender, "source": policy.source}))
    return None


def _drill(alert: Alert) -> Verdict | None:
    for info in alert.infos:
        for text in (info.headline, info.event, info.description):
            found = DRILL_WORDS.search(text)
            if found:
                return Hold(Why(Reason.LOOKS_LIKE_DRILL, {"word": found.group()}))
    return None


def _saw(alert: Alert, element: str) -> str:
    return next((defect.saw for defect in alert.defects if defect.element == element), "")
