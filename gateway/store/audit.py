"""Whether the ledger is what was written: the chain from its first link to its sealed end, and every row against its newest link.

A program of its own as well (`python -m gateway.store.audit LEDGER KEY`), so that a copy is looked at without holding up the daemon.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw

from gateway.model.alert import arrival_digest
from gateway.store.chain import GONE, START, TABLES, digest, end, gap, link, seal

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which link (nought: no link at all), of which row (`table name`)."""

    what: str
    link: int
    row: str


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
            yield Fault(f"links {number + 1} to {(first or n) - 1} are missing", number + 1, row)
        if first:
            if not hmac.compare_digest(gap(key, first, n, last, hashed), sealed):
                yield Fault("links were let go by somebody without the key", n, row)
        else:
            if link(last, n, at, kind, name, what) != hashed:
                yield Fault("the link was changed, or does not follow from the one before", n, row)
            if not hmac.compare_digest(seal(key, n, hashed), sealed):
                yield Fault("the link is not sealed with this key", n, row)
            if said is not None and digest(json.loads(said)) != what:
                yield Fault("the words of the link were changed", n, row)
        last, number = hashed, n
    yield from _end(ledger, key, number, last)


def _end(ledger: apsw.Connection, key: bytes, number: int, last: bytes) -> Iterator[Fault]:
    sealed: Row | None = ledger.execute("SELECT n, seal FROM chain_end").fetchone()
    if sealed is None:
        if number:
            yield Fault("the seal of the chain's end is missing", number, "")
    elif sealed[0] > number:
        yield Fault(f"links {number + 1} to {sealed[0]} are missing", number + 1, "")
    elif sealed[0] < number or not hmac.compare_digest(end(key, number, last), sealed[1]):
        yield Fault("the chain's end is not as it was sealed", number, "")


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
                yield Fault("the link is of no table", number, f"{kind} {name}")
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
            yield Fault("the row has no link: it was not written by the gateway", 0, f"{kind} {row[0]}")
            row = next(rows, None)
            continue
        _, name, number, what = link_
        if row is None or name < row[0]:
            if what != GONE:
                yield Fault("the row is gone", number, f"{kind} {name}")
        else:
            if what != digest(row[1:]):
                yield Fault("the row was changed after it was written", number, f"{kind} {name}")
            row = next(rows, None)
        link_ = next(links, None)


def _bytes(ledger: apsw.Connection) -> Iterator[Fault]:
    """Every arrival's bytes against its digest."""
    for number, source, known, kept, raw in ledger.execute(
        "SELECT id, source, digest, kept, raw FROM arrival"
    ):
        if (arrival_digest(source, raw) != known) if kept else raw:
            yield Fault("the bytes were changed after they came", 0, f"arrival {number}")


def sound(path: Path, key: bytes) -> list[Fault]:
    """Whether a ledger at rest can be opened, is whole, and is what was written."""
    try:
        ledger = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            said = ledger.pragma("integrity_check")
            return [Fault(f"integrity_check: {said}", 0, "")] if said != "ok" else list(verify(ledger, key))
        finally:
            ledger.close()
    except apsw.Error as error:
        return [Fault(f"it cannot be read: {error}", 0, "")]


def main(ledger: Path, key: Path) -> int:
    """Prints the first hundred faults as JSON Lines, returns whether there are any."""
    faults = sound(ledger, key.read_bytes())
    for fault in faults[:100]:
        sys.stdout.write(json.dumps(vars(fault), ensure_ascii=False) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
