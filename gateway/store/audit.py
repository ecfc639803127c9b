"""Whether the ledger is what was written: the chain from its first link to its sealed end, and every row against its newest link.

A program of its own as well (`python -m gateway.store.audit LEDGER KEY`), so that a backup is looked at without holding up the daemon.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import apsw

from gateway.store.pen import START, digest, link, seal

ROWS: Mapping[str, str] = {
    "arrival": "SELECT id, at, source, peer, raw FROM arrival",
    "quarantine": "SELECT id, why FROM arrival WHERE why IS NOT NULL",
    "document": "SELECT key || ' ' || source, arrival, at, alert FROM document",
    "verdict": "SELECT key || ' ' || source, verdict, trace FROM document",
    "plan": "SELECT id, body FROM plan",
    "end": "SELECT id, ended FROM plan WHERE ended IS NOT NULL",
    "burst": "SELECT plan || '/' || speaker || '/' || number, body FROM burst",
    "receipt": "SELECT id, source, document, body FROM receipt",
    "act": "SELECT id, at, person, body FROM act",
    "site": "SELECT version, at, written_by, body FROM site",
}
"""For each kind of link the rows it stands for: name, then what its digest was made of, in the order of the writing."""
RETIRED = "retired"
"""A link that says that a row was deleted by the rules of retention: its name is `kind name`."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which link (nought: no link at all), of which row."""

    what: str
    link: int
    row: str


def verify(ledger: apsw.Connection, key: bytes) -> Iterator[Fault]:
    """Every fault there is; none for a ledger that is as it was written."""
    newest: dict[tuple[str, str], tuple[int, bytes]] = {}
    retired: set[tuple[str, str]] = set()
    last, number = START, 0
    for here, kind, name, what, hashed in ledger.execute(
        "SELECT id, kind, name, digest, hash FROM chain ORDER BY id"
    ):
        if here != number + 1:
            yield Fault("links are missing", here, f"{kind} {name}")
        if not hmac.compare_digest(link(last, kind, name, what), hashed):
            yield Fault("the link does not follow from the one before", here, f"{kind} {name}")
        last, number = hashed, here
        if kind == RETIRED:
            row_kind, _, row = name.partition(" ")
            newest.pop((row_kind, row), None)
            retired.add((row_kind, row))
        else:
            newest[kind, name] = (here, what)
    sealed = ledger.execute("SELECT link, mac FROM seal").fetchone()
    if (number or sealed) and (
        not sealed or sealed[0] != number or not hmac.compare_digest(seal(key, number, last), sealed[1])
    ):
        yield Fault("the end of the chain is not as it was sealed", number, "")
    yield from _rows(ledger, newest, retired)


def _rows(
    ledger: apsw.Connection,
    newest: dict[tuple[str, str], tuple[int, bytes]],
    retired: Container[tuple[str, str]],
) -> Iterator[Fault]:
    for kind, sql in ROWS.items():
        for name, *bodies in ledger.execute(sql):
            known = newest.pop((kind, str(name)), None)
            if (kind, str(name)) in retired:
                continue
            if known is None:
                yield Fault("the row has no link: it was not written by the gateway", 0, f"{kind} {name}")
            elif known[1] != digest(*bodies):
                yield Fault("the row was changed after it was written", known[0], f"{kind} {name}")
    for (kind, name), (number, _) in newest.items():
        if kind in ROWS:
            yield Fault("the row is gone", number, f"{kind} {name}")


def export(ledger: apsw.Connection) -> Iterator[str]:
    """The whole ledger as JSON Lines: a row each with its kind, then the chain."""
    for kind in ("site", "arrival", "document", "plan", "burst", "receipt", "act", "alarm", "hold", "power"):
        cursor = ledger.execute(f"SELECT * FROM {kind}")  # noqa: S608 - names from the line above
        for row in cursor:
            names = [column[0] for column in cursor.description]
            yield _line(kind, dict(zip(names, row, strict=True)))
    for number, kind, name, what, hashed in ledger.execute(
        "SELECT id, kind, name, digest, hash FROM chain ORDER BY id"
    ):
        said = {"id": number, "of": kind, "name": name, "digest": what.hex(), "hash": hashed.hex()}
        yield _line("chain", said)


def _line(kind: str, row: dict[str, object]) -> str:
    """Bytes as text where they are UTF-8, else in hex."""
    plain = {name: _plain(value) for name, value in row.items()}
    return json.dumps({"kind": kind, **plain}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"hex": value.hex()}
    return value


def sound(path: Path, key: bytes) -> list[Fault]:
    """Whether a ledger at rest can be opened, is whole, and is what was written."""
    try:
        ledger = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        said = ledger.pragma("integrity_check")
        if said != "ok":
            return [Fault(f"integrity_check: {said}", 0, "")]
        return list(verify(ledger, key))
    except apsw.Error as error:
        return [Fault(f"it cannot be read: {error}", 0, "")]


def main() -> int:
    """Arguments: ledger, key file. Prints the faults, returns whether there are any."""
    faults = sound(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
    for fault in faults[:100]:
        sys.stdout.write(json.dumps(vars(fault), ensure_ascii=False) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
