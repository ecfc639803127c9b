"""A drill (演练): when, where and for which source exercises may sound (docs/practice.md, Drills).

Outside of a drill an exercise never sounds.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Drill:
    """A drill that a person opened."""

    source: str
    """The name of the source whose exercises sound."""
    places: tuple[str, ...]
    """The places as the person named them."""
    speakers: tuple[str, ...]
    """The ids of the speakers in these places."""
    start: datetime
    end: datetime
    person: str
    """Who opened it."""
    number: int = 0
    """Its number in the ledger; 0 before it is there."""

    def open(self, now: datetime) -> bool:
        """Whether it has begun and is not over."""
        return self.start <= now < self.end

    def without(self, speakers: Container[str]) -> Drill:
        """The same drill without these speakers: something real has sounded there."""
        return replace(self, speakers=tuple(name for name in self.speakers if name not in speakers))
