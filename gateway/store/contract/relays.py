"""Relays: what must be switched off after a crash."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Relays(Protocol):
    """Power relays that must go off again, each known by its line and its unit."""

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        """This relay is about to be switched on."""
        ...

    async def power_off(self, line: str, unit: int) -> None:
        """This relay is off."""
        ...

    def powered(self) -> list[tuple[str, int]]:
        """The relays that were switched on and are not known to be off, as (line, unit), sorted."""
        ...
