"""How the model's values lie in the ledger's tables, and the statements that several writes share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from gateway.model.alert import Alert
from gateway.model.delivery import Burst
from gateway.model.judgement import Ending, Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Entry
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Trace, Verdict
from gateway.store.pen import Pen

ALERT = TypeAdapter(Alert)
VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)
TRACE: TypeAdapter[Trace] = TypeAdapter(Trace)
PLAN = TypeAdapter(Plan)
WHY = TypeAdapter(Why)
BURST = TypeAdapter(Burst)
ROSTER = TypeAdapter(Roster)


def text(adapter: TypeAdapter[Any], value: object) -> str:
    return adapter.dump_json(value).decode()


def insert_document(db: Pen, arrival: int, entry: Entry) -> None:
    alert, verdict = entry.alert, entry.judgement.verdict
    held = verdict.until if isinstance(verdict, Hold) else None
    said, decided, trace = text(ALERT, alert), text(VERDICT, verdict), text(TRACE, entry.judgement.trace)
    db.execute(
        "INSERT INTO document (key, arrival, source, sender, identifier, at, alert, verdict, trace, held_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, source) DO UPDATE SET"
        " (arrival, at, alert, verdict, trace, held_until) ="
        " (excluded.arrival, excluded.at, excluded.alert, excluded.verdict, excluded.trace, excluded.held_until)"
        " WHERE document.verdict ->> 'name' = 'quarantine'",
        (
            alert.key.digest,
            arrival,
            entry.source,
            alert.sender,
            alert.identifier,
            entry.at.isoformat(),
            said,
            decided,
            trace,
            iso(held),
        ),
    )
    if db.changed():
        name = f"{alert.key.digest} {entry.source}"
        db.keep("document", name, arrival, entry.at.isoformat(), said)
        db.keep("verdict", name, decided, trace)
    for sense in entry.senses:
        db.execute(
            "INSERT OR IGNORE INTO sense (sense, at, document, source) VALUES (?, ?, ?, ?)",
            (sense, entry.at.isoformat(), alert.key.digest, entry.source),
        )
    for reference in alert.references:
        db.execute(
            "INSERT OR IGNORE INTO mention (document, source, identifier) VALUES (?, ?, ?)",
            (alert.key.digest, entry.source, reference.identifier),
        )


def settle(db: Pen, key: str, judgement: Judgement) -> None:
    for ending in judgement.endings:
        end(db, ending)
    if judgement.plan:
        insert_plan(db, judgement.plan, key)


def insert_plan(db: Pen, plan: Plan, key: str | None) -> None:
    values = (plan.id, key, text(PLAN, plan), plan.start.isoformat())
    db.execute("INSERT OR IGNORE INTO plan (id, document, body, start) VALUES (?, ?, ?, ?)", values)
    if db.changed():
        db.keep("plan", plan.id, values[2])


def end(db: Pen, ending: Ending) -> None:
    why = text(WHY, ending.why)
    db.execute("UPDATE plan SET ended = ? WHERE id = ? AND ended IS NULL", (why, ending.plan))
    if db.changed():
        db.keep("end", ending.plan, why)


def insert_act(db: Pen, at: datetime, person: str, act: str) -> None:
    values = (at.isoformat(), person, act)
    db.execute("INSERT INTO act (at, person, body) VALUES (?, ?, ?)", values)
    db.keep("act", db.last_insert_rowid(), *values)


def newest_roster(db: Pen) -> Roster | None:
    row = db.execute("SELECT body FROM site ORDER BY version DESC LIMIT 1").fetchone()
    return ROSTER.validate_json(row[0]) if row else None


def owe(db: Pen, source: str, document: str, bodies: Iterable[str]) -> None:
    for body in bodies:
        values = (source, document, body)
        db.execute("INSERT INTO receipt (source, document, body) VALUES (?, ?, ?)", values)
        db.keep("receipt", db.last_insert_rowid(), *values)


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def put_burst(db: Pen, burst: Burst) -> None:
    values = (burst.plan, burst.speaker, burst.number, text(BURST, burst), burst.outcome)
    db.execute(
        "INSERT OR REPLACE INTO burst (plan, speaker, number, body, outcome) VALUES (?, ?, ?, ?, ?)", values
    )
    db.keep("burst", f"{burst.plan}/{burst.speaker}/{burst.number}", values[3])
