"""Work that waits for one worker: the earliest deadline goes first.

Work for a reading that has begun is sure: other work goes before it only if that delays none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from math import inf
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")

LATER = 1e15
"""A deadline after all bursts that sound, and before all that is only rehearsed."""
NEVER = inf
"""The deadline of what is only rehearsed."""
LEARNS = 0.3
"""The share of the last work in the pace of the worker. Our choice."""


class Asker(Protocol):
    """One who waits for a piece of work."""

    @property
    def due(self) -> float:
        """The time of the loop at which the work is wanted."""
        ...

    @property
    def sure(self) -> bool:
        """Whether a reading has begun that needs it."""
        ...


class Turn(Generic[T]):
    """A piece of work that waits or is being done."""

    def __init__(self, work: Callable[[], Awaitable[T]], size: float, askers: Iterable[Asker]) -> None:
        self.work = work
        self.size = size
        """How much work it is, in the measure of its queue."""
        self.askers = list(askers)
        self.began = 0.0
        """The time of the loop at which it was begun."""
        self.result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.result.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def due(self) -> float:
        """The earliest deadline of those who wait."""
        return min((asker.due for asker in self.askers), default=LATER)

    @property
    def sure(self) -> bool:
        """Whether a reading has begun that needs it."""
        return any(asker.sure for asker in self.askers)


class Queue:
    """The work for one worker, which does `at_once` pieces of it at the same time.

    `pace`: seconds of work for a unit of size, None while nobody knows. It is measured from then on.
    """

    def __init__(self, at_once: int = 1) -> None:
        self._at_once = at_once
        self.pace: float | None = None
        self._waiting: list[Turn[Any]] = []
        self._under_way: dict[Turn[Any], asyncio.Task[None]] = {}

    def ask(self, work: Callable[[], Awaitable[T]], size: float, asker: Asker) -> Turn[T]:
        """Put work into the queue. Its `result` has the outcome or the error."""
        turn = Turn(work, size, [asker])
        self._waiting.append(turn)
        self._begin()
        return turn

    def expected(self, wanted: Collection[Turn[Any]]) -> dict[Turn[Any], float]:
        """The time of the loop at which each of these will be done, if all of them were sure. Empty if the
        pace is not known."""
        if self.pace is None:
            return {}
        clock = at = asyncio.get_running_loop().time()
        times: dict[Turn[Any], float] = {}
        for turn in self._under_way:
            at = times[turn] = max(at, turn.began + self.pace * turn.size, clock)
        for turn in sorted(self._waiting, key=lambda turn: turn.due):
            if turn.sure or turn in wanted:
                at = times[turn] = at + self.pace * turn.size
        return times

    def work(self, size: float) -> float:
        """Seconds of work of this size. 0 while nobody knows."""
        return (self.pace or 0.0) * size

    def backlog(self, due: float) -> float:
        """Seconds of work that goes before work with this deadline."""
        waiting = (turn.size for turn in self._waiting if turn.due < due)
        return self.work(sum(waiting) + sum(turn.size for turn in self._under_way))

    async def close(self) -> None:
        """End all work. Those who wait for it are cancelled."""
        for turn in self._waiting:
            turn.result.cancel()
        self._waiting.clear()
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        while self._waiting and len(self._under_way) < self._at_once:
            turn = self._next()
            self._waiting.remove(turn)
            turn.began = asyncio.get_running_loop().time()
            self._under_way[turn] = asyncio.create_task(self._do(turn), name="voice work")

    def _next(self) -> Turn[Any]:
        """The turn with the earliest deadline that makes no sure one late."""
        waiting = sorted(self._waiting, key=lambda turn: turn.due)
        pace = self.pace or 0.0
        at, spare = asyncio.get_running_loop().time(), inf
        for turn in waiting:
            if turn.sure:
                at += pace * turn.size
                spare = min(spare, turn.due - at)
        fitting = (turn for turn in waiting if turn.sure or pace * turn.size <= spare)
        return next(fitting, waiting[0])

    async def _do(self, turn: Turn[Any]) -> None:
        try:
            result = await turn.work()
        except Exception as error:  # those who wait for it get it
            _settle(turn.result, error)
        except BaseException:
            turn.result.cancel()
            raise
        else:
            self._learn(asyncio.get_running_loop().time() - turn.began, turn.size)
            if not turn.result.done():
                turn.result.set_result(result)
        finally:
            self._under_way.pop(turn, None)
            self._begin()

    def _learn(self, seconds: float, size: float) -> None:
        pace = seconds / size
        self.pace = pace if self.pace is None else self.pace + LEARNS * (pace - self.pace)


def _settle(result: asyncio.Future[Any], error: Exception) -> None:
    if not result.done():
        result.set_exception(error)
