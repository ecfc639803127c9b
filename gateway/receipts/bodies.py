"""The events of which senders get receipts, and their text.

A text is written in the ledger together with the fact it tells (the outbox) and sent when the way out is
there: a crash between the two loses none. The fields are listed in docs/receipts.md.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence

from gateway.i18n import sentence
from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst, Delivery
from gateway.model.event import Accepted, Event, Preempted, Rejected, SpeakerChanged, Summary, Waits, encode
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.verdict import Verdict
from gateway.receipts.tally import tally


def accepted(alert: Alert, verdict: Verdict, arrival: Arrival, number: int) -> Accepted:
    """A document of the arrival of this number was judged."""
    return Accepted(
        arrival=number,
        digest=_digest(arrival),
        at=arrival.at.isoformat(),
        key=alert.key.digest,
        identifier=alert.identifier,
        sender=alert.sender,
        verdict=verdict,
    )


def rejected(
    arrival: Arrival, number: int, why: Why, element: str, line: int, member: int = 0, quarantine: int = 0
) -> Rejected:
    """The arrival of this number cannot be read, or a member of it, which is quarantined by itself."""
    return Rejected(
        quarantine=quarantine or number,
        arrival=number,
        digest=_digest(arrival),
        at=arrival.at.isoformat(),
        peer=arrival.peer,
        element=element,
        line=line,
        why=why,
        member=member,
        format=why.fields.get("format", ""),
    )


def speaker(plan: Plan, burst: Burst) -> SpeakerChanged:
    """A burst is here now."""
    return SpeakerChanged(
        key=plan.alert,
        plan=plan.id,
        act=plan.act,
        speaker=burst.speaker,
        burst=burst.number,
        evidence=burst.evidence,
        outcome=burst.outcome,
        form=burst.form,
        why=burst.why,
    )


def waiting(plan: Plan, speaker: str, why: Why) -> Waits:
    """A burst waits at a speaker for something graver that sounds there."""
    return Waits(plan.alert, plan.id, plan.act, speaker, why)


def preempted(plan: Plan, speaker: str, why: Why) -> Preempted:
    """A burst was cut off at a speaker."""
    return Preempted(plan.alert, plan.id, plan.act, speaker, why)


def summary(
    plan: Plan, number: int, deliveries: Sequence[Delivery], final: bool, village: Callable[[str], str]
) -> Summary:
    """A burst has ended everywhere. `village` gives the village of a speaker."""
    outcomes = Counter(str(delivery.outcome) for delivery in deliveries if delivery.outcome)
    return Summary(
        key=plan.alert,
        plan=plan.id,
        act=plan.act,
        burst=number,
        final=final,
        planned=len(deliveries),
        outcomes=dict(sorted(outcomes.items())),
        heard=tally(deliveries, village).view,
    )


def body(event: Event) -> str:
    """The text of an event, as the ledger keeps it and the event stream sends it.

    A refusal is told in a Chinese sentence, too: a sender over MQTT has nobody else to ask.
    """
    told = encode(event)
    if isinstance(event, Rejected):
        told["sentence"] = sentence(event.why)
    return json.dumps(told, ensure_ascii=False, default=str)


def _digest(arrival: Arrival) -> str:
    """SHA-256 of the bytes; the sender can compute it."""
    return hashlib.sha256(arrival.raw).hexdigest()
