"""What became of a plan at one speaker: evidence, then an outcome (docs/practice.md, What became of it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from gateway.model.reason import Why


class Evidence(IntEnum):
    """How sure we are that a burst sounds. Each unit has a highest rung that it can reach."""

    QUEUED = 0
    SENT = 1
    ACCEPTED = 2
    SOUNDING = 3
    PROVED = 4


class Outcome(StrEnum):
    """How a burst ended."""

    PLAYED = "played"
    """The evidence was SOUNDING or better."""
    UNPROVED = "unproved"
    """It ended as far as can be reckoned. The hardware cannot tell more."""
    SILENT = "silent"
    """A rung was missed that the unit can reach."""
    EXPIRED = "expired"
    """Its time was past, or a later burst was due."""
    PREEMPTED = "preempted"
    """A higher class took the air, and it had no further turn."""
    CANCELLED = "cancelled"
    """A person, a cancellation or an update ended it."""
    REFUSED = "refused"
    """The unit or its driver does not play it, or it has no form for this unit."""


HEARD = frozenset({Outcome.PLAYED, Outcome.UNPROVED})
"""The outcomes of a burst that was a reading. One that was cut off or cancelled is none."""


class Form(StrEnum):
    """How a burst was said at its speaker."""

    TEXT = "text"
    AUDIO = "audio"
    CLIP = "clip"
    TONE = "tone"


@dataclass(frozen=True)
class Burst:
    """One burst of a plan at one speaker."""

    plan: str
    """The id of the plan."""
    speaker: str
    """The id of the speaker."""
    number: int
    """Which burst of the plan, from 0."""
    evidence: Evidence = Evidence.QUEUED
    outcome: Outcome | None = None
    """None while it waits or sounds."""
    why: Why | None = None
    """The reason for the outcome."""
    form: Form | None = None
    tries: int = 0
    """How many orders were sent."""
    began: datetime | None = None
    ended: datetime | None = None
    take: int = 0
    """How often it was pre-empted. It starts again as the next take, with a token of its own."""
    crashes: int = 0
    """How many restarts found it in the middle of playing."""
    boot: str = ""
    """The boot of this machine in which the unit took the last order; empty until it has."""

    def plays_on(self, boot: str) -> bool:
        """Whether the unit plays on by itself after the daemon went down in this boot.

        It does so where it had taken the order for a clip of its own. A second order would cut the clip off
        and begin it again.
        """
        return (
            self.form is Form.CLIP and self.evidence >= Evidence.ACCEPTED and bool(boot) and self.boot == boot
        )


@dataclass(frozen=True)
class Delivery:
    """A plan at one speaker. The best burst stands for the whole."""

    plan: str
    """The id of the plan."""
    speaker: str
    """The id of the speaker."""
    bursts: tuple[Burst, ...]
    """Those that have begun or ended, in order."""

    @property
    def evidence(self) -> Evidence:
        return max((burst.evidence for burst in self.bursts), default=Evidence.QUEUED)

    @property
    def outcome(self) -> Outcome | None:
        """PLAYED if any burst was played, else UNPROVED if any was; else the outcome of the last one that
        ended. None while none has ended."""
        ended = [burst.outcome for burst in self.bursts if burst.outcome]
        for good in (Outcome.PLAYED, Outcome.UNPROVED):
            if good in ended:
                return good
        return ended[-1] if ended else None

    @property
    def why(self) -> Why | None:
        """The reason of the burst that stands for the whole."""
        outcome = self.outcome
        return next((burst.why for burst in reversed(self.bursts) if burst.outcome == outcome), None)
