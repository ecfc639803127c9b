"""Old rows are deleted, a little at a time and never while a plan is live (docs/practice.md, Figures)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from gateway.model.record import CANARY
from gateway.store import contract
from gateway.store.chain import thinning
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite.plans import Plans

DELIVERIES = timedelta(days=3 * 365)
"""How long documents, plans, bursts, receipts and acts are kept (docs/practice.md, Figures)."""
RAW = timedelta(days=365)
"""How long the bytes of arrivals are kept (docs/practice.md, Figures)."""
CANARY_DAYS = timedelta(days=1)
"""How long the canary's documents are kept (docs/practice.md, Figures)."""
CANARY_SEEN = timedelta(days=30)
"""The oldest of the canary's documents that are looked for. A gateway that stood still for a month leaves
older ones; they are deleted with the other documents. Our choice."""
SENSES = timedelta(days=2)
"""How long senses are kept: `past` compares documents that are a day and three hours old at most
(LONGEST_HELD)."""
A_TIME = 50
"""The rows that one transaction deletes; it takes some milliseconds. Our choice."""
PAUSE_S = 0.02
"""The pause between two transactions, so that writes that wait go first. Our choice."""

Step = Callable[[ChainedConnection, datetime, str], int]
"""Deletes some rows that are too old by this time; the last argument is the canary's source. Returns how
many."""
Look = Callable[[ChainedConnection, int, int], int]
"""Looks at the next rows after a number, none later than another. Returns the number of the last one."""


class Retention(Plans, contract.Retention):
    """A step for each kind of row, then the receipts, then the links of the chain."""

    async def retire(self, now: datetime, canary: str = CANARY) -> int:
        count = 0
        for step in STEPS:
            count += await self._step(step, now, canary)
        await self._pass("SELECT max(id) FROM receipt", receipts)
        await self._pass("SELECT max(n) FROM chain", thinning.thin)
        return count

    async def _step(self, step: Step, now: datetime, canary: str) -> int:
        """Delete all rows of one kind that are too old. Returns how many."""
        count = 0
        while not self.live():
            deleted = await self._writer.write(lambda db: step(db, now, canary))
            count += deleted
            await asyncio.sleep(PAUSE_S)
            if not deleted:
                break
        return count

    async def _pass(self, last: str, look: Look) -> None:
        """Look at all rows up to the newest of now, a few at a time and in their order.

        In this order the link that says that a row was deleted comes after all other links of that row.
        """
        newest = self._one(last, ())
        upto, after = (newest[0] or 0) if newest else 0, 0
        while after < upto and not self.live():
            after = await self._look(look, after, upto)

    async def _look(self, look: Look, after: int, upto: int) -> int:
        last = await self._writer.write(lambda db: look(db, after, upto))
        await asyncio.sleep(PAUSE_S)
        return last


