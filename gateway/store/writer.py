"""The one writing connection: what waits together is committed together, in place while the disk is quick, else in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import apsw

from gateway.model.record import LedgerFailed
from gateway.store.ballast import Ballast
from gateway.store.pen import Pen

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Pen], T]

QUICK_S = 0.002
"""A commit that takes no longer is made in the loop's own thread: handing it to another and waking up again costs as much. A line does not
notice such a pause: its silence between frames is 1.75 ms at least. Our choice."""
QUICK_IN_A_ROW = 20
"""So many quick commits in a row make the disk quick; one that is not makes it slow again. Our choice: an SD card is never quick so long."""
TOGETHER = 256
"""Pieces of work in one transaction at most: what is urgent waits for one such batch, not for a storm. Our choice."""
PROBE_S = 5.0
"""While the disk takes nothing and nobody writes, it is tried so often: healed is known within ten seconds. Our choice."""


class Kind(StrEnum):
    """What is wrong with the disk."""

    FULL = "full"
    READ_ONLY = "read_only"
    BROKEN = "broken"


@dataclass(frozen=True)
class Trouble:
    """The disk takes nothing. `since` is the loop's time."""

    kind: Kind
    said: str
    since: float


class Writer:
    """Takes pieces of work, runs all that wait in one transaction, and answers each once that is on the disk.

    A piece that fails is rolled back alone. If the commit fails, all fail with LedgerFailed and nothing is kept. `told` hears when the disk
    begins to fail and, with None, when it takes something again.
    """

    def __init__(self, pen: Pen, executor: Executor, ballast: Ballast | None = None) -> None:
        self._pen = pen
        self._executor = executor
        self._ballast = ballast
        self._urgent: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._quick = 0
        self.trouble: Trouble | None = None
        self.told: Callable[[Trouble | None], None] = lambda _: None

    @property
    def connection(self) -> apsw.Connection:
        return self._pen.connection

    async def write(self, work: Work[T], urgent: bool = False) -> T:
        """Run `work` and commit; what is urgent goes first. Returns its result when it would survive a power cut."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._waiting).append((work, future))
        self._wake.set()
        return await future

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            if not (self._urgent or self._waiting):
                await self._wait()
            batch = self._batch()
            results = await self._written([work for work, _ in batch])
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def copy_to(self, target: Path, pages: int) -> None:
        """Copy the database a few pages at a time, in turn with the commits: what these change meanwhile is copied too."""
        loop = asyncio.get_running_loop()
        copy = apsw.Connection(str(target))
        try:
            with copy.backup("main", self.connection, "main") as backup:
                while not backup.done:
                    await loop.run_in_executor(self._executor, backup.step, pages)
            copy.pragma("journal_mode", "delete")  # one file, whole in itself
        finally:
            copy.close()

    async def _wait(self) -> None:
        """For work, or while the disk fails, for the next probe."""
        self._wake.clear()
        try:
            async with asyncio.timeout(PROBE_S if self.trouble else None):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _batch(self) -> list[tuple[Work[Any], asyncio.Future[Any]]]:
        waiting = self._urgent + self._waiting
        self._urgent, self._waiting = [], waiting[TOGETHER:]
        return [(work, future) for work, future in waiting[:TOGETHER] if not future.cancelled()]

    async def _written(self, batch: list[Work[Any]]) -> list[Any]:
        if not batch and not self.trouble:
            return []
        loop = asyncio.get_running_loop()
        if self._quick < QUICK_IN_A_ROW:
            results, took, error = await loop.run_in_executor(self._executor, self._timed, loop, batch)
        else:
            results, took, error = self._timed(loop, batch)
        self._quick = self._quick + 1 if took <= QUICK_S and not error else 0
        self._judge(error)
        return results

    def _judge(self, error: apsw.Error | None) -> None:
        """Tell, once, when the disk begins to fail and when it is well again."""
        if error and not self.trouble:
            self.trouble = Trouble(_kind(error), str(error), asyncio.get_running_loop().time())
            log.critical("the disk takes nothing: %s", error)
            self.told(self.trouble)
        elif not error and self.trouble:
            log.warning("the disk takes what is written again")
            self.trouble = None
            self.told(None)
            if self._ballast:
                self._ballast.take()

    def _timed(
        self, loop: asyncio.AbstractEventLoop, batch: list[Work[Any]]
    ) -> tuple[list[Any], float, apsw.Error | None]:
        """What `_commit` answers, the loop's seconds that it took, and the disk's error."""
        began = loop.time()
        try:
            try:
                results = self._commit(batch)
            except apsw.FullError:
                if not (self._ballast and self._ballast.drop()):
                    raise
                results = self._commit(batch)
        except apsw.Error as error:
            failure = LedgerFailed(str(error))
            failure.__cause__ = error
            return [failure] * len(batch), loop.time() - began, error
        return results, loop.time() - began, None

    def _commit(self, batch: list[Work[Any]]) -> list[Any]:
        with self.connection:
            self._pen.begin()
            results = [self._alone(work) for work in batch]
            if batch:
                self._pen.finish()
            else:
                self._pen.execute("UPDATE seal SET link = link")  # a probe writes something
        return results

    def _alone(self, work: Work[Any]) -> Any:
        where = self._pen.where()
        try:
            with self.connection:
                return work(self._pen)
        except (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CorruptError):
            raise
        except Exception as error:
            self._pen.back(where)
            return error


def _kind(error: apsw.Error) -> Kind:
    if isinstance(error, apsw.FullError):
        return Kind.FULL
    return Kind.READ_ONLY if isinstance(error, apsw.ReadOnlyError) else Kind.BROKEN
