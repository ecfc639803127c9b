"""Whether the ledger is as it was written: the chain from its first link to its sealed end, and every row
against its newest link.

It is a program as well, `python -m gateway.store.chain.audit LEDGER KEY`, so that the daemon does not wait
while a copy is verified.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw

from gateway.model.alert import arrival_digest
from gateway.store.chain.chain import GONE, HAS_TABLE, START, TABLES, digest, end, gap, link, seal

Row = tuple[Any, ...]


class Damage(StrEnum):
    """The kinds of faults of a ledger. gateway/i18n has a phrase for each: `damage_…`."""

    UNREADABLE = "unreadable"
    NOT_WHOLE = "not_whole"
    MISSING = "missing"
    ALTERED = "altered"
    UNSEALED = "unsealed"
    REWORDED = "reworded"
    LET_GO = "let_go"
    NO_END = "no_end"
    OTHER_END = "other_end"
    NO_TABLE = "no_table"
    UNWRITTEN = "unwritten"
    GONE = "gone"
    CHANGED = "changed"
    BYTES = "bytes"
    SET_BACK = "set_back"
    OTHER_PAST = "other_past"


@dataclass(frozen=True)
class Fault:
    """A fault of a ledger."""

    what: Damage
    link: int = 0
    """The number of the link; 0 where no link is concerned."""
    row: str = ""
    """The table and the name of the row; empty where no row is concerned."""
    detail: str = ""

    def __str__(self) -> str:
        link = f"link {self.link}" if self.link else ""
        return " ".join(part for part in (self.what, link, self.row, self.detail) if part)


def verify(ledger: apsw.Connection, key: bytes) -> Iterator[Fault]:
    """Every fault of a ledger; none where it is as it was written. Raises apsw.Error.

    The memory that this takes does not grow with the ledger.
    """
    with ledger:  # one moment of a ledger that may be in use
        yield from _links(ledger, key)
        yield from _rows(ledger)
        yield from _bytes(ledger)


def _links(ledger: apsw.Connection, key: bytes) -> Iterator[Fault]:
    last, number = START, 0
    for n, first, at, kind, name, what, text, hashed, sealed in ledger.execute(
        "SELECT n, first, at, kind, name, digest, said, hash, seal FROM chain ORDER BY n"
    ):
        row = f"{kind} {name}"
        if (first or n) != number + 1:
            yield Fault(Damage.MISSING, number + 1, row, f"{number + 1}-{(first or n) - 1}")
        if first:
            if not hmac.compare_digest(gap(key, first, n, last, hashed), sealed):
                yield Fault(Damage.LET_GO, n, detail=f"{first}-{n}")
        else:
            if link(last, n, at, kind, name, what) != hashed:
                yield Fault(Damage.ALTERED, n, row)
            if not hmac.compare_digest(seal(key, n, hashed), sealed):
                yield Fault(Damage.UNSEALED, n, row)
            if text is not None and digest(json.loads(text)) != what:
                yield Fault(Damage.REWORDED, n, row)
        last, number = hashed, n
    yield from _end(ledger, key, number, last)


def _end(ledger: apsw.Connection, key: bytes, number: int, last: bytes) -> Iterator[Fault]:
    sealed: Row | None = ledger.execute("SELECT n, seal FROM chain_end").fetchone()
    if sealed is None:
        if number:
            yield Fault(Damage.NO_END, number)
    elif sealed[0] > number:
        yield Fault(Damage.MISSING, number + 1, detail=f"{number + 1}-{sealed[0]}")
    elif sealed[0] < number or not hmac.compare_digest(end(key, number, last), sealed[1]):
        yield Fault(Damage.OTHER_END, number)


_NEWEST = """
SELECT kind, name, max(n), digest FROM chain WHERE first IS NULL GROUP BY kind, name ORDER BY kind, name
"""
"""SQLite takes a bare column from the row of the maximum (lang_select.html, section 2.5)."""


def _rows(ledger: apsw.Connection) -> Iterator[Fault]:
    """Compare rows with their newest links, both in the order of their names. Links of no table come last."""
    newest = groupby(ledger.execute(_NEWEST), key=lambda row: str(row[0]))
    kinds = iter(TABLES)
    for kind, links in newest:
        for passed in kinds:
            yield from _side_by_side(ledger, passed, links if passed == kind else iter(()))
            if passed == kind:
                break
        else:
            for _, name, number, _ in links:
                yield Fault(Damage.NO_TABLE, number, f"{kind} {name}")
    for passed in kinds:
        yield from _side_by_side(ledger, passed, iter(()))


def _side_by_side(ledger: apsw.Connection, kind: str, links: Iterator[Row]) -> Iterator[Fault]:
    """Compare the rows of one table with their links. A table that is not there has no rows."""
    sql = f"SELECT {TABLES[kind].read} FROM {kind} ORDER BY 1"  # noqa: S608 - our own names
    row = link_ = None
    there = ledger.execute(HAS_TABLE, (kind,)).fetchone()
    rows: Iterator[Row] = iter(ledger.execute(sql) if there else ())
    row, link_ = next(rows, None), next(links, None)
    while row is not None or link_ is not None:
        if link_ is None or (row is not None and row[0] < link_[1]):
            assert row
            yield Fault(Damage.UNWRITTEN, row=f"{kind} {row[0]}")
            row = next(rows, None)
            continue
        _, name, number, what = link_
        if row is None or name < row[0]:
            if what != GONE:
                yield Fault(Damage.GONE, number, f"{kind} {name}")
        else:
            if what != digest(row[1:]):
                yield Fault(Damage.CHANGED, number, f"{kind} {name}")
            row = next(rows, None)
        link_ = next(links, None)


_HAS_CHARSET = "SELECT 1 FROM pragma_table_info('arrival') WHERE name = 'charset'"
"""A ledger of an older version has none."""


def _bytes(ledger: apsw.Connection) -> Iterator[Fault]:
    """Compare the bytes of every arrival, and their charset, with its digest."""
    there = ledger.execute(_HAS_CHARSET).fetchone()
    columns = "id, source, digest, kept, raw, " + ("charset" if there else "''")
    sql = f"SELECT {columns} FROM arrival"  # noqa: S608 - our own names
    for number, source, known, kept, raw, charset in ledger.execute(sql):
        if (arrival_digest(source, raw, charset) != known) if kept else raw or charset:
            yield Fault(Damage.BYTES, row=f"arrival {number}")


def against(ledger: apsw.Connection, backup: apsw.Connection) -> Iterator[Fault]:
    """The first link that differs from a backup.

    Somebody who has the key can set a ledger back or write it again so that `verify` finds no fault. A backup
    made before tells.
    """
    newest = ledger.execute("SELECT coalesce(max(n), 0) FROM chain").get
    for n, kind, name, hashed in backup.execute("SELECT n, kind, name, hash FROM chain ORDER BY n"):
        ours = ledger.execute("SELECT hash FROM chain WHERE n = ?", (n,)).fetchone()
        if n > newest or (ours and ours[0] != hashed):
            yield Fault(Damage.SET_BACK if n > newest else Damage.OTHER_PAST, n, f"{kind} {name}")
            return


def sound(path: Path, key: bytes) -> list[Fault]:
    """The faults of a ledger file: it cannot be opened, the database is damaged, or `verify` finds some."""
    try:
        ledger = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            answer = ledger.pragma("integrity_check")
            return (
                [Fault(Damage.NOT_WHOLE, detail=str(answer))] if answer != "ok" else list(verify(ledger, key))
            )
        finally:
            ledger.close()
    except apsw.Error as error:
        return [Fault(Damage.UNREADABLE, detail=str(error))]


def main(ledger: Path, key: Path) -> int:
    """Print the first hundred faults. Returns the exit code: 1 where there are any."""
    faults = sound(ledger, key.read_bytes())
    for fault in faults[:100]:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
