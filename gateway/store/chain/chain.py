"""What a link of the hash chain is made of, and which rows have links.

Link n holds the digest of a row as it was just written, and `hash = SHA-256(hash before | n, time, table, name | digest)`. Its seal is an
HMAC with a key that is not in the ledger; another seal binds the chain's end. Where retention let go of links, one gap stands for them and
its seal says that the keeper of the key did it.
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
"""Half of an HMAC-SHA256 is kept: RFC 2104 section 5 asks for no less than half."""

GONE = b""
"""The digest of a row that was deleted."""

Value = str | int | None

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Table:
    """A table whose every row is watched, known by its `key`. `columns` are all the others that its digest covers. `overwritten`: the
    table keeps only the newest state of a row, so the links keep each state's words. `fresh`: what the schema gives a new row by itself."""

    key: tuple[str, ...]
    columns: tuple[str, ...]
    overwritten: bool = False
    fresh: Mapping[str, Value] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """The SQL that names a row."""
        return f"CAST({self.key[0]} AS TEXT)" if len(self.key) == 1 else f"json_array({', '.join(self.key)})"

    @cached_property
    def read(self) -> str:
        """What to select of a row: its name, then the columns."""
        return ", ".join((self.name, *self.columns))

    @cached_property
    def returning(self) -> str:
        return f" RETURNING {self.read}"

    @cached_property
    def where(self) -> str:
        """Finds the row of a name, by `values`."""
        return " AND ".join(f"{column} = ?" for column in self.key)

    def called(self, key: Sequence[str | int]) -> str:
        """The name of the row with this key, as SQLite would make it."""
        return str(key[0]) if len(self.key) == 1 else _ENCODER.encode(list(key))

    def values(self, name: str) -> tuple[str | int, ...]:
        """The key in a name."""
        return (name,) if len(self.key) == 1 else tuple(json.loads(name))


TABLES: Mapping[str, Table] = {
    "act": Table(("id",), ("at", "person", "body")),
    "alarm": Table(
        ("id",),
        ("name", "why", "since", "rings", "cleared", "acknowledged_by"),
        overwritten=True,
        fresh={"acknowledged_by": ""},
    ),
    "arrival": Table(
        ("id",),
        ("at", "source", "peer", "digest", "state", "why", "kept"),
        fresh={"state": "new", "kept": 1},
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
    "receipt": Table(("id",), ("source", "document", "body", "sent"), fresh={"sent": 0}),
    "sense": Table(("document", "source", "sense", "at"), ()),
    "site": Table(("version",), ("at", "written_by", "body")),
}
"""An arrival's bytes are covered by its `digest`, as long as they are `kept`. In order of their names: the audit relies on it."""


def said(values: Iterable[Value]) -> str:
    """A row's columns as JSON, for people."""
    return _ENCODER.encode(list(values))


def digest(values: Iterable[Value]) -> bytes:
    """Of a row's columns, each text with its length, so that none can run into the next."""
    plain = "".join(
        ["~" if v is None else f"{len(v)}:{v}" if isinstance(v, str) else f"{v};" for v in values],
    )
    return hashlib.sha256(plain.encode()).digest()


def link(before: bytes, number: int, at: str, kind: str, name: str, what: bytes) -> bytes:
    """The hash of a link."""
    return hashlib.sha256(before + f"{number};{at};{kind};{len(name)}:{name}".encode() + what).digest()


def seal(key: bytes, number: int, hashed: bytes) -> bytes:
    """Of one link."""
    return hmac.digest(key, b"link" + number.to_bytes(8, "big") + hashed, "sha256")[:SEAL_BYTES]


def end(key: bytes, number: int, hashed: bytes) -> bytes:
    """Of the chain's last link, as its last."""
    return hmac.digest(key, b"end." + number.to_bytes(8, "big") + hashed, "sha256")[:SEAL_BYTES]


def gap(key: bytes, first: int, number: int, before: bytes, hashed: bytes) -> bytes:
    """Of the links from `first` to `number`, let go together, between the hash before them and their last."""
    numbers = first.to_bytes(8, "big") + number.to_bytes(8, "big")
    return hmac.digest(key, b"gap." + numbers + before + hashed, "sha256")[:SEAL_BYTES]
