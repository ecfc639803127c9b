"""What becomes of a document, and every rule that was asked on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.model.reason import Reason, Why


@dataclass(frozen=True)
class Step:
    """One rule asked: which value of which field it saw, and what it answered; `speakers` are those it was asked for, none for all."""

    rule: str
    field: str
    saw: str
    answer: str
    speakers: tuple[str, ...] = ()


Trace = tuple[Step, ...]


@dataclass(frozen=True)
class Air:
    """It sounds. `flags` are what somebody should know of it all the same, here and in the other verdicts."""

    why: Why
    flags: tuple[Why, ...] = ()
    name: Literal["air"] = "air"


@dataclass(frozen=True)
class Hold:
    """It waits and is judged again at `until`. None: until a person decides. One for CLOCK_UNTRUSTED ends when the clock can be trusted. `passed` are the reasons it was held for before and was let through: they hold it no more.
    `needs` people must say yes, `approved` have (by name)."""

    why: Why
    until: datetime | None = None
    passed: tuple[Reason, ...] = ()
    needs: int = 1
    approved: tuple[str, ...] = ()
    flags: tuple[Why, ...] = ()
    name: Literal["hold"] = "hold"

    @property
    def settled(self) -> frozenset[Reason]:
        """What need not hold it again once this hold has ended."""
        return frozenset((self.why.reason, *self.passed))


@dataclass(frozen=True)
class Stop:
    """It ends what it names, and is said as a lift where that sounded."""

    why: Why
    name: Literal["stop"] = "stop"


@dataclass(frozen=True)
class Store:
    """It is listed and does not sound."""

    why: Why
    flags: tuple[Why, ...] = ()
    name: Literal["store"] = "store"


@dataclass(frozen=True)
class Ignore:
    """It needs nothing: a heartbeat, a duplicate, an acknowledgement."""

    why: Why
    name: Literal["ignore"] = "ignore"


@dataclass(frozen=True)
class Quarantine:
    """It cannot be trusted or understood; its bytes are kept and somebody is told."""

    why: Why
    name: Literal["quarantine"] = "quarantine"


Verdict = Air | Hold | Stop | Store | Ignore | Quarantine
