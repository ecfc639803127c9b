"""The connection that writes: every row that it changes gets a link of the hash chain, in the same
transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import apsw

from gateway.store.chain.chain import GONE, START, TABLES, Value, digest, end, link, plain, seal

_LINK = "INSERT INTO chain (n, at, kind, name, digest, said, hash, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

_END = (
    "INSERT INTO chain_end (one, n, seal, seen) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO UPDATE"
    " SET n = excluded.n, seal = excluded.seal, seen = max(seen, excluded.seen)"
)

Row = Mapping[str, Value | bytes]


@cache
def _inserting(kind: str, how: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"{how} INTO {kind} ({', '.join(columns)}) VALUES ({marks})"


class ChainedConnection:
    """One writing connection with its chain.

    Call `begin` after a transaction has begun, `finish` before its commit, and `committed` after it.
    """

    def __init__(self, connection: apsw.Connection, key: bytes) -> None:
        self.connection = connection
        self.key = key
        """The key that seals the chain."""
        self._number = 0
        self._last = START
        self._sealed = 0
        self._known = False
        self.at = ""
        """The wall time that the links get."""
        self.sure = False
        """Whether the clock could be trusted at that time."""

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        """A statement for rows that have no links, or one that reads."""
        return self.connection.execute(sql, values)

    def insert(self, kind: str, row: Row, how: str = "INSERT") -> str | None:
        """Insert a row of one of `chain.TABLES`. Returns its name; None where `how` kept an older row."""
        table = TABLES[kind]
        self.connection.execute(_inserting(kind, how, tuple(row)), tuple(row.values()))
        if not self.connection.changes():
            return None
        if len(table.key) == 1 and table.key[0] not in row:
            name = str(self.connection.last_insert_rowid())
        else:
            name = table.called([row[column] for column in table.key])  # type: ignore[misc]
        columns: list[Any] = [row.get(column, table.defaults.get(column)) for column in table.columns]
        self._written(kind, name, columns)
        return name

    def update(self, kind: str, key: tuple[str | int, ...], change: str, values: tuple[Value, ...]) -> bool:
        """Change the row with this key. Returns whether it changed.

        `change` is the SQL that follows SET, with `values`. It may end in AND and a further condition.
        """
        table = TABLES[kind]
        setting, _, condition = change.partition(" AND ")
        where = table.where + (f" AND {condition}" if condition else "")
        sql = f"UPDATE {kind} SET {setting} WHERE {where}"  # noqa: S608 - our own names
        self.connection.execute(sql, (*values, *key))
        if not self.connection.changes():
            return False
        sql = f"SELECT {table.read} FROM {kind} WHERE {table.where}"  # noqa: S608 - our own names
        found: Any = self.connection.execute(sql, key).fetchone()
        self._written(kind, found[0], found[1:])
        return True

    def put(self, kind: str, sql: str, values: tuple[Any, ...]) -> list[str]:
        """Run an UPDATE; each row that it changes gets a link. Returns the names of these rows."""
        changed: list[Any] = self.connection.execute(sql + TABLES[kind].returning, values).fetchall()
        for name, *columns in changed:
            self._written(kind, name, columns)
        return [row[0] for row in changed]

    def drop(self, kind: str, where: str, values: tuple[Any, ...]) -> list[str]:
        """Delete rows; each gets a link that says so. Returns the names of these rows."""
        sql = f"DELETE FROM {kind} WHERE {where} RETURNING {TABLES[kind].name}"  # noqa: S608 - our own names
        deleted: list[Any] = self.connection.execute(sql, values).fetchall()
        for (name,) in deleted:
            self._keep(kind, name, GONE, None)
        return [row[0] for row in deleted]

    def adopt(self) -> None:
        """Give every row of a ledger a link that is older than its chain."""
        for kind, table in TABLES.items():
            order = ", ".join(table.key)
            sql = f"SELECT {table.read} FROM {kind} ORDER BY {order}"  # noqa: S608 - our own names
            rows: Iterable[Any] = self.connection.execute(sql).fetchall()
            for name, *columns in rows:
                self._written(kind, name, columns)

    def _written(self, kind: str, name: str, columns: Sequence[Value]) -> None:
        self._keep(kind, name, digest(columns), plain(columns) if TABLES[kind].overwritten else None)

    def _keep(self, kind: str, name: str, what: bytes, words: Value) -> None:
        number = self._number + 1
        hashed = link(self._last, number, self.at, kind, name, what)
        sealed = seal(self.key, number, hashed)
        self.connection.execute(_LINK, (number, self.at, kind, name, what, words, hashed, sealed))
        self._number, self._last = number, hashed

    def begin(self) -> None:
        """Find the end of the chain: by a query, unless the last transaction is known to be committed."""
        if not self._known:
            row: Any = self.connection.execute("SELECT n, hash FROM chain ORDER BY n DESC LIMIT 1").fetchone()
            self._number, self._last = row or (0, START)
        self._sealed, self._known = self._number, False

    def committed(self) -> None:
        """The transaction is committed."""
        self._known = True

    def where(self) -> tuple[int, bytes]:
        """The end of the chain now, for `back`."""
        return self._number, self._last

    def back(self, where: tuple[int, bytes]) -> None:
        """Part of the transaction was rolled back: the chain ends where it did then."""
        self._number, self._last = where

    def finish(self) -> None:
        """Seal the end of the chain, where it has grown since `begin`."""
        if self._number != self._sealed:
            self.connection.execute(
                _END,
                (self._number, end(self.key, self._number, self._last), self.at if self.sure else ""),
            )
