"""What became of a plan at one speaker: rungs of evidence, then an outcome (practice.md, What became of it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from gateway.model.reason import Why


class Evidence(IntEnum):
    """The ladder; each unit has a highest rung it can reach."""

    QUEUED = 0
    SENT = 1
    ACCEPTED = 2
    SOUNDING = 3
    PROVED = 4


class Outcome(StrEnum):
    """PLAYED: evidence SOUNDING or better. UNPROVED: its hardware cannot prove more. SILENT: a rung it could have reached was missed."""

    PLAYED = "played"
    UNPROVED = "unproved"
    SILENT = "silent"
    EXPIRED = "expired"
    PREEMPTED = "preempted"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Form(StrEnum):
    """How it was said there."""

    TEXT = "text"
    AUDIO = "audio"
    CLIP = "clip"
    TONE = "tone"


@dataclass(frozen=True)
class Burst:
    """One burst at one speaker. `outcome` is None while it waits or sounds; `why` explains an outcome.

    `tries` counts orders sent. `take` counts its beginnings: a burst that was pre-empted starts again as the next take, under a token
    of its own. `crashes` counts the restarts that found it in mid-play; `boot` names the boot of this machine in which its unit took
    the last order, empty until it has.
    """

    plan: str
    speaker: str
    number: int
    evidence: Evidence = Evidence.QUEUED
    outcome: Outcome | None = None
    why: Why | None = None
    form: Form | None = None
    tries: int = 0
    began: datetime | None = None
    ended: datetime | None = None
    take: int = 0
    crashes: int = 0
    boot: str = ""

    def plays_on(self, boot: str) -> bool:
        """Whether the unit goes on by itself although the daemon went down: it had taken the order for a clip of its own, and the power
        has not failed here since. To order that again would cut it off and begin it anew."""
        return (
            self.form is Form.CLIP and self.evidence >= Evidence.ACCEPTED and bool(boot) and self.boot == boot
        )


@dataclass(frozen=True)
class Delivery:
    """A plan at one speaker: its bursts so far. The best burst speaks for the whole."""

    plan: str
    speaker: str
    bursts: tuple[Burst, ...]

    @property
    def evidence(self) -> Evidence:
        return max((burst.evidence for burst in self.bursts), default=Evidence.QUEUED)

    @property
    def outcome(self) -> Outcome | None:
        """PLAYED or UNPROVED if any burst was; else what the last ended burst came to; None while none has ended."""
        ended = [burst.outcome for burst in self.bursts if burst.outcome]
        for good in (Outcome.PLAYED, Outcome.UNPROVED):
            if good in ended:
                return good
        return ended[-1] if ended else None

    @property
    def why(self) -> Why | None:
        """The reason of the burst that speaks for the whole."""
        outcome = self.outcome
        return next((burst.why for burst in reversed(self.bursts) if burst.outcome == outcome), None)
