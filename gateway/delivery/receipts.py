"""What senders are told: accepted, each speaker, a summary. Bodies are written in the ledger with the fact they tell (an outbox) and
published when the way out is there: a crash between the two loses none. Signed where the sender's road has a key (docs/receipts.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from gateway.delivery import Book
from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst, Delivery
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Receipt
from gateway.model.verdict import Verdict
from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

Publish = Callable[[Receipt], Awaitable[None]]
"""Sends one receipt on its way; raises ConnectionError where the way is down (it is tried again)."""

AGAIN_S = 2.0
"""Pause before a road that failed is tried again; the other roads do not wait. Our choice: a restarted broker is back within it."""

PATIENCE_S = 20.0
"""A broker that has not acknowledged a receipt by then has failed. Our choice: more than a busy one needs, less than its keepalive."""

TOGETHER = 32
"""Receipts on their way at once: a county's three hundred speakers are told in waves that hold nothing else up. Our choice."""

GATHER_S = 0.02
"""Receipts wait so long for each other: what sounds goes first, and what is told together is written down together. Our choice."""


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


class Seals:
    """Turns receipts into letters. `keys` holds the key of each source that has one."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    def letter(self, receipt: Receipt) -> dict[str, object]:
        """The receipt's body with its number and, where there is a key, its signature: HMAC-SHA256 over the canonical form of all the rest."""
        letter: dict[str, object] = {**json.loads(receipt.body), "receipt": receipt.id}
        if key := self._keys.get(receipt.source):
            value = hmac.new(key, canonical(letter), hashlib.sha256).hexdigest()
            letter["signature"] = {"algorithm": "HMAC-SHA256", "value": value}
        return letter


UNSIGNED = Seals({})


def canonical(letter: Mapping[str, object]) -> bytes:
    """One form for one content: JSON in UTF-8, keys sorted, no blanks, nothing escaped that need not be. For our strings, integers, booleans
    and nulls this is RFC 8785."""
    return json.dumps(letter, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Outbox:
    """Publishes what the ledger owes, each road's in order, until told to end. A road that is down holds up no other."""

    def __init__(self, ledger: Book, publish: Publish) -> None:
        self._ledger = ledger
        self._publish = publish
        self._wake = asyncio.Event()
        self._down: dict[str, float] = {}
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    def retry(self) -> None:
        """A road may be there again: nothing waits for its pause."""
        self._down.clear()
        self._wake.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            self._down = {source: until for source, until in self._down.items() if until > loop.time()}
            owed = self._ledger.owed(TOGETHER, self._down) if self._down else self._ledger.owed(TOGETHER)
            if owed:
                await self._send(owed)
                continue
            with self.pulse.resting():
                try:
                    async with asyncio.timeout_at(min(self._down.values(), default=None)):
                        await self._wake.wait()
                        await asyncio.sleep(GATHER_S)
                except TimeoutError:
                    pass

    async def _send(self, owed: list[Receipt]) -> None:
        with self.pulse.resting():  # a broker may take its time
            gone = await asyncio.gather(*(self._try(receipt) for receipt in owed))
        told = [receipt.id for receipt, went in zip(owed, gone, strict=True) if went]
        if told:
            await self._ledger.told(told)

    async def _try(self, receipt: Receipt) -> bool:
        """Whether it has reached its way out."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._publish(receipt)
        except (ConnectionError, TimeoutError) as error:
            if receipt.source not in self._down:
                log.info("receipts to %s wait: %s", receipt.source, error)
            self._down[receipt.source] = asyncio.get_running_loop().time() + AGAIN_S
            return False
        return True
