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
    key, at = alert.key.digest, entry.at.isoformat()
    entered = db.put(
        "document",
        "INSERT INTO document (key, arrival, source, sender, identifier, at, alert, verdict, trace, held_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, source) DO UPDATE SET"
        " (arrival, at, alert, verdict, trace, held_until) ="
        " (excluded.arrival, excluded.at, excluded.alert, excluded.verdict, excluded.trace, excluded.held_until)"
        " WHERE document.verdict ->> 'name' = 'quarantine'",
        (
            key,
            arrival,
            entry.source,
            alert.sender,
            alert.identifier,
            at,
            text(ALERT, alert),
            text(VERDICT, verdict),
            text(TRACE, entry.judgement.trace),
            iso(held),
        ),
    )
    if not entered:
        return
    for sense in entry.senses:
        db.put(
            "sense",
            "INSERT OR IGNORE INTO sense (sense, at, document, source) VALUES (?, ?, ?, ?)",
            (sense, at, key, entry.source),
        )
    for reference in alert.references:
        db.put(
            "mention",
            "INSERT OR IGNORE INTO mention (document, source, identifier) VALUES (?, ?, ?)",
            (key, entry.source, reference.identifier),
        )


def settle(db: Pen, key: str, judgement: Judgement) -> None:
    for ending in judgement.endings:
        end(db, ending)
    if judgement.plan:
        insert_plan(db, judgement.plan, key)


def insert_plan(db: Pen, plan: Plan, key: str | None) -> None:
    values = (plan.id, key, text(PLAN, plan), plan.start.isoformat())
    db.put("plan", "INSERT OR IGNORE INTO plan (id, document, body, start) VALUES (?, ?, ?, ?)", values)


def end(db: Pen, ending: Ending) -> None:
    values = (text(WHY, ending.why), ending.plan)
    db.put("plan", "UPDATE plan SET ended = ? WHERE id = ? AND ended IS NULL", values)


def insert_act(db: Pen, at: datetime, person: str, act: str) -> None:
    db.put("act", "INSERT INTO act (at, person, body) VALUES (?, ?, ?)", (at.isoformat(), person, act))


def newest_roster(db: Pen) -> Roster | None:
    row = db.execute("SELECT body FROM site ORDER BY version DESC LIMIT 1").fetchone()
    return ROSTER.validate_json(row[0]) if row else None


def owe(db: Pen, source: str, document: str, bodies: Iterable[str]) -> None:
    for body in bodies:
        values = (source, document, body)
        db.put("receipt", "INSERT INTO receipt (source, document, body) VALUES (?, ?, ?)", values)


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def put_burst(db: Pen, burst: Burst) -> None:
    values = (burst.plan, burst.speaker, burst.number, text(BURST, burst), burst.outcome)
    db.put(
        "burst",
        "INSERT OR REPLACE INTO burst (plan, speaker, number, body, outcome) VALUES (?, ?, ?, ?, ?)",
        values,
    )
