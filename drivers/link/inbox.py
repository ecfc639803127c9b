"""Where things wait for one taker: what asyncio.Queue does, with a deadline in it, at a third of its price.

Every octet of every line comes through two of these, so the price counts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """Unbounded, in order. One taker at a time."""

    def __init__(self) -> None:
        self._things: deque[T] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def put(self, thing: T) -> None:
        self._things.append(thing)
        _wake(self._waiter)

    @property
    def empty(self) -> bool:
        return not self._things

    def take_now(self) -> T:
        """Raises IndexError when nothing waits."""
        return self._things.popleft()

    async def take(self, until: float | None = None) -> T:
        """The next thing; raises TimeoutError if none came until that loop time. A cancelled take loses nothing."""
        while not self._things:
            loop = asyncio.get_running_loop()
            self._waiter = waiter = loop.create_future()
            timer = None if until is None else loop.call_at(until, _wake, waiter)
            try:
                await waiter
            finally:
                self._waiter = None
                if timer:
                    timer.cancel()
            if not self._things and until is not None and loop.time() >= until:
                raise TimeoutError
        return self._things.popleft()


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter and not waiter.done():
        waiter.set_result(None)
