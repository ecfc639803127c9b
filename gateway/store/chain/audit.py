"""Whether the ledger is what was written: the chain from its first link to its sealed end, and every row against its newest link.

A program of its own as well (`python -m gateway.store.chain.audit LEDGER KEY`), so that a copy is looked at without holding up the daemon.
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
from gateway.store.chain.chain import GONE, START, TABLES, digest, end, gap, link, seal

Row = tuple[Any, ...]


class Damage(StrEnum):
    """What can be wrong with a ledger. gateway/i18n has a phrase for each: `damage_…`."""

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
    """What is wrong, at which link (nought: no link at all), of which row (`table name`); `said` has more of it."""

    what: Damage
    link: int = 0
    row: str = ""
    said: str = ""

    def __str__(self) -> str:
        link = f"link {self.link}" if self.link else ""
        return " ".join(part for part in (self.what, link, self.row, self.said) if part)


def verify(ledger: apsw.Connection, key: bytes) -> Iterator[Fault]:
    """Every fault there is; none for a ledger that is as it was written. Memory does not grow with the ledger. Raises apsw.Error."""
    with ledger:  # one moment of a ledger that may be in use
        yield from _links(ledger, key)
        yield from _rows(ledger)
        yield from _bytes(ledger)


def _links(ledger: apsw.Connection, key: bytes) -> Iterator[Fault]:
    last, number = START, 0
    for n, first, at, kind, name, what, said, hashed, sealed in ledger.execute(
        "SELECT n, first, at, kind, name, digest, said, hash, seal FROM chain ORDER BY n"
    ):
        row = f"{kind} {name}"
        if (first or n) != number + 1:
            yield Fault(Damage.MISSING, number + 1, row, f"{number + 1}-{(first or n) - 1}")
        if first:
            if not hmac.compare_digest(gap(key, first, n, last, hashed), sealed):
                yield Fault(Damage.LET_GO, n, said=f"{first}-{n}")
        else:
            if link(last, n, at, kind, name, what) != hashed:
                yield Fault(Damage.ALTERED, n, row)
            if not hmac.compare_digest(seal(key, n, hashed), sealed):
                yield Fault(Damage.UNSEALED, n, row)
            if said is not None and digest(json.loads(said)) != what:
                yield Fault(Damage.REWORDED, n, row)
        last, number = hashed, n
    yield from _end(ledger, key, number, last)


def _end(ledger: apsw.Connection, key: bytes, number: int, last: bytes) -> Iterator[Fault]:
    sealed: Row | None = ledger.execute("SELECT n, seal FROM chain_end").fetchone()
    if sealed is None:
        if number:
            yield Fault(Damage.NO_END, number)
    elif sealed[0] > number:
        yield Fault(Damage.MISSING, number + 1, said=f"{number + 1}-{sealed[0]}")
    elif sealed[0] < number or not hmac.compare_digest(end(key, number, last), sealed[1]):
        yield Fault(Damage.OTHER_END, number)


_NEWEST = """SELECT kind, name, max(n), digest FROM chain WHERE first IS NULL GROUP BY kind, name ORDER BY kind, name"""
"""SQLite takes a bare column from the row of the maximum (lang_select.html, section 2.5)."""


def _rows(ledger: apsw.Connection) -> Iterator[Fault]:
    """Links and rows in the order of their names, side by side. What cannot be in that order is found in the end."""
    newest = groupby(ledger.execute(_NEWEST), key=lambda found: str(found[0]))
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
    sql = f"SELECT {TABLES[kind].read} FROM {kind} ORDER BY 1"  # noqa: S608 - our own names
    row = link_ = None
    rows: Iterator[Row] = iter(ledger.execute(sql))
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


def _bytes(ledger: apsw.Connection) -> Iterator[Fault]:
    """Every arrival's bytes against its digest."""
    for number, source, known, kept, raw in ledger.execute(
        "SELECT id, source, digest, kept, raw FROM arrival"
    ):
        if (arrival_digest(source, raw) != known) if kept else raw:
            yield Fault(Damage.BYTES, row=f"arrival {number}")


def against(ledger: apsw.Connection, backup: apsw.Connection) -> Iterator[Fault]:
    """A whole ledger that somebody with the key set back or wrote anew differs from what a backup remembers: the first link that does."""
    newest = ledger.execute("SELECT coalesce(max(n), 0) FROM chain").get
    for n, kind, name, hashed in backup.execute("SELECT n, kind, name, hash FROM chain ORDER BY n"):
        here = ledger.execute("SELECT hash FROM chain WHERE n = ?", (n,)).fetchone()
        if n > newest or (here and here[0] != hashed):
            yield Fault(Damage.SET_BACK if n > newest else Damage.OTHER_PAST, n, f"{kind} {name}")
            return


def sound(path: Path, key: bytes) -> list[Fault]:
    """Whether a ledger at rest can be opened, is whole, and is what was written."""
    try:
        ledger = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            said = ledger.pragma("integrity_check")
            return [Fault(Damage.NOT_WHOLE, said=str(said))] if said != "ok" else list(verify(ledger, key))
        finally:
            ledger.close()
    except apsw.Error as error:
        return [Fault(Damage.UNREADABLE, said=str(error))]


def main(ledger: Path, key: Path) -> int:
    """Prints the first hundred faults, returns whether there are any."""
    faults = sound(ledger, key.read_bytes())
    for fault in faults[:100]:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
