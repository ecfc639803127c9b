"""The one writer. Writes that wait together are committed together: in the loop while the disk is quick, else
in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Any

import apsw

from gateway.model.record import Commits, DiskFault, LedgerFailed, Trouble
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.transactions import Piece, T, Transactions, Work

log = logging.getLogger(__name__)

QUICK_S = 0.002
"""While a sync takes no longer, commits are made in the loop's own thread: to hand them to another thread
costs more. A line does not notice such a pause, because its silence between frames is 1.75 ms at least. Our
choice."""
IN_PLACE = 16
"""The most pieces of work in one transaction in the loop's own thread: some milliseconds. Our choice."""
QUICK_IN_A_ROW = 20
"""The disk counts as quick after so many quick commits in a row, and as slow after one slow commit. Our
choice: an SD card is never quick for so long."""
TOGETHER = 128
"""The most pieces of work in one transaction: an urgent write waits for one such batch at most. Our
choice."""
TOGETHER_BYTES = 4 * 2**20
"""The most bytes in one transaction: two of the largest documents. Our choice."""
PROBE_S = 2.0
"""How often a disk that fails is tried. It is known well within ten seconds that it has recovered. Our
choice."""

LOG_PAGES = 1000
"""The pages of 4 KB in the write-ahead log from which on the log is emptied in a calm moment. It is SQLite's
own figure, but SQLite would empty it in the middle of a commit, with two more syncs and hundreds of scattered
writes."""
LOG_MOST = 2000
"""The pages from which on the log is emptied at once. They are 8 MB: on a full disk the ballast must give
room for them. Our choice."""
CALM_S = 1.0
"""A calm moment: so long nothing was to be written. Our choice: the writes of one warning are nearer to each
other."""

Reopen = Callable[[], Awaitable[ChainedConnection]]
"""Opens a ledger that could not be opened at the start. Raises apsw.Error or OSError while it still
cannot."""


