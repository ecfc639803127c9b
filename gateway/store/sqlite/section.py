"""A section of the ledger: the tables of one noun."""

from __future__ import annotations

from typing import Any

import apsw

from gateway.model.record import LedgerFailed
from gateway.store.sqlite.writer import Writer


class Section:
    """Reads committed rows on a connection of its own; writes through the one writer of the ledger."""

    def __init__(self, reader: apsw.Connection, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    def _one(self, sql: str, values: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        rows = self._all(sql, values)
        return rows[0] if rows else None

    def _all(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Raises LedgerFailed where the disk cannot be read."""
        try:
            return self._reader.execute(sql, values).fetchall()
        except apsw.Error as error:
            raise LedgerFailed(str(error)) from error
