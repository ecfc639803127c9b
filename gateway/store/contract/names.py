"""Names: how this site says them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Names(Protocol):
    """The pronunciation of names and other phrases, as people of this site taught it."""

    async def teach(self, phrase: str, syllables: str, at: datetime, person: str) -> None:
        """From now on the phrase is pronounced with these syllables. "" takes back what was taught."""
        ...

    def pronunciations(self) -> dict[str, str]:
        """The syllables of every phrase that was taught, by the phrase."""
        ...
