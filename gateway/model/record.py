"""What the ledger keeps, as values: entries, documents, plans with their bursts, receipts; and how it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.model.alert import Alert
from gateway.model.delivery import Burst
from gateway.model.judgement import Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.verdict import Trace, Verdict

CANARY = "canary"
"""The source of the gateway's own trials: shown and told to nobody, kept for a day."""


class DiskFault(StrEnum):
    """What is wrong with the disk under the ledger. BROKEN: it answers with I/O errors, or what lies on it is damaged."""

    FULL = "full"
    READ_ONLY = "read_only"
    BROKEN = "broken"


class LedgerFailed(Exception):
    """The disk did not take it: full, read-only or broken. Nothing of the write is kept; free space or replace the disk."""

    def __init__(self, said: str, fault: DiskFault = DiskFault.BROKEN) -> None:
        super().__init__(said)
        self.fault = fault


@dataclass(frozen=True)
class Trouble:
    """The disk fails since then; `message` is what the database said of it."""

    fault: DiskFault
    message: str
    since: datetime


COMMIT_EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Seconds by which commits are told apart: from a good disk's to a dying card's. Our choice."""


@dataclass(frozen=True)
class Commits:
    """The ledger's commits since the start. `buckets` counts those that took at most so many seconds (cumulative)."""

    count: int = 0
    seconds: float = 0.0
    buckets: Mapping[float, int] = field(default_factory=lambda: dict.fromkeys(COMMIT_EDGES_S, 0))

    def with_one(self, seconds: float) -> Commits:
        """With one commit more, which took so many seconds."""
        buckets = {edge: count + (seconds <= edge) for edge, count in self.buckets.items()}
        return Commits(self.count + 1, self.seconds + seconds, buckets)


class LedgerBusy(Exception):
    """Another process writes this ledger. Stop the other daemon, or give this one its own data directory."""


@dataclass(frozen=True)
class Entry:
    """One document of an arrival with what was decided of it. `senses` are the judges' keys to what it says."""

    alert: Alert
    source: str
    at: datetime
    judgement: Judgement
    senses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A document as it was entered. `arrival` leads to its bytes."""

    key: str
    arrival: int
    source: str
    at: datetime
    alert: Alert
    verdict: Verdict
    trace: Trace


@dataclass(frozen=True)
class PlanRow:
    """A plan with its state: `ended` says why no more of it will sound, None while it is live."""

    plan: Plan
    ended: Why | None
    bursts: tuple[Burst, ...] = field(default=())


@dataclass(frozen=True)
class Receipt:
    """Something its sender shall be told, in order of `id`. `document` is the AlertKey digest, or "" for a rejection."""

    id: int
    source: str
    document: str
    body: str


SENDER = "canary@tongluo.invalid"
"""Its sender; `.invalid` is nobody's (RFC 2606)."""


OWNER = "owner"
"""The source of what comes with the owner's token: it may speak for whatever the http sources may."""
