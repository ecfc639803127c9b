"""The verdict on a document, and the trace: every rule that was asked on the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.model.reason import Reason, Why


@dataclass(frozen=True)
class Step:
    """One rule that was asked."""

    rule: str
    field: str
    """The field that it looked at."""
    saw: str
    """The value of the field."""
    answer: str
    speakers: tuple[str, ...] = ()
    """The ids of the speakers that it was asked for; none for all."""


Trace = tuple[Step, ...]


@dataclass(frozen=True)
class Air:
    """The document sounds."""

    why: Why
    flags: tuple[Why, ...] = ()
    """What somebody should know of it all the same."""
    name: Literal["air"] = "air"


@dataclass(frozen=True)
class Hold:
    """The document waits, and is judged again when the hold ends."""

    why: Why
    """A hold for CLOCK_UNTRUSTED ends when the clock can be trusted."""
    until: datetime | None = None
    """When it ends by itself; None: when people have approved it."""
    passed: tuple[Reason, ...] = ()
    """Reasons of earlier holds that have ended. They hold it no more."""
    needs: int = 1
    """How many people must approve it."""
    approved: tuple[str, ...] = ()
    """The people who have, by name."""
    flags: tuple[Why, ...] = ()
    """What somebody should know of it all the same."""
    pauses: tuple[str, ...] = ()
    """The keys (AlertKey.digest) of warnings that this document may end. Their further bursts wait as long as
    it is on hold (docs/practice.md, Ends)."""
    name: Literal["hold"] = "hold"

    @property
    def settled(self) -> frozenset[Reason]:
        """The reasons that hold it no more once this hold has ended."""
        return frozenset((self.why.reason, *self.passed))


@dataclass(frozen=True)
class Stop:
    """The document ends the warnings that it names. It is said as a lift where they sounded."""

    why: Why
    ends: tuple[str, ...] = ()
    """The keys (AlertKey.digest) of the documents that it ends: those that it names and that had come, and
    those that people said it ends."""
    name: Literal["stop"] = "stop"


@dataclass(frozen=True)
class Store:
    """The document is listed and does not sound."""

    why: Why
    flags: tuple[Why, ...] = ()
    """What somebody should know of it all the same."""
    name: Literal["store"] = "store"


@dataclass(frozen=True)
class Ignore:
    """The document needs no answer: a heartbeat, a duplicate, an acknowledgement."""

    why: Why
    name: Literal["ignore"] = "ignore"


@dataclass(frozen=True)
class Quarantine:
    """The document is not trusted, or cannot be judged. Its bytes are kept and somebody is told."""

    why: Why
    name: Literal["quarantine"] = "quarantine"


Verdict = Air | Hold | Stop | Store | Ignore | Quarantine