class Writer:
    """Runs the work that waits in one transaction, and gives each piece its result once that is on the disk.

    A piece that fails is rolled back alone. Where the commit fails twice, every piece fails with LedgerFailed
    and nothing is kept. From then on every write fails at once, until the disk has recovered: grave plans
    sound from memory meanwhile. On a full disk the ballast gives room for all work but that which will come
    again.
    """

    def __init__(
        self,
        chained: ChainedConnection,
        executor: Executor,
        now: Callable[[], datetime],
        ballast: Ballast | None = None,
        sure: Callable[[], bool] = lambda: False,
    ) -> None:
        """`now` gives the wall time, `sure` tells whether it can be trusted."""
        self._transactions = Transactions(chained, ballast)
        self._executor = executor
        self._now = now
        self._sure = sure
        self._urgent: list[Piece] = []
        self._waiting: list[Piece] = []
        self._wake = asyncio.Event()
        self._quick = 0
        self._probe_at = 0.0
        self.trouble: Trouble | None = None
        self.told: Callable[[Trouble | None], None] = lambda _: None
        """Called when the disk begins to fail, and with None when it has recovered."""
        self._reopen: Reopen | None = None

    @property
    def connection(self) -> apsw.Connection:
        return self._transactions.connection

    @property
    def commits(self) -> Commits:
        """The number of commits since the start, and the time they took."""
        return self._transactions.commits

    def closed(self, trouble: Trouble, reopen: Reopen) -> None:
        """The ledger could not be opened. Every write is refused until `reopen` opens it."""
        self.trouble, self._reopen = trouble, reopen

    def _refuses(self, again: bool) -> LedgerFailed | None:
        """The error of a write that is refused without being tried; None where it is tried."""
        if self.trouble and (again or self._reopen or self.trouble.fault is not DiskFault.FULL):
            return LedgerFailed(self.trouble.message, self.trouble.fault)
        return None

    async def write(self, work: Work[T], urgent: bool = False, again: bool = False, size: int = 0) -> T:
        """Run `work` and commit. Returns its result once that would survive a power cut. Raises LedgerFailed.

        `urgent`: it goes before all that wait. `again`: it will come again, so a full disk may refuse it.
        `size` in bytes.
        """
        if refused := self._refuses(again):
            raise refused
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._waiting).append(Piece(work, future, again, size))
        self._wake.set()
        return await future

    async def rest(self) -> None:
        """Wait until nothing is written any more, once `run` was cancelled: its thread may be in a commit."""
        await asyncio.get_running_loop().run_in_executor(self._executor, int)

    async def run(self) -> None:
        """Write until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            waits = bool(self._urgent or self._waiting) or await self._wait()
            if self.trouble and loop.time() >= self._probe_at:
                await self._probe(loop)
            elif self._transactions.pages >= (LOG_MOST if waits and not self.trouble else LOG_PAGES):
                await loop.run_in_executor(self._executor, self._transactions.empty_log)
            if batch := self._batch():
                results = await self._written(loop, batch)
                for piece, result in zip(batch, results, strict=True):
                    if piece.future.done():
                        continue
                    if isinstance(result, BaseException):
                        piece.future.set_exception(result)
                    else:
                        piece.future.set_result(result)

    async def _wait(self) -> bool:
        """Wait for work: while the disk fails until the next probe, while the log is long for a calm moment.

        Returns whether work came.
        """
        self._wake.clear()
        calm = asyncio.get_running_loop().time() + CALM_S if self._transactions.pages >= LOG_PAGES else None
        try:
            async with asyncio.timeout_at(self._probe_at if self.trouble else calm):
                return await self._wake.wait()
        except TimeoutError:
            return False

    def _batch(self) -> list[Piece]:
        """The pieces of the next transaction: the urgent ones, then the oldest."""
        waiting = self._urgent + self._waiting
        size = count = 0
        for piece in waiting[: IN_PLACE if self._quick >= QUICK_IN_A_ROW else TOGETHER]:
            size += piece.size
            if count and size > TOGETHER_BYTES:
                break
            count += 1
        left = waiting[count:]
        urgent = max(0, len(self._urgent) - count)
        self._urgent, self._waiting = left[:urgent], left[urgent:]
        return [piece for piece in waiting[:count] if not piece.future.cancelled()]

    async def _written(self, loop: asyncio.AbstractEventLoop, batch: Sequence[Piece]) -> list[Any]:
        """Write a batch. Returns a result or an exception for each piece."""
        errors = [self._refuses(piece.again) for piece in batch]
        if any(errors):
            taken = [piece for piece, error in zip(batch, errors, strict=True) if not error]
            results = iter(await self._written(loop, taken) if taken else [])
            return [error or next(results) for error in errors]
        self._transactions.stamp(self._now().isoformat(timespec="milliseconds"), self._sure())
        if self._quick < QUICK_IN_A_ROW:
            tried = await loop.run_in_executor(self._executor, self._transactions.attempt, loop, batch)
        else:
            tried = self._transactions.attempt(loop, batch)
        self._quick = self._quick + 1 if self._transactions.sync_s <= QUICK_S and not tried.fault else 0
        if tried.fault:
            self._fell(loop, tried.fault, str(tried.error))
        return tried.results

    # --- a disk that fails ---------------------------------------------------------------------------------

    def _fell(self, loop: asyncio.AbstractEventLoop, fault: DiskFault, message: str) -> None:
        """Tell, once, that the disk fails."""
        if self.trouble and self.trouble.fault is fault:
            return
        self.trouble = Trouble(fault, message, self._now())
        self._probe_at = loop.time() + PROBE_S
        log.critical("the disk fails (%s): %s", fault, message)
        self.told(self.trouble)

    async def _probe(self, loop: asyncio.AbstractEventLoop) -> None:
        """Try whether the disk has recovered. It has once the ballast is there again, where there was one."""
        assert self.trouble
        if self._reopen:
            error = await self._open_late(self._reopen)
        else:
            error = await loop.run_in_executor(self._executor, self._transactions.heals)
        self._probe_at = loop.time() + PROBE_S
        if error is None:
            log.warning("the disk takes what is written again")
            self.trouble = None
            self.told(None)
        elif isinstance(error, apsw.Error) and not self._reopen:
            self._fell(loop, self._transactions.fault(error), str(error))

    async def _open_late(self, reopen: Reopen) -> Exception | None:
        """Open a ledger that could not be opened at the start. Returns the error."""
        try:
            self._transactions.reopened(await reopen())
        except (apsw.Error, OSError) as error:
            return error
        self._reopen = None
        return None
