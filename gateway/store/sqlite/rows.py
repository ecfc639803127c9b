"""The model's values as columns of the tables, and the statements that several sections share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from gateway.codes.remembered import remembering
from gateway.model.alert import Alert
from gateway.model.delivery import Burst
from gateway.model.judgement import Ending, Judgement
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Entry
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold, Trace, Verdict
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import replies

ALERT = TypeAdapter(Alert)
VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)
TRACE: TypeAdapter[Trace] = TypeAdapter(Trace)
PLAN = TypeAdapter(Plan)
WHY = TypeAdapter(Why)
BURST = TypeAdapter(Burst)
ROSTER = TypeAdapter(Roster)


LONGEST = 20_000
"""Longer columns are not kept as values. Our choice: few alerts are longer, and one could fill the memory."""


@remembering(longest=LONGEST)
def alert(body: str) -> Alert:
    """The alert of its column. A storm compares each document with the same few."""
    return ALERT.validate_json(body)


@remembering(longest=LONGEST)
def plan(body: str) -> Plan:
    """The plan of its column; kept for the same reason."""
    return PLAN.validate_json(body)


def text(adapter: TypeAdapter[Any], value: object) -> str:
    """A value as the JSON of its column."""
    return adapter.dump_json(value).decode()


def insert_document(db: ChainedConnection, arrival: int, entry: Entry) -> None:
    """A new document, or one that takes the place of a quarantined entry."""
    alert, verdict = entry.alert, entry.judgement.verdict
    key, at, body = alert.key.digest, entry.at.isoformat(), text(ALERT, alert)
    decided = (text(VERDICT, verdict), text(TRACE, entry.judgement.trace), held_until(verdict))
    row: Row = {"key": key, "arrival": arrival, "source": entry.source, "sender": alert.sender}
    row = {**row, "identifier": alert.identifier, "at": at, "alert": body}
    row = {**row, **dict(zip(("verdict", "trace", "held_until"), decided, strict=True))}
    if not db.insert("document", row, "INSERT OR IGNORE") and not db.update(
        "document",
        (key, entry.source),
        "(arrival, at, alert, verdict, trace, held_until) = (?, ?, ?, ?, ?, ?)"
        " AND verdict ->> 'name' = 'quarantine'",
        (arrival, at, body, *decided),
    ):
        return
    about = {"document": key, "source": entry.source}
    for sense in entry.senses:
        db.insert("sense", {**about, "sense": sense, "at": at}, "INSERT OR IGNORE")
    for reference in alert.references:
        db.insert("mention", {**about, "identifier": reference.identifier}, "INSERT OR IGNORE")


def settle(db: ChainedConnection, key: str, judgement: Judgement) -> bool:
    """End the plans that a judgement ends, and insert its plan. Returns False where that plan is there
    already."""
    for ending in judgement.endings:
        if end(db, ending):
            db.execute("INSERT OR IGNORE INTO ending (plan) VALUES (?)", (ending.plan,))
    return not judgement.plan or insert_plan(db, judgement.plan, key)


def insert_plan(db: ChainedConnection, plan: Plan, key: str | None) -> bool:
    """Returns whether the plan is new."""
    row = {"id": plan.id, "document": key, "body": text(PLAN, plan), "start": plan.start.isoformat()}
    return db.insert("plan", row, "INSERT OR IGNORE") is not None


def end(db: ChainedConnection, ending: Ending) -> bool:
    """Returns whether the plan was live."""
    return db.update("plan", (ending.plan,), "ended = ? AND ended IS NULL", (text(WHY, ending.why),))


def insert_act(db: ChainedConnection, at: datetime, person: str, act: str) -> None:
    """An act in the name of a person."""
    db.insert("act", {"at": at.isoformat(), "person": person, "body": act})


def owe(db: ChainedConnection, source: str, document: str, bodies: Iterable[str]) -> None:
    """Receipts that a source is owed for a document, also where it wants its answers."""
    for body in bodies:
        number = db.insert("receipt", {"source": source, "document": document, "body": body})
        replies.owe(db, int(number or 0), source, document, body)


def held_until(verdict: Verdict) -> str | None:
    """When a hold ends by itself."""
    return verdict.until.isoformat() if isinstance(verdict, Hold) and verdict.until else None


def put_burst(db: ChainedConnection, burst: Burst) -> None:
    """The newest state of a burst."""
    row: Row = {
        "plan": burst.plan,
        "speaker": burst.speaker,
        "number": burst.number,
        "body": text(BURST, burst),
    }
    db.insert("burst", {**row, "outcome": burst.outcome}, "INSERT OR REPLACE")
