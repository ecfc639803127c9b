"""The judges' question and answer: what is known of a document's past, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal

from gateway.model.alert import Alert
from gateway.model.plan import Plan, Tier
from gateway.model.reason import Why
from gateway.model.verdict import Trace, Verdict


class Trust(IntEnum):
    """How far a road is believed; smaller is more. An official platform pushes; a relay (转播) tells at second hand what it found."""

    OFFICIAL = 1
    RELAYED = 2


@dataclass(frozen=True)
class Policy:
    """What one source may do: `senders` it may speak for, `demo` if its lines are all simulated; and how high it stands. `no_area`: what becomes
    of its warnings that name no place: a person is asked, or the whole site is meant. `addresses` are the names a Private document may call us
    by, `restrictions` the Restricted ones that are for us. `signature`: whether its documents are signed. `watch_only`: nothing sounds here."""

    source: str
    senders: frozenset[str]
    demo: bool = False
    tier: Tier = Tier.COUNTY
    trust: Trust = Trust.OFFICIAL
    no_area: Literal["hold", "whole"] = "hold"
    addresses: frozenset[str] = frozenset()
    restrictions: frozenset[str] = frozenset()
    signature: Literal["ignore", "verify_if_present", "require"] = "verify_if_present"
    watch_only: bool = False


@dataclass(frozen=True)
class Past:
    """An earlier document as the ledger remembers it. `plan` is the plan it led to, `live` whether that may still sound,
    `sounded` the ids of the speakers where it did, `trust` how far its road is believed."""

    alert: Alert
    source: str
    verdict: str
    at: datetime
    plan: Plan | None = None
    live: bool = False
    sounded: frozenset[str] = frozenset()
    trust: Trust = Trust.OFFICIAL


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
