"""Storage: the disk under the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gateway.model.record import Commits, Trouble


class Storage(Protocol):
    """How well the disk under the ledger does."""

    @property
    def trouble(self) -> Trouble | None:
        """Why the disk takes no writes, and since when. None while it takes them."""
        ...

    @property
    def commits(self) -> Commits:
        """The number of commits since the start, and the time they took."""
        ...

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        """Call `told` when the disk begins to fail, with the trouble, and when it takes writes again, with
        None.

        It is called at once where the disk fails already. There is one listener; a second takes the place of
        the first.
        """
        ...

    def on_seen_late(self, told: Callable[[], None]) -> None:
        """Call `told` when a ledger that could not be read at the start can be read. There is one
        listener."""
        ...

    def seen(self) -> datetime | None:
        """The newest time at which a row was kept while the clock could be trusted. A clock that shows less
        is wrong."""
        ...

    async def close(self) -> None:
        """Close the ledger. A write that nobody has awaited may be lost."""
        ...
