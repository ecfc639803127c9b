"""Site data: the versions of the roster."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.model.speaker import Roster


class Site(Protocol):
    """Site data in numbered versions: the roster."""

    async def save_roster(self, roster: Roster, at: datetime, person: str) -> Roster:
        """A new version of the roster. Returns it with its number. Where it equals the newest one, that one
        stays."""
        ...

    def numbered(self, roster: Roster) -> Roster:
        """The roster with the number that `save_roster` would give it."""
        ...
