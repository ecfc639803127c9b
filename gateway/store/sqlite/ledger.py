"""The ledger in SQLite: opened, also on a disk that fails, and closed. `gateway.store.contract` has its
promises."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import apsw

from gateway.model.record import Commits, DiskFault, LedgerBusy, Trouble
from gateway.runtime.clock import SystemClock
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.acts import Acts
from gateway.store.sqlite.alarms import Alarms
from gateway.store.sqlite.answers import Answers
from gateway.store.sqlite.arrivals import Arrivals
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.documents import Documents
from gateway.store.sqlite.drills import Drills
from gateway.store.sqlite.holds import Holds
from gateway.store.sqlite.names import Names
from gateway.store.sqlite.receipts import Receipts
from gateway.store.sqlite.relays import Relays
from gateway.store.sqlite.retention import Retention
from gateway.store.sqlite.schema import migrate, newest
from gateway.store.sqlite.site import Site
from gateway.store.sqlite.transactions import ROOM
from gateway.store.sqlite.writer import Writer

log = logging.getLogger(__name__)

PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("busy_timeout", 500),
)
"""An awaited write survives a power cut. In WAL mode only FULL promises that
(sqlite.org/pragma.html#pragma_synchronous)."""

REFUSED = (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CantOpenError)
"""SQLite's errors where the disk refuses."""


class Opened(NamedTuple):
    """The parts of an open ledger."""

    chained: ChainedConnection
    """It writes."""
    reader: apsw.Connection
    lock: int | None
    """A file descriptor that holds the lock of the ledger; None on the simulated disk."""


class Ledger(
    Arrivals,
    Documents,
    Retention,
    Receipts,
    Answers,
    Drills,
    Alarms,
    Holds,
    Relays,
    Names,
    Site,
    Acts,
    contract.Storage,
):
    """Opened with `Ledger.open`. Its sections share one connection for reading and one writer."""

    def __init__(self, reader: apsw.Connection, writer: Writer, lock: int | None) -> None:
        super().__init__(reader, writer)
        self._lock = lock
        self._seen_late: Callable[[], None] = lambda: None
        self._task = asyncio.create_task(writer.run(), name="ledger writer")

    @classmethod
    async def open(
        cls,
        path: Path | str,
        executor: Executor,
        vfs: str | None = None,
        ballast: Ballast | None = None,
        now: Callable[[], datetime] | None = None,
        sure: Callable[[], bool] = lambda: False,
    ) -> Ledger:
        """Open the ledger, or make it, and bring its schema up to date. Raises LedgerBusy.

        `ballast` is deleted when the disk is full. `now` gives the wall time, by default the machine's own;
        `sure` tells whether it can be trusted. With a `vfs` (the simulated disk) one connection reads and
        writes, and the file is locked for it alone.

        A disk that refuses raises nothing: the ledger reads what can be read, every write raises
        LedgerFailed, and opening is tried again until the disk has recovered.
        """
        now = now or SystemClock().now

        def opened() -> Opened:
            return _opened(path, vfs, now, ballast)

        def writing(chained: ChainedConnection) -> Writer:
            return Writer(chained, executor, now, ballast, sure)

        try:
            parts = opened()
        except (*REFUSED, OSError) as error:
            return cls._closed(path, error, opened, writing, now, executor)
        return cls(parts.reader, writing(parts.chained), parts.lock)

    @classmethod
    def _closed(
        cls,
        path: Path | str,
        error: Exception,
        opened: Callable[[], Opened],
        writing: Callable[[ChainedConnection], Writer],
        now: Callable[[], datetime],
        executor: Executor,
    ) -> Ledger:
        """A ledger that cannot be opened yet: it reads what can be read and takes no write, until it
        opens."""
        empty = ChainedConnection(apsw.Connection(":memory:"), bytes(32))
        migrate(empty)
        reader = _readable(path)
        ledger = cls(reader or empty.connection, writing(empty), None)
        log.critical("the ledger cannot be opened, nothing is acknowledged until it can: %s", error)

        async def reopen() -> ChainedConnection:
            return await ledger._open_late(path, opened, executor, empty, blind=reader is None)

        ledger._writer.closed(Trouble(_fault(error, path), str(error), now()), reopen)
        return ledger

    async def _open_late(
        self,
        path: Path | str,
        opened: Callable[[], Opened],
        executor: Executor,
        empty: ChainedConnection,
        blind: bool,
    ) -> ChainedConnection:
        """Open a ledger that could not be opened at the start. `blind`: nothing of it could be read until
        now.

        While this is tried, reading finds nothing. A connection that is open for reading alone would bind the
        one that is opened beside it in this process, so it is closed before.
        """
        reader, self._reader = self._reader, empty.connection
        if reader is not empty.connection:
            reader.close()
        try:
            parts = await asyncio.get_running_loop().run_in_executor(executor, opened)
        except (apsw.Error, OSError):
            self._reader = _readable(path) or empty.connection
            raise
        empty.connection.close()
        self._reader, self._lock = parts.reader, parts.lock
        if blind:
            asyncio.get_running_loop().call_soon(self._seen_late)
        return parts.chained

    @property
    def trouble(self) -> Trouble | None:
        return self._writer.trouble

    @property
    def commits(self) -> Commits:
        return self._writer.commits

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        self._writer.told = told
        if self.trouble:
            told(self.trouble)

    def on_seen_late(self, told: Callable[[], None]) -> None:
        self._seen_late = told

    def seen(self) -> datetime | None:
        row = self._one("SELECT seen FROM chain_end WHERE seen <> ''")
        return datetime.fromisoformat(row[0]) if row else None

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._writer.rest()
        if self._reader is not self._writer.connection:
            self._reader.close()
        try:
            self._writer.connection.close()
        except apsw.Error as error:  # closing ends with a checkpoint, which a failing disk refuses
            log.warning("the ledger is closed as it is: %s", error)
            self._writer.connection.close(True)
        if self._lock is not None:
            os.close(self._lock)


def _opened(
    path: Path | str, vfs: str | None, now: Callable[[], datetime], ballast: Ballast | None
) -> Opened:
    lock = None if vfs else _lock(Path(path))
    try:
        chained = _with_ballast(lambda: _open(path, vfs, now), ballast)
        reader = chained.connection if vfs else apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise
    return Opened(chained, reader, lock)


def _readable(path: Path | str) -> apsw.Connection | None:
    """The ledger for reading alone; None where it cannot be read or has another schema than this
    program's."""
    wal = Path(f"{path}-wal")
    modes = ["mode=ro"]
    with suppress(OSError):
        if not (wal.exists() and wal.stat().st_size):  # closed cleanly: the file alone is the whole ledger
            modes.append("immutable=1")
    for mode in modes:
        with suppress(apsw.Error):
            reader = apsw.Connection(
                f"file:{quote(str(path))}?{mode}", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            )
            if reader.pragma("user_version") == newest():
                return reader
            reader.close()
    return None


def _fault(error: Exception, path: Path | str) -> DiskFault:
    number = error.errno if isinstance(error, OSError) else 0
    if isinstance(error, apsw.FullError) or number in ROOM:
        return DiskFault.FULL
    if isinstance(error, apsw.ReadOnlyError) or not os.access(Path(path).parent, os.W_OK):
        return DiskFault.READ_ONLY
    return DiskFault.BROKEN


def _with_ballast(open_: Callable[[], ChainedConnection], ballast: Ballast | None) -> ChainedConnection:
    """Open the ledger. On a disk that is full to the last byte the ballast gives the space for it."""
    try:
        chained = open_()
    except (apsw.FullError, apsw.IOError, apsw.CantOpenError):
        if not (ballast and ballast.drop()):
            raise
        return open_()
    if ballast:
        ballast.take()
    return chained


def _open(path: Path | str, vfs: str | None, now: Callable[[], datetime]) -> ChainedConnection:
    connection = apsw.Connection(str(path), vfs=vfs)
    try:
        if vfs:
            connection.pragma("locking_mode", "exclusive")
        for pragma, value in PRAGMAS:
            connection.pragma(pragma, value)
        if connection.readonly("main"):  # SQLite opens it so without an error, and keeps it so
            raise apsw.ReadOnlyError("the ledger can only be read")
        chained = ChainedConnection(connection, bytes(32) if vfs else key(Path(path)))
        chained.at = now().isoformat(timespec="milliseconds")
        migrate(chained)
    except BaseException:
        with suppress(apsw.Error):
            connection.close()
        raise
    return chained


def key(path: Path) -> bytes:
    """The key that seals the chain, in a file beside the ledger with mode 0600. It is made where there is
    none.

    The file is made whole or not at all. People keep a copy of it elsewhere.
    """
    file = path.with_suffix(".key")
    if not file.exists():
        new = file.with_suffix(".key.new")
        new.unlink(missing_ok=True)
        with os.fdopen(
            os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb"
        ) as handle:
            handle.write(secrets.token_bytes(32))
            handle.flush()
            os.fsync(handle.fileno())
        new.rename(file)
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)
    return file.read_bytes()


def _lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise LedgerBusy(f"{path} is written by another process") from error
    return lock
