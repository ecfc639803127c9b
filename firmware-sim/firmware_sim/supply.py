"""The power supply of a simulated loudspeaker: mains, and without mains a battery. The battery drains faster
under sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STANDBY_S: Final = 24 * 3600.0
"""Seconds that a full battery lasts in silence. Our choice."""
SOUNDING_S: Final = 2 * 3600.0
"""Seconds that a full battery lasts under continuous sound. Our choice."""
CHARGING_S: Final = 10 * 3600.0
"""Seconds on mains until an empty battery is full. Our choice."""


@dataclass
class Supply:
    """Mains and battery. `settle` computes the charge at an event loop time."""

    mains: bool = True
    battery: float = 100.0
    """Charge in per cent."""
    _since: float | None = None

    @property
    def empty(self) -> bool:
        return not self.mains and self.battery <= 0.0

    def settle(self, now: float, sounding: bool) -> None:
        """Compute the charge at `now`. `sounding`: whether the speaker sounded since the last call."""
        seconds = now - (now if self._since is None else self._since)
        self._since = now
        rate = 1 / CHARGING_S if self.mains else -1 / (SOUNDING_S if sounding else STANDBY_S)
        self.battery = min(max(self.battery + 100 * seconds * rate, 0.0), 100.0)
