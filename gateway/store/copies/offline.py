"""A ledger file that is read without its daemon, also while the daemon has it open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import apsw

from gateway.model.record import LedgerFailed
from gateway.store.chain import audit
from gateway.store.copies.export import export


class LedgerFile:
    """A ledger that is open for reading alone. Its methods raise LedgerFailed where the file cannot be
    read."""

    def __init__(self, path: Path) -> None:
        """Raises LedgerFailed, also where there is no file."""
        with _failing():
            self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)

    def __enter__(self) -> LedgerFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def schema(self) -> int:
        """The number of its schema."""
        with _failing():
            return int(self._connection.pragma("user_version"))

    def faults(self, key: bytes) -> Iterator[audit.Fault]:
        """Every fault of the chain and of the rows (`audit.verify`). `key` seals the chain."""
        with _failing():
            yield from audit.verify(self._connection, key)

    def differs(self, backup: LedgerFile) -> Iterator[audit.Fault]:
        """The first link that differs from a backup (`audit.against`)."""
        with _failing():
            yield from audit.against(self._connection, backup._connection)

    def last_link(self) -> tuple[int, str]:
        """The number of the last link of the chain and its hash in hex; (0, "") for an empty chain."""
        with _failing():
            sql = "SELECT n, lower(hex(hash)) FROM chain ORDER BY n DESC LIMIT 1"
            number, hashed = self._connection.execute(sql).fetchone() or (0, "")
            return int(number), str(hashed)

    def lines(self) -> Iterator[str]:
        """The whole of it as JSON Lines (`export.export`)."""
        with _failing():
            yield from export(self._connection)


@contextmanager
def _failing() -> Iterator[None]:
    """Raise LedgerFailed for an error of SQLite."""
    try:
        yield
    except apsw.Error as error:
        raise LedgerFailed(str(error)) from error
