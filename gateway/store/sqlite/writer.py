"""The one writing connection: what waits together is committed together, in place while the disk is quick, else in a thread."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import apsw

from gateway.model.record import Commits, DiskFault, LedgerFailed, Trouble
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.ballast import Ballast

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[ChainedConnection], T]

QUICK_S = 0.002
"""While the disk syncs no slower, commits are made in the loop's own thread: handing them to another, waking up again and passing the
interpreter's lock to and fro costs more. A line does not notice such a pause: its silence between frames is 1.75 ms at least. Our choice."""
IN_PLACE = 16
"""Pieces of work in one transaction at most that is made in the loop's own thread: some milliseconds' worth. Our choice."""
QUICK_IN_A_ROW = 20
"""So many quick commits in a row make the disk quick; one that is not makes it slow again. Our choice: an SD card is never quick so long."""
TOGETHER = 128
TOGETHER_BYTES = 4 * 2**20
"""Pieces of work and bytes in one transaction at most (two of the largest documents): what is urgent waits for one such batch, not for a
storm. Our choice."""
PROBE_S = 2.0
"""While the disk takes nothing it is tried so often: healed is known well within ten seconds. Our choice."""

LOG_PAGES = 1000
"""So many pages of 4 KB in the write-ahead log are written to their places as soon as nothing is to be written: SQLite's own figure, but
SQLite would do it in the middle of a commit, with two syncs more and hundreds of scattered writes."""
LOG_MOST = 2000
"""So many, 8 MB, are not waited with any longer: on a full disk there must be room for them in the ballast's place. Our choice."""
CALM_S = 1.0
"""So long nothing was to be written. Our choice: the writes of one warning are not further apart."""

ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where there is no room."""
_OWN = (apsw.ConstraintError, apsw.SQLError, apsw.MismatchError, apsw.RangeError, apsw.TooBigError)
"""Errors of one piece of work, not of the disk."""


class Piece(NamedTuple):
    """Work and who waits for it. `again`: it will come again, so a full disk may refuse it. `size` in bytes."""

    work: Work[Any]
    future: asyncio.Future[Any]
    again: bool
    size: int


Reopen = Callable[[], Awaitable[ChainedConnection]]
"""Opens the ledger a start could not open; raises apsw.Error or OSError while it still cannot."""


@dataclass(frozen=True)
class _Tried:
    """What became of a batch: an answer for each piece, and what was wrong with the disk."""

    results: list[Any]
    error: apsw.Error | None = None
    fault: DiskFault | None = None


class Writer:
    """Takes pieces of work, runs all that wait in one transaction, and answers each once that is on the disk.

    A piece that fails is rolled back alone. If the commit fails twice, all fail with LedgerFailed and nothing is kept; until the disk has
    healed every write fails at once, so that what can sound from memory does. A full disk still takes all but what will come again, from
    the ballast. `told` hears when the disk begins to fail and, with None, when it is well again. `now` is the wall time, `sure` whether it can be trusted.
    """

    def __init__(
        self,
        pen: ChainedConnection,
        executor: Executor,
        now: Callable[[], datetime],
        ballast: Ballast | None = None,
        sure: Callable[[], bool] = lambda: False,
    ) -> None:
        self._pen = pen
        self._executor = executor
        self._now = now
        self._sure = sure
        self._ballast = ballast
        self._urgent: list[Piece] = []
        self._waiting: list[Piece] = []
        self._wake = asyncio.Event()
        self._quick = 0
        self._sync = 0.0
        self._probe_at = 0.0
        self._log = 0
        pen.connection.set_wal_hook(self._logged)
        self.commits = Commits()
        self.trouble: Trouble | None = None
        self.told: Callable[[Trouble | None], None] = lambda _: None
        self._reopen: Reopen | None = None

    @property
    def connection(self) -> apsw.Connection:
        return self._pen.connection

    def closed(self, trouble: Trouble, reopen: Reopen) -> None:
        """The ledger could not be opened: everything is refused, until `reopen` opens it."""
        self.trouble, self._reopen = trouble, reopen

    def _refuses(self, again: bool) -> LedgerFailed | None:
        """What is refused without being tried."""
        if self.trouble and (again or self._reopen or self.trouble.fault is not DiskFault.FULL):
            return LedgerFailed(self.trouble.message, self.trouble.fault)
        return None

    async def write(self, work: Work[T], urgent: bool = False, again: bool = False, size: int = 0) -> T:
        """Run `work` and commit; what is urgent goes first. Returns its result when it would survive a power cut. Raises LedgerFailed."""
        if refused := self._refuses(again):
            raise refused
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._waiting).append(Piece(work, future, again, size))
        self._wake.set()
        return await future

    async def run(self) -> None:
        """Write until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            came = bool(self._urgent or self._waiting) or await self._wait()
            if self.trouble and loop.time() >= self._probe_at:
                await self._probe(loop)
            elif self._log >= (LOG_MOST if came and not self.trouble else LOG_PAGES):
                await loop.run_in_executor(self._executor, self._empty_log)
            if batch := self._batch():
                tried = await self._written(loop, batch)
                for piece, result in zip(batch, tried, strict=True):
                    if piece.future.done():
                        continue
                    if isinstance(result, BaseException):
                        piece.future.set_exception(result)
                    else:
                        piece.future.set_result(result)

    async def _wait(self) -> bool:
        """For work; while the disk fails, for the next probe; while the log is long, for a calm moment. Returns whether work came."""
        self._wake.clear()
        calm = asyncio.get_running_loop().time() + CALM_S if self._log >= LOG_PAGES else None
        try:
            async with asyncio.timeout_at(self._probe_at if self.trouble else calm):
                return await self._wake.wait()
        except TimeoutError:
            return False

    def _batch(self) -> list[Piece]:
        """What goes into the next transaction: what is urgent, then the oldest."""
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
        refused = [self._refuses(piece.again) for piece in batch]
        if any(refused):
            taken = [piece for piece, no in zip(batch, refused, strict=True) if not no]
            kept = iter(await self._written(loop, taken) if taken else [])
            return [no or next(kept) for no in refused]
        self._pen.at = self._now().isoformat(timespec="milliseconds")
        self._pen.sure = self._sure()
        if self._quick < QUICK_IN_A_ROW:
            tried = await loop.run_in_executor(self._executor, self._try, loop, batch)
        else:
            tried = self._try(loop, batch)
        self._quick = self._quick + 1 if self._sync <= QUICK_S and not tried.fault else 0
        if tried.fault:
            self._fell(loop, tried.fault, str(tried.error))
        return tried.results

    # --- trouble ------------------------------------------------------------------------------------------------------

    def _fell(self, loop: asyncio.AbstractEventLoop, fault: DiskFault, said: str) -> None:
        """Tell, once, that the disk fails."""
        if self.trouble and self.trouble.fault is fault:
            return
        self.trouble = Trouble(fault, said, self._now())
        self._probe_at = loop.time() + PROBE_S
        log.critical("the disk fails (%s): %s", fault, said)
        self.told(self.trouble)

    async def _probe(self, loop: asyncio.AbstractEventLoop) -> None:
        """Is the disk well again? Only with its ballast back, where it had any."""
        assert self.trouble
        if self._reopen:
            error = await self._open_late(self._reopen)
        else:
            error = await loop.run_in_executor(self._executor, self._heals)
        self._probe_at = loop.time() + PROBE_S
        if error is None:
            log.warning("the disk takes what is written again")
            self.trouble = None
            self.told(None)
        elif isinstance(error, apsw.Error) and not self._reopen:
            self._fell(loop, self._fault(error), str(error))

    async def _open_late(self, reopen: Reopen) -> Exception | None:
        """Open what the start could not; what it fails of."""
        try:
            self._pen = await reopen()
        except (apsw.Error, OSError) as error:
            return error
        self._pen.connection.set_wal_hook(self._logged)
        self._reopen = None
        return None

    def _heals(self) -> Exception | None:
        """Write something; what it fails of."""
        if self._ballast and not self._ballast.take():
            return OSError(errno.ENOSPC, "no room for the ballast")
        try:
            with self.connection:
                self.connection.pragma("user_version", self.connection.pragma("user_version"))
        except apsw.Error as error:
            return error
        return None

    def _fault(self, error: apsw.Error) -> DiskFault:
        said = self.connection.system_errno if isinstance(error, apsw.IOError) else 0
        if isinstance(error, apsw.FullError) or said in ROOM:
            return DiskFault.FULL
        if isinstance(error, apsw.ReadOnlyError) or said == errno.EROFS:
            return DiskFault.READ_ONLY
        return DiskFault.BROKEN

    # --- in the executor ----------------------------------------------------------------------------------------------

    def _try(self, loop: asyncio.AbstractEventLoop, batch: Sequence[Piece]) -> _Tried:
        """Commit; where the disk does not take it, once more: a full disk without what will come again, and with the ballast's room."""
        try:
            return _Tried(self._commit(loop, [piece.work for piece in batch]))
        except apsw.Error as error:
            first = error
        fault = self._fault(first)
        failure = LedgerFailed(str(first), fault)
        failure.__cause__ = first
        results: list[Any] = [failure] * len(batch)
        full = fault is DiskFault.FULL
        if full and self._ballast and self._ballast.drop():
            self._empty_log(
                apsw.SQLITE_CHECKPOINT_TRUNCATE
            )  # the log's own room is worth as much as the ballast's
        kept = [number for number, piece in enumerate(batch) if not (full and piece.again)]
        try:
            for number, result in zip(kept, self._commit(loop, [batch[n].work for n in kept]), strict=True):
                results[number] = result
        except apsw.Error as error:
            return _Tried(results, error, self._fault(error))
        if not full:
            log.warning("the disk failed and took it the second time: %s", first)
            return _Tried(results)
        return _Tried(results, first, fault)

    def _logged(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._log = pages
        return apsw.SQLITE_OK

    def _empty_log(self, mode: int = apsw.SQLITE_CHECKPOINT_PASSIVE) -> None:
        """A backup that reads meanwhile keeps some of it; then the next calm moment is tried."""
        self._log = 0
        try:
            self.connection.wal_checkpoint(mode=mode)
        except apsw.Error as error:
            log.warning("the log stays as long as it is: %s", error)

    def _commit(self, loop: asyncio.AbstractEventLoop, batch: Sequence[Work[Any]]) -> list[Any]:
        """Notes the loop's seconds that it took, and those of the sync."""
        if not batch:
            return []
        db, began = self.connection, loop.time()
        db.execute("BEGIN IMMEDIATE")
        try:
            self._pen.begin()
            results = [self._alone(work) for work in batch]
            self._pen.finish()
            written = loop.time()
            db.execute("COMMIT")
            ended = loop.time()
            self._sync = ended - written
            self.commits = self.commits.with_one(ended - began)
            self._pen.committed()
        except BaseException:
            if db.in_transaction:  # SQLite itself rolls back after some errors
                db.execute("ROLLBACK")
            raise
        return results

    def _alone(self, work: Work[Any]) -> Any:
        db, where = self.connection, self._pen.where()
        db.execute("SAVEPOINT piece")
        try:
            result = work(self._pen)
        except Exception as error:
            if isinstance(error, apsw.Error) and not isinstance(error, _OWN):
                raise
            db.execute("ROLLBACK TO piece")
            self._pen.back(where)
            result = error
        db.execute("RELEASE piece")
        return result
