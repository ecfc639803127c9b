"""Links of deleted rows are deleted, too: one sealed gap stands for a run of them.

So the chain stays whole and does not grow for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.store.chain.chain import START, TABLES, gap
from gateway.store.chain.connection import ChainedConnection

A_TIME = 500
"""The links that one transaction looks at; it takes some milliseconds. Our choice."""


@dataclass
class _Run:
    """Links that follow each other and whose rows are deleted."""

    first: int
    last: int
    at: str
    hash: bytes
    """The hash of the last of them."""
    changed: bool
    """It is more than one gap that stands there already."""


def thin(db: ChainedConnection, after: int, upto: int) -> int:
    """Look at the next links after `after`, none later than `upto`. Returns the number of the last one."""
    links: list[Any] = db.execute(
        "SELECT n, first, at, kind, name, hash FROM chain WHERE n > ? AND n <= ? ORDER BY n LIMIT ?",
        (after, upto, A_TIME),
    ).fetchall()
    runs: list[_Run] = []
    for n, first, at, kind, name, hashed in links:
        if not first and _there(db, kind, name):
            continue
        if runs and runs[-1].last + 1 == (first or n):
            run = runs[-1]
            run.last, run.at, run.hash, run.changed = n, at, hashed, True
        else:
            runs.append(_Run(first or n, n, at, hashed, not first))
    for run in runs:
        if run.changed:
            _close(db, run)
    return int(links[-1][0]) if links else upto


def _there(db: ChainedConnection, kind: str, name: str) -> bool:
    """Whether the row is in the ledger."""
    table = TABLES[kind]
    sql = f"SELECT 1 FROM {kind} WHERE {table.where}"  # noqa: S608 - our own names
    return db.execute(sql, table.values(name)).fetchone() is not None


def _close(db: ChainedConnection, run: _Run) -> None:
    """Put one gap in the place of a run and of a gap right before it."""
    before = db.execute("SELECT first FROM chain WHERE n = ?", (run.first - 1,)).fetchone()
    first = before[0] if before and before[0] else run.first
    ahead = db.execute("SELECT hash FROM chain WHERE n = ?", (first - 1,)).fetchone()
    last = ahead[0] if ahead else START
    db.execute("DELETE FROM chain WHERE n BETWEEN ? AND ?", (first, run.last))
    sealed = gap(db.key, first, run.last, last, run.hash)
    db.execute(
        "INSERT INTO chain (n, first, at, kind, name, digest, hash, seal)"
        " VALUES (?, ?, ?, '', '', x'', ?, ?)",
        (run.last, first, run.at, run.hash, sealed),
    )
