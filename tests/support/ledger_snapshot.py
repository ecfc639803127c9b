"""The ledger's rows, all read at one moment. For the invariants of the simulation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from gateway.model.delivery import Burst
from gateway.model.record import Document, PlanRow
from gateway.model.verdict import Hold
from gateway.store.sqlite.ledger import Ledger

TAKES = 12
"""A burst that starts again this often has been cut off in every story at most as often as there are crashes
and reds."""


@dataclass(frozen=True)
class ArrivalRow:
    id: int
    source: str
    state: str
    why: str | None


@dataclass(frozen=True)
class ReceiptRow:
    id: int
    source: str
    document: str
    event: dict[str, Any]
    sent: bool


@dataclass(frozen=True)
class LedgerSnapshot:
    """Arrivals, documents, plans with their bursts, receipts and acts.

    `tokens` leads from a burst's token to its plan and number.
    """

    arrivals: tuple[ArrivalRow, ...] = ()
    documents: tuple[Document, ...] = ()
    plans: dict[str, PlanRow] = field(default_factory=dict)
    receipts: tuple[ReceiptRow, ...] = ()
    acts: tuple[tuple[str, str, str], ...] = ()
    alarms: frozenset[str] = frozenset()
    """The names of the alarms that were raised, those that are over too."""

    @property
    def tokens(self) -> dict[bytes, tuple[PlanRow, int]]:
        return {
            row.plan.token(number, take): (row, number)
            for row in self.plans.values()
            for number in range(len(row.plan.schedule.bursts))
            for take in range(TAKES)
        }

    @property
    def live(self) -> list[PlanRow]:
        return [row for row in self.plans.values() if row.ended is None]

    @property
    def held(self) -> list[Document]:
        return [one for one in self.documents if isinstance(one.verdict, Hold) and one.verdict.until]

    @property
    def unjudged(self) -> list[ArrivalRow]:
        return [row for row in self.arrivals if row.state == "new"]

    @property
    def counters(self) -> dict[str, int]:
        """Counts that only rise while nothing is pruned: rows of each kind, rungs and ends of bursts."""
        counted = {
            "arrivals": len(self.arrivals),
            "judged arrivals": len(self.arrivals) - len(self.unjudged),
            "documents": len(self.documents),
            "plans": len(self.plans),
            "ended plans": len(self.plans) - len(self.live),
            "receipts": len(self.receipts),
            "told receipts": sum(row.sent for row in self.receipts),
            "acts": len(self.acts),
        }
        for row in self.plans.values():
            for burst in row.bursts:
                name = f"burst {burst.plan[:6]}/{burst.number} at {burst.speaker}"
                counted[f"takes and tries of {name}"] = 100 * burst.take + burst.tries
                counted[f"end of {name}"] = int(burst.outcome is not None)
        return counted

    def burst(self, plan: str, speaker: str, number: int) -> Burst | None:
        row = self.plans.get(plan)
        found = [one for one in row.bursts if (one.speaker, one.number) == (speaker, number)] if row else []
        return found[0] if found else None

    def document(self, identifier: str) -> list[Document]:
        """Over every road it came."""
        return [one for one in self.documents if one.alert.identifier == identifier]


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a ledger file, read beside a daemon that may have it open."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def read_ledger(ledger: Ledger) -> LedgerSnapshot:
    """Everything in the ledger now."""
    ask = ledger._all
    keys = ask("SELECT key, source FROM document ORDER BY at, rowid")
    found = [ledger.plan(row[0]) for row in ask("SELECT id FROM plan ORDER BY start, id")]
    return LedgerSnapshot(
        tuple(ArrivalRow(*row) for row in ask("SELECT id, source, state, why FROM arrival ORDER BY id")),
        tuple(document for row in keys if (document := ledger.document(*row))),
        {row.plan.id: row for row in found if row},
        tuple(
            ReceiptRow(id_, source, document, json.loads(body), bool(sent))
            for id_, source, document, body, sent in ask(
                "SELECT id, source, document, body, sent FROM receipt ORDER BY id"
            )
        ),
        tuple(ask("SELECT at, person, body FROM act ORDER BY id")),
        frozenset(row[0] for row in ask("SELECT name FROM alarm")),
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
