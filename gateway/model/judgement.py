"""The judges' question and answer: what is known of a document's past, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.alert import Alert
from gateway.model.plan import Plan, Tier
from gateway.model.reason import Why
from gateway.model.verdict import Trace, Verdict


@dataclass(frozen=True)
class Policy:
    """What one source may do: `senders` it may speak for, `demo` if its lines are all simulated; and how high it stands."""

    source: str
    senders: frozenset[str]
    demo: bool = False
    tier: Tier = Tier.COUNTY


@dataclass(frozen=True)
class Past:
    """An earlier document as the ledger remembers it. `plan` is the plan it led to, `live` whether that may still sound,
    `sounded` the ids of the speakers where it did."""

    alert: Alert
    source: str
    verdict: str
    at: datetime
    plan: Plan | None = None
    live: bool = False
    sounded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ending:
    """A plan that must end, and why."""

    plan: str
    why: Why


@dataclass(frozen=True)
class Judgement:
    """What becomes of one document. `plan` is set where something shall sound; `endings` name plans to stop first."""

    verdict: Verdict
    trace: Trace
    plan: Plan | None = None
    endings: tuple[Ending, ...] = field(default=())


@dataclass(frozen=True)
class Wait:
    """The guard's answer for one burst at one speaker: not now, ask again at `until`."""

    until: datetime
    why: Why


@dataclass(frozen=True)
class Drop:
    """The guard's answer for one burst at one speaker: never."""

    why: Why
