"""A task's sign of life: it ticks at each turn, and says when it waits because there is nothing to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _nothing() -> bool:
    return False


class Pulse:
    """Kept by what runs, looked at by the supervisor.

    `tick()` at each turn of the loop; `with resting():` round a wait that may rightly last (an empty queue, a quiet line). With `owes`
    (whether work lies there that should have been taken up) a rest through which work waits is not taken for life: a lost wake-up shows.
    """

    def __init__(self, owes: Callable[[], bool] = _nothing) -> None:
        self._owes = owes
        self._turns = 0
        self._seen = 0
        self._rests = 0
        self.at: float | None = None
        """The loop's time at the last tick."""

    def tick(self) -> None:
        self._turns += 1
        self.at = asyncio.get_running_loop().time()

    @contextmanager
    def resting(self) -> Iterator[None]:
        self.tick()
        self._rests += 1
        try:
            yield
        finally:
            self._rests -= 1
            self.tick()

    def lived(self) -> bool:
        """Whether it has shown life since this was last asked."""
        turned, self._seen = self._turns != self._seen, self._turns
        return turned or (self._rests > 0 and not self._owes())
