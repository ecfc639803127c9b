"""What a simulated loudspeaker lives on: mains while there is any, then a battery that drains, faster while it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STANDBY_S: Final = 24 * 3600.0
"""A full battery lasts so long in silence. Our choice."""
SOUNDING_S: Final = 2 * 3600.0
"""A full battery lasts so long under continuous sound. Our choice."""
CHARGING_S: Final = 10 * 3600.0
"""An empty battery is full again after so long on mains. Our choice."""


@dataclass
class Supply:
    """`battery` is the charge in per cent. Times are the loop's; `settle` brings the charge up to one."""

    mains: bool = True
    battery: float = 100.0
    _since: float | None = None

    @property
    def empty(self) -> bool:
        return not self.mains and self.battery <= 0.0

    def settle(self, now: float, sounding: bool) -> None:
        """Whether it was `sounding` since the last time this was called."""
        spent = now - (now if self._since is None else self._since)
        self._since = now
        rate = 1 / CHARGING_S if self.mains else -1 / (SOUNDING_S if sounding else STANDBY_S)
        self.battery = min(max(self.battery + 100 * spent * rate, 0.0), 100.0)
