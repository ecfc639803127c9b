"""If the process dies, each line has at most one order in doubt: the order that is on its way.

After a start every order that is not known to have reached its unit is sent again. A unit without a memory of
tokens then says it twice. So the next order of a line waits until the answer to the order before is on the
disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SETTLE_S = 0.05
"""An order waits so long for the disk, then it goes out: rather twice than late. Our choice: an SD card
commits sooner."""


class Doubt:
    """Knows for each line whether its last answer is on the disk.

    `mark` gives a future that is done when everything noted so far is on the disk; `hurry` says that somebody
    waits.
    """

    def __init__(self, mark: Callable[[], asyncio.Future[None]], hurry: Callable[[], None]) -> None:
        self._mark = mark
        self._hurry = hurry
        self._marks: dict[str, asyncio.Future[None]] = {}
        self._late: asyncio.Future[None] | None = None

    def answered(self, line: str) -> None:
        """An order of this line was answered. The answer is noted and not yet on the disk."""
        self._marks[line] = self._mark()

    def settled(self, line: str) -> Awaitable[None] | None:
        """Wait until the last answer of this line is on the disk. None: nothing to wait for.

        A disk that was late once is not waited for until it has caught up.
        """
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
