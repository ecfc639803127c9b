"""A moment told twice: by the wall, which may be set, and by the machine's own count, which never goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Instant:
    """`wall` is aware. `monotonic` counts seconds since some moment of this `boot`; between two boots it says nothing."""

    wall: datetime
    monotonic: float
    boot: str

    def since(self, earlier: Instant) -> float:
        """Seconds from `earlier` to this: counted where both are of one boot, by the wall otherwise. Never less than nought."""
        if self.boot == earlier.boot:
            return max(0.0, self.monotonic - earlier.monotonic)
        return max(0.0, (self.wall - earlier.wall).total_seconds())
