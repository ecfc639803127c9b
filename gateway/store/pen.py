"""What writes: statements, and for every fact a link of the hash chain in the same transaction.

A link's hash is SHA-256 of the hash before it, its kind, its name and the digest of what was written; the last link is sealed with a key
that is not in the ledger.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import apsw

START = bytes(32)
"""The hash before the first link."""


def digest(*bodies: str | bytes | int) -> bytes:
    """Of the parts of a row, each with its length, so that none can run into the next."""
    whole = hashlib.sha256()
    for body in bodies:
        raw = body if isinstance(body, bytes) else str(body).encode()
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.digest()


def link(before: bytes, kind: str, name: str, what: bytes) -> bytes:
    """The hash of a link."""
    return hashlib.sha256(before + f"{kind}\0{name}\0".encode() + what).digest()


def seal(key: bytes, number: int, last: bytes) -> bytes:
    """Binds the chain's end: HMAC-SHA256 of the last link's number and hash."""
    return hmac.digest(key, number.to_bytes(8, "big") + last, "sha256")


class Pen:
    """One writing connection with its chain. `begin` before each transaction, `finish` before its commit."""

    def __init__(self, connection: apsw.Connection, key: bytes) -> None:
        self.connection = connection
        self._key = key
        self._number = 0
        self._last = START
        self._sealed = 0

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> apsw.Cursor:
        return self.connection.execute(sql, values)

    def last_insert_rowid(self) -> int:
        return self.connection.last_insert_rowid()

    def changed(self) -> bool:
        """Whether the last statement changed a row."""
        return self.connection.changes() > 0

    def keep(self, kind: str, name: str | int, *bodies: str | bytes | int) -> None:
        """A fact: `kind` and `name` say which row, `bodies` what it holds now."""
        what = digest(*bodies)
        self._number, self._last = self._number + 1, link(self._last, kind, str(name), what)
        self.connection.execute(
            "INSERT INTO chain (id, kind, name, digest, hash) VALUES (?, ?, ?, ?, ?)",
            (self._number, kind, str(name), what, self._last),
        )

    def begin(self) -> None:
        """Where the chain stands: whatever was rolled back is forgotten."""
        row = self.connection.execute("SELECT id, hash FROM chain ORDER BY id DESC LIMIT 1").fetchone()
        self._number, self._last = row if row else (0, START)
        self._sealed = self._number

    def where(self) -> tuple[int, bytes]:
        """For `back`, when a piece of work is rolled back alone."""
        return self._number, self._last

    def back(self, where: tuple[int, bytes]) -> None:
        self._number, self._last = where

    def finish(self) -> None:
        """Seal the end, if anything was kept since `begin`."""
        if self._number != self._sealed:
            self.connection.execute(
                "INSERT OR REPLACE INTO seal (one, link, mac) VALUES (1, ?, ?)",
                (self._number, seal(self._key, self._number, self._last)),
            )
