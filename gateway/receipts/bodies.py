"""What senders are told: accepted, each speaker, a summary. Bodies are written in the ledger with the fact they tell (an outbox) and
published when the way out is there: a crash between the two loses none. Signed where the sender's road has a key (docs/receipts.md).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst, Delivery
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.verdict import Verdict


def accepted(alert: Alert, verdict: Verdict, arrival: Arrival, number: int) -> dict[str, object]:
    return {
        "kind": "accepted",
        **_bytes(arrival, number),
        "key": alert.key.digest,
        "identifier": alert.identifier,
        "sender": alert.sender,
        "verdict": verdict.name,
        **_why(verdict.why),
    }


def rejected(arrival: Arrival, number: int, why: Why, element: str, line: int) -> dict[str, object]:
    return {
        "kind": "rejected",
        "quarantine": number,
        **_bytes(arrival, number),
        "peer": arrival.peer,
        "element": element,
        "line": line,
        **_why(why),
    }


def _bytes(arrival: Arrival, number: int) -> dict[str, object]:
    """Which bytes a receipt is for: their number here and their SHA-256, which the sender can compute."""
    return {
        "arrival": number,
        "digest": hashlib.sha256(arrival.raw).hexdigest(),
        "at": arrival.at.isoformat(),
    }


def speaker(plan: Plan, burst: Burst) -> dict[str, object]:
    return {
        "kind": "speaker",
        "key": plan.alert,
        "plan": plan.id,
        "act": plan.act,
        "speaker": burst.speaker,
        "burst": burst.number,
        "evidence": burst.evidence.name.lower(),
        "outcome": burst.outcome,
        "form": burst.form,
        **(_why(burst.why) if burst.why else {}),
    }


def waiting(plan: Plan, speaker: str, why: Why) -> dict[str, object]:
    """A burst waits at a speaker for something graver that sounds there."""
    return {
        "kind": "waiting",
        "key": plan.alert,
        "plan": plan.id,
        "act": plan.act,
        "speaker": speaker,
        **_why(why),
    }


def preempted(plan: Plan, speaker: str, why: Why) -> dict[str, object]:
    """A burst was cut off at a speaker; it begins again if it still holds then."""
    return {
        "kind": "preempted",
        "key": plan.alert,
        "plan": plan.id,
        "act": plan.act,
        "speaker": speaker,
        **_why(why),
    }


def summary(plan: Plan, number: int, deliveries: list[Delivery], final: bool) -> dict[str, object]:
    """After each burst has ended everywhere: how many speakers came to what, over all bursts so far."""
    counts = Counter(str(delivery.outcome) for delivery in deliveries if delivery.outcome)
    return {
        "kind": "summary",
        "key": plan.alert,
        "plan": plan.id,
        "act": plan.act,
        "burst": number,
        "final": final,
        "planned": len(deliveries),
        "outcomes": dict(sorted(counts.items())),
    }


def body(event: dict[str, object]) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


def _why(why: Why) -> dict[str, object]:
    return {"reason": str(why.reason), "fields": dict(why.fields)}
