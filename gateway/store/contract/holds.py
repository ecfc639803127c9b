"""Holds: until when nothing sounds."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Holds(Protocol):
    """Holds of everything: nothing sounds at this site until a time. At most one lasts."""

    async def hold_everything(self, at: datetime, person: str, until: datetime) -> None:
        """Nothing sounds until then, or until `end_hold`. It takes the place of a hold that lasts."""
        ...

    async def end_hold(self, at: datetime, person: str) -> None:
        """The hold is over before its time. Without a hold only the act is kept."""
        ...

    def held_until(self) -> datetime | None:
        """The end of the newest hold that nobody has ended; this time may be past. None where there is
        none."""
        ...
