"""What senders are told: accepted, each speaker, a summary. Bodies are written in the ledger with the fact they tell (an outbox) and
published when the way out is there: a crash between the two loses none.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from gateway.delivery import Book
from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst, Delivery
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Receipt
from gateway.model.verdict import Verdict
from gateway.pulse import Pulse

log = logging.getLogger(__name__)

Publish = Callable[[Receipt], Awaitable[None]]
"""Sends one receipt on its way; raises ConnectionError where the way is down (it is tried again)."""

AGAIN_S = 2.0
"""Pause after a failed publish. Our choice: a restarted broker is back within it."""


def accepted(alert: Alert, verdict: Verdict) -> dict[str, object]:
    return {
        "kind": "accepted",
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
        "peer": arrival.peer,
        "element": element,
        "line": line,
        **_why(why),
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


class Outbox:
    """Publishes what the ledger owes, in order, until told to end."""

    def __init__(self, ledger: Book, publish: Publish) -> None:
        self._ledger = ledger
        self._publish = publish
        self._wake = asyncio.Event()
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            owed = self._ledger.owed()
            told: list[int] = []
            try:
                for receipt in owed:
                    with self.pulse.resting():  # a broker may take its time
                        await self._publish(receipt)
                    told.append(receipt.id)
            except ConnectionError as error:
                log.info("receipts wait: %s", error)
            if told:
                await self._ledger.told(told)
            if len(told) < len(owed):
                await asyncio.sleep(AGAIN_S)
            elif not owed:
                with self.pulse.resting():
                    await self._wake.wait()