def _raw(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """Delete the bytes of old arrivals. Their rows stay, with the digest."""
    return len(
        db.put(
            "arrival",
            "UPDATE arrival SET raw = x'', charset = '', kept = 0 WHERE id IN"
            " (SELECT id FROM arrival WHERE kept = 1 AND at < ? AND state <> 'new' LIMIT ?)",
            ((now - RAW).isoformat(), A_TIME),
        )
    )


def _canaries(db: ChainedConnection, now: datetime, canary: str) -> int:
    values = (canary, (now - CANARY_SEEN).isoformat(), (now - CANARY_DAYS).isoformat(), A_TIME)
    return _forget(db, "source = ? AND at >= ? AND at < ?", values)


def _documents(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _forget(db, "at < ?", ((now - DELIVERIES).isoformat(), A_TIME))


_ENDED = """held_until IS NULL
AND NOT EXISTS (SELECT 1 FROM plan WHERE plan.document = document.key AND plan.ended IS NULL)
ORDER BY at LIMIT ?"""


def _forget(db: ChainedConnection, where: str, values: tuple[str | int, ...]) -> int:
    """Delete documents with their plans, bursts and arrivals. Plans stay while another source's document of
    the same key is there."""
    columns = "key, source, arrival, alert -> 'references'"
    sql = f"SELECT {columns} FROM document WHERE {where} AND {_ENDED}"  # noqa: S608 - our own words
    documents = db.execute(sql, values).fetchall()
    for key, source, arrival, references in documents:
        db.drop("document", "key = ? AND source = ?", (key, source))
        db.drop(
            "mention",
            "identifier IN (SELECT value ->> 'identifier' FROM json_each(?)) AND document = ? AND source = ?",
            (references, key, source),
        )
        if not db.execute("SELECT 1 FROM document WHERE key = ?", (key,)).fetchone():
            db.drop("burst", "plan IN (SELECT id FROM plan WHERE document = ?)", (key,))
            db.drop("plan", "document = ?", (key,))
        if not db.execute("SELECT 1 FROM document WHERE arrival = ?", (arrival,)).fetchone():
            db.drop("reply", "arrival = ?", (arrival,))
            db.drop("arrival", "id = ?", (arrival,))
    return len(documents)


def _senses(db: ChainedConnection, now: datetime, _canary: str) -> int:
    senses = db.execute(
        "SELECT document, source, sense, at FROM sense WHERE at < ? LIMIT ?",
        ((now - SENSES).isoformat(), A_TIME),
    ).fetchall()
    for sense in senses:
        db.drop("sense", "document = ? AND source = ? AND sense = ? AND at = ?", sense)
    return len(senses)


def _quarantined(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """Arrivals without a document, once their bytes are deleted."""
    arrivals = db.execute(
        "SELECT id FROM arrival WHERE kept = 0 AND at < ?"
        " AND NOT EXISTS (SELECT 1 FROM document WHERE document.arrival = arrival.id) LIMIT ?",
        ((now - DELIVERIES).isoformat(), A_TIME),
    ).fetchall()
    for arrival in arrivals:
        db.drop("reply", "arrival = ?", arrival)
        db.drop("arrival", "id = ?", arrival)
    return len(arrivals)


def _tests(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """Plans without a document: people or the gateway ordered them."""
    plans = db.execute(
        "SELECT id FROM plan WHERE document IS NULL AND ended IS NOT NULL AND start < ? LIMIT ?",
        ((now - DELIVERIES).isoformat(), A_TIME),
    ).fetchall()
    for plan in plans:
        db.drop("burst", "plan = ?", plan)
        db.drop("plan", "id = ?", plan)
    return len(plans)


def _acts(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "act", "at < ?", now)


def _alarms(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "alarm", "since < ? AND cleared IS NOT NULL", now)


def _holds(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "hold", "until < ?", now)


def _drills(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "drill", "until < ?", now)


def _oldest(db: ChainedConnection, kind: str, where: str, now: datetime) -> int:
    """Of rows whose numbers rise with time: only the lowest numbers are looked at."""
    oldest = f"id IN (SELECT id FROM {kind} ORDER BY id LIMIT ?)"  # noqa: S608 - our own names
    return len(db.drop(kind, f"{oldest} AND {where}", (A_TIME, (now - DELIVERIES).isoformat())))


def receipts(db: ChainedConnection, after: int, upto: int) -> int:
    """Delete receipts of documents and arrivals that are deleted, among the next receipts after `after`, none
    later than `upto`. Returns the id of the last one looked at."""
    ids: list[Any] = db.execute(
        "SELECT id, CASE document WHEN '' THEN NOT EXISTS"
        " (SELECT 1 FROM arrival WHERE arrival.id = receipt.body ->> 'quarantine')"
        " ELSE NOT EXISTS (SELECT 1 FROM document WHERE document.key = receipt.document) END"
        " FROM receipt WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
        (after, upto, thinning.A_TIME),
    ).fetchall()
    for number, orphaned in ids:
        if orphaned:
            db.drop("receipt", "id = ?", (number,))
    return int(ids[-1][0]) if ids else upto


STEPS: tuple[Step, ...] = (
    _raw,
    _senses,
    _canaries,
    _documents,
    _quarantined,
    _tests,
    _acts,
    _alarms,
    _holds,
    _drills,
)
"""In this order: the arrivals of documents that are deleted are deleted with them."""
