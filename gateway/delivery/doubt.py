"""How many orders a line has in doubt if the process dies now: one, the order that is on its way.

A unit without a memory of tokens says again whatever is not known to have reached it. So the next order of its line waits until the
answer to the one before is on the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SETTLE_S = 0.05
"""An order waits so long for the disk, then it goes out: rather twice than late. Our choice: a commit on an SD card takes less."""


class Doubt:
    """`mark` gives a future that is done when everything noted so far is on the disk."""

    def __init__(self, mark: Callable[[], asyncio.Future[None]]) -> None:
        self._mark = mark
        self._marks: dict[str, asyncio.Future[None]] = {}
        self._late: asyncio.Future[None] | None = None

    def answered(self, line: str) -> None:
        """An order of this line was answered, which is noted and not yet on the disk."""
        self._marks[line] = self._mark()

    async def settled(self, line: str) -> None:
        """Returns when that is on the disk. A disk that was late once is not waited for until it has caught up."""
        mark = self._marks.get(line)
        if mark is None or mark.done() or (self._late and not self._late.done()):
            return
        try:
            async with asyncio.timeout(SETTLE_S):
                await asyncio.shield(mark)
        except TimeoutError:
            self._late = mark
