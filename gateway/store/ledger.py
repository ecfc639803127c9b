"""The ledger in SQLite. See the contract in `gateway.store`."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from importlib import resources
from pathlib import Path

import apsw

from gateway.model.record import LedgerBusy
from gateway.store.ballast import Ballast
from gateway.store.documents import Documents
from gateway.store.pen import Pen
from gateway.store.receipts import Receipts
from gateway.store.retention import Retention
from gateway.store.standing import Standing
from gateway.store.writer import Trouble, Writer

PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
)
"""An awaited write has survived a power cut; in WAL mode only FULL promises that (sqlite.org/pragma.html#pragma_synchronous)."""


class Ledger(Documents, Standing, Receipts, Retention):
    """Opened with `Ledger.open`. Awaited methods write and raise LedgerFailed; the others read what is committed."""

    def __init__(self, reader: apsw.Connection, writer: Writer, lock: int | None) -> None:
        super().__init__(reader, writer)
        self._lock = lock
        self._task = asyncio.create_task(writer.run(), name="ledger writer")

    @classmethod
    async def open(
        cls,
        path: Path | str,
        executor: Executor,
        vfs: str | None = None,
        ballast: int = 0,
    ) -> Ledger:
        """Open or make the ledger and bring its schema up to date. `ballast`: bytes kept free beside it for the day the disk is full.

        With a `vfs` (the simulated disk) one connection reads and writes and the file is locked for it alone. Raises LedgerBusy.
        """
        lock = None if vfs else _lock(Path(path))
        connection = apsw.Connection(str(path), vfs=vfs)
        if vfs:
            connection.pragma("locking_mode", "exclusive")
        for pragma, value in PRAGMAS:
            connection.pragma(pragma, value)
        migrate(connection)
        reader = connection if vfs else apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        pen = Pen(connection, bytes(32) if vfs else key(Path(path)))
        spare = Ballast(Path(path).with_suffix(".ballast"), ballast) if ballast and not vfs else None
        return cls(reader, Writer(pen, executor, spare), lock)

    @property
    def trouble(self) -> Trouble | None:
        """Why and since when the disk takes nothing; None while it does."""
        return self._writer.trouble

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        """`told` hears when the disk begins to fail and when it takes something again."""
        self._writer.told = told

    async def copy_to(self, target: Path, pages: int) -> None:
        """A copy as of when it is done; commits go on between its steps."""
        await self._writer.copy_to(target, pages)

    async def close(self) -> None:
        """Waits for nothing: what was not awaited is not promised."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._reader is not self._writer.connection:
            self._reader.close()
        self._writer.connection.close()
        if self._lock is not None:
            os.close(self._lock)


def key(path: Path) -> bytes:
    """The key that seals the chain, in a 0600 file beside the ledger, made if it is not there. Keep a copy of it elsewhere."""
    file = path.with_suffix(".key")
    with suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as new:
            new.write(secrets.token_bytes(32))
            new.flush()
            os.fsync(new.fileno())
    return file.read_bytes()


def _lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise LedgerBusy(f"{path} is written by another process") from error
    return lock


def migrate(connection: apsw.Connection) -> None:
    """Bring the schema up to date, one script after the other, each whole or not at all."""
    done = connection.pragma("user_version")
    scripts = sorted(
        (
            entry
            for entry in resources.files("gateway.store").joinpath("migrations").iterdir()
            if entry.name.endswith(".sql")
        ),
        key=lambda entry: entry.name,
    )
    for number, script in enumerate(scripts, start=1):
        if number > done:
            with connection:
                connection.execute(script.read_text("utf-8"))
                connection.pragma("user_version", number)
