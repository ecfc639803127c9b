"""What the ledger keeps, as values: entries, documents, plans with their bursts, receipts; and how it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.alert import Alert
from gateway.model.delivery import Burst
from gateway.model.judgement import Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.verdict import Trace, Verdict


class LedgerFailed(Exception):
    """The disk did not take it: full, read-only or broken. Nothing of the write is kept; free space or replace the disk."""


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
