"""Acts: the record of who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Acts(Protocol):
    """What people did, each act in a person's name."""

    async def act(self, at: datetime, person: str, act: str) -> None:
        """This person did this."""
        ...
