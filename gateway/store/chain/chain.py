"""The contents of a link of the hash chain, and the rows that have links.

Link n holds the digest of a row as it was just written, and `hash = SHA-256(previous hash | n, time, table,
name | digest)`. Its seal is an HMAC with a key that is not in the ledger. Another seal binds the end of the
chain. Where retention deleted links, one gap stands for them. Its seal proves that the owner of the key
deleted them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

START = bytes(32)
"""The hash before the first link."""

SEAL_BYTES = 16
"""Half of an HMAC-SHA256 is kept. RFC 2104 section 5 asks for no less than half."""

GONE = b""
"""The digest of a row that was deleted."""

Value = str | int | None

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Table:
    """A table whose rows have links."""

    key: tuple[str, ...]
    """The columns that name a row."""
    columns: tuple[str, ...]
    """The other columns that the digest of a row covers."""
    overwritten: bool = False
    """The table keeps only the newest state of a row, so each link keeps the state in plain text as well."""
    defaults: Mapping[str, Value] = field(default_factory=dict)
    """The values that the schema gives a new row."""

    @cached_property
    def name(self) -> str:
        """The SQL for the name of a row."""
        return f"CAST({self.key[0]} AS TEXT)" if len(self.key) == 1 else f"json_array({', '.join(self.key)})"

    @cached_property
    def read(self) -> str:
        """The SQL to select of a row: its name, then the columns."""
        return ", ".join((self.name, *self.columns))

    @cached_property
    def returning(self) -> str:
        """The same as a clause of a statement that writes."""
        return f" RETURNING {self.read}"

    @cached_property
    def where(self) -> str:
        """The SQL that finds the row with a key."""
        return " AND ".join(f"{column} = ?" for column in self.key)

    def called(self, key: Sequence[str | int]) -> str:
        """The name of the row with this key, the same that SQLite makes by `name`."""
        return str(key[0]) if len(self.key) == 1 else _ENCODER.encode(list(key))

    def values(self, name: str) -> tuple[str | int, ...]:
        """The key of the row with this name."""
        return (name,) if len(self.key) == 1 else tuple(json.loads(name))


TABLES: Mapping[str, Table] = {
    "act": Table(("id",), ("at", "person", "body")),
    "alarm": Table(
        ("id",),
        ("name", "why", "since", "rings", "cleared", "acknowledged_by"),
        overwritten=True,
        defaults={"acknowledged_by": ""},
    ),
    "arrival": Table(
        ("id",),
        ("at", "source", "peer", "digest", "state", "why", "kept"),
        defaults={"state": "new", "kept": 1},
    ),
    "burst": Table(("plan", "speaker", "number"), ("body", "outcome"), overwritten=True),
    "document": Table(
        ("key", "source"),
        ("arrival", "sender", "identifier", "at", "alert", "verdict", "trace", "held_until"),
    ),
    "drill": Table(("id",), ("at", "until", "body", "closed"), overwritten=True),
    "hold": Table(("id",), ("at", "person", "until", "ended"), overwritten=True),
    "mention": Table(("document", "source", "identifier"), ()),
    "plan": Table(("id",), ("document", "body", "start", "ended")),
    "power": Table(("line", "unit"), ("since",), overwritten=True),
    "reading": Table(("phrase",), ("syllables",), overwritten=True),
    "receipt": Table(("id",), ("source", "document", "body", "sent"), defaults={"sent": 0}),
    "reply": Table(("id",), ("arrival", "at", "topic", "correlation", "ended")),
    "sense": Table(("document", "source", "sense", "at"), ()),
    "site": Table(("version",), ("at", "written_by", "body")),
}
"""In the order of their names, which the audit relies on. The bytes of an arrival and their charset have no
column here: its `digest` covers them, as long as they are `kept`. So the links of older ledgers stay
valid."""


HAS_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
"""Whether a ledger has a table. One of an older version lacks the newest, such as a backup from before an
upgrade."""


def plain(values: Iterable[Value]) -> str:
    """The columns of a row as JSON, for people."""
    return _ENCODER.encode(list(values))


def digest(values: Iterable[Value]) -> bytes:
    """The digest of a row's columns. Each text has its length before it, so that two rows never give one
    text."""
    text = "".join(
        ["~" if v is None else f"{len(v)}:{v}" if isinstance(v, str) else f"{v};" for v in values],
    )
    return hashlib.sha256(text.encode()).digest()


def link(before: bytes, number: int, at: str, kind: str, name: str, what: bytes) -> bytes:
    """The hash of a link."""
    return hashlib.sha256(before + f"{number};{at};{kind};{len(name)}:{name}".encode() + what).digest()


def seal(key: bytes, number: int, hashed: bytes) -> bytes:
    """The seal of one link."""
    return hmac.digest(key, b"link" + number.to_bytes(8, "big") + hashed, "sha256")[:SEAL_BYTES]


def end(key: bytes, number: int, hashed: bytes) -> bytes:
    """The seal of the last link, as the end of the chain."""
    return hmac.digest(key, b"end." + number.to_bytes(8, "big") + hashed, "sha256")[:SEAL_BYTES]


def gap(key: bytes, first: int, number: int, before: bytes, hashed: bytes) -> bytes:
    """The seal of a gap, for the links from `first` to `number` that were deleted together.

    `before` is the hash before them, `hashed` the hash of the last of them.
    """
    numbers = first.to_bytes(8, "big") + number.to_bytes(8, "big")
    return hmac.digest(key, b"gap." + numbers + before + hashed, "sha256")[:SEAL_BYTES]
