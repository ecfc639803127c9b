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
from gateway.store.chain.pen import Pen, Row

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
    decided = (text(VERDICT, verdict), text(TRACE, entry.judgement.trace), iso(held))
    said = text(ALERT, alert)
    row: Row = {"key": key, "arrival": arrival, "source": entry.source, "sender": alert.sender}
    row = {**row, "identifier": alert.identifier, "at": at, "alert": said}
    row = {**row, **dict(zip(("verdict", "trace", "held_until"), decided, strict=True))}
    if not db.insert("document", row, "INSERT OR IGNORE") and not db.update(
        "document",
        (key, entry.source),
        "(arrival, at, alert, verdict, trace, held_until) = (?, ?, ?, ?, ?, ?)"
        " AND verdict ->> 'name' = 'quarantine'",
        (arrival, at, said, *decided),
    ):
        return
    about = {"document": key, "source": entry.source}
    for sense in entry.senses:
        db.insert("sense", {**about, "sense": sense, "at": at}, "INSERT OR IGNORE")
    for reference in alert.references:
        db.insert("mention", {**about, "identifier": reference.identifier}, "INSERT OR IGNORE")


def settle(db: Pen, key: str, judgement: Judgement) -> bool:
    """Whether its plan is new, where it has one."""
    for ending in judgement.endings:
        if end(db, ending):
            db.execute("INSERT OR IGNORE INTO ending (plan) VALUES (?)", (ending.plan,))
    return not judgement.plan or insert_plan(db, judgement.plan, key)


def insert_plan(db: Pen, plan: Plan, key: str | None) -> bool:
    """Whether it is new."""
    row = {"id": plan.id, "document": key, "body": text(PLAN, plan), "start": plan.start.isoformat()}
    return db.insert("plan", row, "INSERT OR IGNORE") is not None


def end(db: Pen, ending: Ending) -> bool:
    """Whether it had not ended before."""
    return db.update("plan", (ending.plan,), "ended = ? AND ended IS NULL", (text(WHY, ending.why),))


def insert_act(db: Pen, at: datetime, person: str, act: str) -> None:
    db.insert("act", {"at": at.isoformat(), "person": person, "body": act})


def owe(db: Pen, source: str, document: str, bodies: Iterable[str]) -> None:
    for body in bodies:
        db.insert("receipt", {"source": source, "document": document, "body": body})


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def put_burst(db: Pen, burst: Burst) -> None:
    row: Row = {
        "plan": burst.plan,
        "speaker": burst.speaker,
        "number": burst.number,
        "body": text(BURST, burst),
    }
    db.insert("burst", {**row, "outcome": burst.outcome}, "INSERT OR REPLACE")
