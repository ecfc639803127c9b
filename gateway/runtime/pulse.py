"""The sign of life of a task: it ticks at each turn, and says when it waits because there is nothing to
do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _nothing() -> bool:
    return False


class Pulse:
    """Kept by a task, looked at by the supervisor.

    The task calls `tick()` at each turn of its loop, and puts `with resting():` round a wait that may rightly
    last (an empty queue, a quiet line).
    """

    def __init__(self, work_waits: Callable[[], bool] = _nothing) -> None:
        self._work_waits = work_waits
        """Whether work lies there that the task should have taken up. A task that rests all the same shows no
        life: a wake-up was lost."""
        self._ticks = 0
        self._ticks_seen = 0
        self._rests = 0
        self.at: float | None = None
        """The loop's time at the last tick; None before the first."""

    def tick(self) -> None:
        """The task lives."""
        self._ticks += 1
        self.at = asyncio.get_running_loop().time()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """The task waits, and nothing is wrong with that."""
        self.tick()
        self._rests += 1
        try:
            yield
        finally:
            self._rests -= 1
            self.tick()

    def lived(self) -> bool:
        """Whether the task has shown life since this was last asked."""
        ticked, self._ticks_seen = self._ticks != self._ticks_seen, self._ticks
        return ticked or (self._rests > 0 and not self._work_waits())
