"""The whole ledger as JSON Lines: every row of every table, then the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator

import apsw

from gateway.store.chain.chain import HAS_TABLE, TABLES


def export(ledger: apsw.Connection) -> Iterator[str]:
    """One line a row: `{"kind": table, …columns}`, Chinese as it is. Raises apsw.Error.

    Bytes are text where they are UTF-8, else `{"hex": …}`. A link of the chain has `kind: "link"`, with
    digest, hash and seal in hex; a gap that retention left has `first`. The end of the chain has `kind:
    "end"`.
    """
    with ledger:  # one moment of a ledger that may be in use
        for kind in [kind for kind in TABLES if ledger.execute(HAS_TABLE, (kind,)).fetchone()]:
            yield from _rows(ledger, kind, f"SELECT * FROM {kind}")  # noqa: S608 - our own names
        yield from _rows(
            ledger,
            "link",
            "SELECT n, first, at, kind AS of, name,"
            " lower(hex(digest)) AS digest, said, lower(hex(hash)) AS hash,"
            " lower(hex(seal)) AS seal FROM chain ORDER BY n",
        )
        yield from _rows(ledger, "end", "SELECT n, lower(hex(seal)) AS seal FROM chain_end")


def _rows(ledger: apsw.Connection, kind: str, sql: str) -> Iterator[str]:
    cursor = ledger.execute(sql)
    for row in cursor:
        names = (column[0] for column in cursor.get_description())
        plain = {name: _plain(value) for name, value in zip(names, row, strict=True) if value is not None}
        yield json.dumps({**plain, "kind": kind}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"hex": value.hex()}
    return value
