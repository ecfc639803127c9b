"""How many orders a line has in doubt if the process dies now: one, the order that is on its way.

A unit without a memory of tokens says again whatever is not known to have reached it. So the next order of its line waits until the
answer to the one before is on the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SETTLE_S = 0.05
"""An order waits so long for the disk, then it goes out: rather twice than late. Our choice: a commit on an SD card takes less."""


class Doubt:
    """`mark` gives a future that is done when everything noted so far is on the disk, `hurry` is called where somebody waits for that."""

    def __init__(self, mark: Callable[[], asyncio.Future[None]], hurry: Callable[[], None]) -> None:
        self._mark = mark
        self._hurry = hurry
        self._marks: dict[str, asyncio.Future[None]] = {}
        self._late: asyncio.Future[None] | None = None

    def answered(self, line: str) -> None:
        """An order of this line was answered, which is noted and not yet on the disk."""
        self._marks[line] = self._mark()

    def settled(self, line: str) -> Awaitable[None] | None:
        """Returns when that is on the disk; None where it is already. A disk that was late once is not waited for until it has caught up."""
        mark = self._marks.get(line)
        if mark is None or mark.done() or (self._late and not self._late.done()):
            return None
        return self._wait(mark)

    async def _wait(self, mark: asyncio.Future[None]) -> None:
        self._hurry()
        try:
            async with asyncio.timeout(SETTLE_S):
                await asyncio.shield(mark)
        except TimeoutError:
            self._late = mark
