"""A drill (演练): when, where and for which source exercises may sound. Outside of one they never do (practice.md, Drills)."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Drill:
    """Opened by `person` for these speakers (by id) and the exercises of `source`. `places` are as they were named; `number` is the
    ledger's, 0 before it has it."""

    source: str
    places: tuple[str, ...]
    speakers: tuple[str, ...]
    start: datetime
    end: datetime
    person: str
    number: int = 0

    def open(self, now: datetime) -> bool:
        return self.start <= now < self.end

    def without(self, struck: Container[str]) -> Drill:
        """The same where nothing real has come."""
        return replace(self, speakers=tuple(name for name in self.speakers if name not in struck))
