"""The question to the judges and their answer: the policy and the past of a document, and its judgement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import Literal

from gateway.model.alert import Alert
from gateway.model.plan import Plan, Tier
from gateway.model.reason import Reason, Why
from gateway.model.verdict import Stop, Trace, Verdict


class Trust(IntEnum):
    """How far a source is trusted; the smaller number is trusted more."""

    OFFICIAL = 1
    """The platform of an authority, which pushes its warnings."""
    RELAYED = 2
    """A feed that is asked and tells at second hand (转播)."""


ANY_SENDER = "*"
"""Among the senders of a relay: it passes on warnings of the whole country, and may speak for everybody."""


@dataclass(frozen=True)
class Policy:
    """What one source may do."""

    source: str
    """Its configured name."""
    senders: frozenset[str]
    """The senders that it may speak for; ANY_SENDER for all."""
    demo: bool = False
    """Every line of the site is simulated."""
    tier: Tier = Tier.COUNTY
    trust: Trust = Trust.OFFICIAL
    no_area: Literal["hold", "whole"] = "hold"
    """The answer to a warning that names no place: a person is asked, or the whole site is meant."""
    addresses: frozenset[str] = frozenset()
    """The addresses under which a Private document is for this site."""
    restrictions: frozenset[str] = frozenset()
    """The restrictions of Restricted documents that are for this site."""
    signature: Literal["ignore", "verify_if_present", "require"] = "verify_if_present"
    """How the XML signature of its documents is treated."""
    watch_only: bool = False
    """Everything is received and judged, nothing sounds."""


@dataclass(frozen=True)
class Past:
    """An earlier document as the ledger remembers it."""

    alert: Alert
    source: str
    verdict: str
    """The name of its verdict."""
    at: datetime
    """When it came."""
    plan: Plan | None = None
    """Its newest warning plan, else its newest plan; None where it has none."""
    live: bool = False
    """Whether that plan may still sound."""
    sounded: frozenset[str] = frozenset()
    """The ids of the speakers where one of its plans sounded."""
    trust: Trust = Trust.OFFICIAL
    """How far its source is trusted."""
    decided: Verdict | None = None
    """The whole of its verdict; None where nobody remembers more than its name."""
    partly: frozenset[str] = frozenset()
    """Those of `sounded` that have not heard it whole: it was cut off, or it sounds there now."""
    over: frozenset[str] = frozenset()
    """Speakers at which nothing of it will sound any more although it is live: a person ended it there."""
    again: tuple[Plan, ...] = ()
    """Its other live plans: a person ordered it again (恢复播出)."""
    replaced: bool = False
    """Whether a later document took the place of its plan."""

    @property
    def reason(self) -> Reason | None:
        """The reason of its verdict."""
        return self.decided.why.reason if self.decided else None

    @property
    def ends(self) -> tuple[str, ...]:
        """The keys of the documents that it has ended (`Stop.ends`)."""
        return self.decided.ends if isinstance(self.decided, Stop) else ()

    @cached_property
    def whole(self) -> frozenset[str]:
        """The speakers that have heard it whole."""
        return self.sounded - self.partly

    @property
    def living(self) -> tuple[Plan, ...]:
        """Its plans that may still sound."""
        return (self.plan, *self.again) if self.plan and self.live else self.again

    @cached_property
    def expected(self) -> frozenset[str]:
        """The speakers at which it may still sound."""
        return frozenset(name for plan in self.living for name in plan.targets) - self.over


@dataclass(frozen=True)
class Ending:
    """A plan that must end, and why."""

    plan: str
    """The id of the plan."""
    why: Why


@dataclass(frozen=True)
class Judgement:
    """The judges' answer to one document."""

    verdict: Verdict
    trace: Trace
    plan: Plan | None = None
    """What shall sound; None where nothing shall."""
    endings: tuple[Ending, ...] = field(default=())
    """Plans that end before this one begins."""


@dataclass(frozen=True)
class Wait:
    """The guard's answer for one burst at one speaker: not now. It is asked again at `until`."""

    until: datetime
    why: Why


@dataclass(frozen=True)
class Drop:
    """The guard's answer for one burst at one speaker: never."""

    why: Why
