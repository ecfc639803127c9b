"""A moment by two clocks: the wall clock, which may be set, and the machine's own count, which never goes
back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Instant:
    """A moment of one boot of this machine."""

    wall: datetime
    """The wall time, aware."""
    monotonic: float
    """Seconds since some moment of this boot. Counts of two boots cannot be compared."""
    boot: str
    """The name of the boot."""

    def since(self, earlier: Instant) -> float:
        """Seconds from `earlier` to this one, by the count where both are of one boot, else by the wall
        clock. Never below 0."""
        if self.boot == earlier.boot:
            return max(0.0, self.monotonic - earlier.monotonic)
        return max(0.0, (self.wall - earlier.wall).total_seconds())
