"""The one writing connection: what waits together is committed together, in place while the disk is quick, else in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

import apsw

from gateway.model.record import LedgerFailed

T = TypeVar("T")
Work = Callable[[apsw.Connection], T]

QUICK_S = 0.002
"""A commit that takes no longer is made in the loop's own thread: handing it to another and waking up again costs as much. A line does not
notice such a pause: its silence between frames is 1.75 ms at least. Our choice."""
QUICK_IN_A_ROW = 20
"""So many quick commits in a row make the disk quick; one that is not makes it slow again. Our choice: an SD card is never quick so long."""


class Writer:
    """Takes pieces of work, runs all that wait in one transaction, and answers each once that is on the disk.

    A piece that fails is rolled back alone. If the commit fails, all fail with LedgerFailed and nothing is kept.
    """

    def __init__(self, connection: apsw.Connection, executor: Executor) -> None:
        self._connection = connection
        self._executor = executor
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._quick = 0

    async def write(self, work: Work[T]) -> T:
        """Run `work` and commit. Returns its result when it would survive a power cut."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        self._wake.set()
        return await future

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch = [(work, future) for work, future in self._waiting if not future.cancelled()]
            self._waiting.clear()
            if not batch:
                continue
            together = [work for work, _ in batch]
            if self._quick < QUICK_IN_A_ROW:
                results, took = await loop.run_in_executor(self._executor, self._timed, loop, together)
            else:
                results, took = self._timed(loop, together)
            self._quick = self._quick + 1 if took <= QUICK_S else 0
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _timed(self, loop: asyncio.AbstractEventLoop, batch: list[Work[Any]]) -> tuple[list[Any], float]:
        """What `_commit` answers, and the loop's seconds that it took."""
        began = loop.time()
        return self._commit(batch), loop.time() - began

    def _commit(self, batch: list[Work[Any]]) -> list[Any]:
        try:
            with self._connection:
                results = [self._alone(work) for work in batch]
        except apsw.Error as error:
            failure = LedgerFailed(str(error))
            failure.__cause__ = error
            return [failure] * len(batch)
        return results

    def _alone(self, work: Work[Any]) -> Any:
        try:
            with self._connection:
                return work(self._connection)
        except (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CorruptError):
            raise
        except Exception as error:
            return error
