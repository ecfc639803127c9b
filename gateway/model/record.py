"""The values that the ledger keeps and returns, and its errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.model.alert import Alert, Reply
from gateway.model.delivery import HEARD, Burst, Delivery
from gateway.model.judgement import Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.verdict import Trace, Verdict

CANARY = "canary"
"""The source of the gateway's own trial warnings. They are shown to nobody and kept for a day."""


class DiskFault(StrEnum):
    """The fault of the disk under the ledger."""

    FULL = "full"
    READ_ONLY = "read_only"
    BROKEN = "broken"
    """It answers with I/O errors, or its contents are damaged."""


class LedgerFailed(Exception):
    """The disk is full, read-only or broken. Nothing of the write is kept. Free space, or replace the
    disk."""

    def __init__(self, message: str, fault: DiskFault = DiskFault.BROKEN) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True)
class Trouble:
    """A disk that fails."""

    fault: DiskFault
    message: str
    """The database's own words."""
    since: datetime


COMMIT_EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""The edges in seconds by which commits are counted: from a good disk's to a dying card's. Our choice."""


@dataclass(frozen=True)
class Commits:
    """The commits of the ledger since the start."""

    count: int = 0
    seconds: float = 0.0
    """The time that all of them took."""
    buckets: Mapping[float, int] = field(default_factory=lambda: dict.fromkeys(COMMIT_EDGES_S, 0))
    """For each edge, the number of commits that took at most so many seconds."""

    def with_one(self, seconds: float) -> Commits:
        """These and one commit more, which took so many seconds."""
        buckets = {edge: count + (seconds <= edge) for edge, count in self.buckets.items()}
        return Commits(self.count + 1, self.seconds + seconds, buckets)


class LedgerBusy(Exception):
    """Another process writes this ledger. Stop it, or give this daemon a data directory of its own."""


@dataclass(frozen=True)
class Entry:
    """One document of an arrival with its judgement, ready to be written."""

    alert: Alert
    source: str
    at: datetime
    """When it came."""
    judgement: Judgement
    senses: tuple[str, ...] = ()
    """Keys to the meaning of the alert (judge/sense): two alerts that share one may say the same."""


@dataclass(frozen=True)
class Document:
    """A document in the ledger."""

    key: str
    """The digest of the alert's key."""
    arrival: int
    """The number of the arrival that holds its bytes."""
    source: str
    at: datetime
    """When it came."""
    alert: Alert
    verdict: Verdict
    trace: Trace


@dataclass(frozen=True)
class PlanRow:
    """A plan in the ledger."""

    plan: Plan
    ended: Why | None
    """Why no more of it will sound; None while it is live."""
    bursts: tuple[Burst, ...] = field(default=())
    """Those that have begun or ended, by number and speaker."""

    @property
    def deliveries(self) -> list[Delivery]:
        """The plan at each of its speakers, also where nothing has begun."""
        return [
            Delivery(self.plan.id, speaker, tuple(burst for burst in self.bursts if burst.speaker == speaker))
            for speaker in self.plan.targets
        ]

    @property
    def whole(self) -> frozenset[str]:
        """The speakers that have heard a burst of it to its end, as far as anybody can tell."""
        return frozenset(burst.speaker for burst in self.bursts if burst.outcome in HEARD)

    @property
    def waiting(self) -> frozenset[str]:
        """The speakers at which it may still sound: not each of their bursts has ended."""
        if self.ended:
            return frozenset()
        ended = Counter(burst.speaker for burst in self.bursts if burst.outcome)
        return frozenset(name for name, planned in self.plan.rounds.items() if ended[name] < planned)


@dataclass(frozen=True)
class Receipt:
    """A message to the sender of a document. Receipts are sent in the order of their ids."""

    id: int
    source: str
    """The source that the document came from."""
    document: str
    """The digest of the document's key; empty where the bytes could not be parsed."""
    body: str
    """JSON."""


@dataclass(frozen=True)
class Answer:
    """A receipt that is owed where a sender wants it."""

    reply: int
    """The number of the reply in the ledger."""
    to: Reply
    receipt: Receipt


SENDER = "canary@tongluo.invalid"
"""The sender of the canary's warnings. `.invalid` belongs to nobody (RFC 2606)."""


OWNER = "owner"
"""The source of documents that come with the owner's token. It may speak for every sender of the http
sources."""

NAME_MOST = 40
"""The longest name of a person who acts, in characters. Our choice."""
