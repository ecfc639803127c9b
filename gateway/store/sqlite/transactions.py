"""Transactions: pieces of work that are written together, each undone alone where it fails. They run in the
loop's own thread or in the executor's."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import apsw

from gateway.model.record import Commits, DiskFault, LedgerFailed
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.ballast import Ballast

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[ChainedConnection], T]

ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The system's errors where there is no room."""
_OWN = (apsw.ConstraintError, apsw.SQLError, apsw.MismatchError, apsw.RangeError, apsw.TooBigError)
"""SQLite's errors of one piece of work, not of the disk."""


class Piece(NamedTuple):
    """One piece of work that waits to be written."""

    work: Work[Any]
    future: asyncio.Future[Any]
    """Its result, once it is on the disk."""
    again: bool
    """It will come again, so a full disk may refuse it."""
    size: int
    """In bytes."""


@dataclass(frozen=True)
class Tried:
    """The outcome of a batch."""

    results: list[Any]
    """A result or an exception for each piece."""
    error: apsw.Error | None = None
    """The error of the disk."""
    fault: DiskFault | None = None


class Transactions:
    """The transactions of one connection. On a full disk the ballast gives room for all work but that which
    will come again."""

    def __init__(self, chained: ChainedConnection, ballast: Ballast | None) -> None:
        self._ballast = ballast
        self.commits = Commits()
        self.sync_s = 0.0
        """The seconds of the last sync."""
        self.pages = 0
        """The pages in the write-ahead log since it was emptied."""
        self.reopened(chained)

    def reopened(self, chained: ChainedConnection) -> None:
        """This connection takes the place of the one before."""
        self._chained = chained
        chained.connection.set_wal_hook(self._logged)

    @property
    def connection(self) -> apsw.Connection:
        return self._chained.connection

    def stamp(self, at: str, sure: bool) -> None:
        """The time of the next transaction, and whether the clock can be trusted."""
        self._chained.at, self._chained.sure = at, sure

    def attempt(self, loop: asyncio.AbstractEventLoop, batch: Sequence[Piece]) -> Tried:
        """Commit, and once more where that fails: on a full disk without the work that will come again, and
        with the room of the ballast."""
        try:
            return Tried(self._commit(loop, [piece.work for piece in batch]))
        except apsw.Error as error:
            first = error
        fault = self.fault(first)
        failure = LedgerFailed(str(first), fault)
        failure.__cause__ = first
        results: list[Any] = [failure] * len(batch)
        full = fault is DiskFault.FULL
        if full and self._ballast and self._ballast.drop():
            # The room of the log is as good as that of the ballast.
            self.empty_log(apsw.SQLITE_CHECKPOINT_TRUNCATE)
        kept = [number for number, piece in enumerate(batch) if not (full and piece.again)]
        try:
            for number, result in zip(kept, self._commit(loop, [batch[n].work for n in kept]), strict=True):
                results[number] = result
        except apsw.Error as error:
            return Tried(results, error, self.fault(error))
        if not full:
            log.warning("the disk failed and took it the second time: %s", first)
            return Tried(results)
        return Tried(results, first, fault)

    def heals(self) -> Exception | None:
        """Write something. Returns the error."""
        if self._ballast and not self._ballast.take():
            return OSError(errno.ENOSPC, "no room for the ballast")
        try:
            with self.connection:
                self.connection.pragma("user_version", self.connection.pragma("user_version"))
        except apsw.Error as error:
            return error
        return None

    def fault(self, error: apsw.Error) -> DiskFault:
        """What is wrong with the disk, by an error of this connection."""
        number = self.connection.system_errno if isinstance(error, apsw.IOError) else 0
        if isinstance(error, apsw.FullError) or number in ROOM:
            return DiskFault.FULL
        if isinstance(error, apsw.ReadOnlyError) or number == errno.EROFS:
            return DiskFault.READ_ONLY
        return DiskFault.BROKEN

    def empty_log(self, mode: int = apsw.SQLITE_CHECKPOINT_PASSIVE) -> None:
        """Write the pages of the log to their places in the file.

        A backup that reads meanwhile keeps some of it in the log; the next calm moment empties it.
        """
        self.pages = 0
        try:
            self.connection.wal_checkpoint(mode=mode)
        except apsw.Error as error:
            log.warning("the log stays as long as it is: %s", error)

    def _commit(self, loop: asyncio.AbstractEventLoop, batch: Sequence[Work[Any]]) -> list[Any]:
        """Run all the work in one transaction. Returns a result or an exception for each.

        It notes how long the transaction took and how long the sync took, by the time of the loop.
        """
        if not batch:
            return []
        db, began = self.connection, loop.time()
        db.execute("BEGIN IMMEDIATE")
        try:
            self._chained.begin()
            results = [self._alone(work) for work in batch]
            self._chained.finish()
            written = loop.time()
            db.execute("COMMIT")
            ended = loop.time()
            self.sync_s = ended - written
            self.commits = self.commits.with_one(ended - began)
            self._chained.committed()
        except BaseException:
            if db.in_transaction:  # SQLite itself rolls back after some errors
                db.execute("ROLLBACK")
            raise
        return results

    def _alone(self, work: Work[Any]) -> Any:
        """Run one piece of work; it is rolled back alone where it fails. Returns its result or its
        exception."""
        db, where = self.connection, self._chained.where()
        db.execute("SAVEPOINT piece")
        try:
            result = work(self._chained)
        except Exception as error:
            if isinstance(error, apsw.Error) and not isinstance(error, _OWN):
                raise
            db.execute("ROLLBACK TO piece")
            self._chained.back(where)
            result = error
        db.execute("RELEASE piece")
        return result

    def _logged(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self.pages = pages
        return apsw.SQLITE_OK
