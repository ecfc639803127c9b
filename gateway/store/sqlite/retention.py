"""What is too old leaves the ledger, a little at a time and never while a plan may sound; the chain says so (practice.md, Figures)."""

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
RAW = timedelta(days=365)
"""Deliveries are kept three years, the bytes they came from one (practice.md, Figures)."""
CANARY_DAYS = timedelta(days=1)
"""What the canary leaves is kept a day (practice.md, Figures)."""
CANARY_SEEN = timedelta(days=30)
"""Canaries older than this were left by a gateway that stood still for a month; they leave with all else. Our choice."""
SENSES = timedelta(days=2)
"""What is compared is at most a day and three hours old (Ledger.past, LONGEST_HELD)."""
A_TIME = 50
"""Rows that leave in one transaction: some milliseconds. Our choice."""
PAUSE_S = 0.02
"""Between two of them, so that whoever waits goes first. Our choice."""

Step = Callable[[ChainedConnection, datetime, str], int]


class Retention(Plans, contract.Retention):
    """Only what has ended leaves."""

    async def retire(self, now: datetime, canary: str = CANARY) -> int:
        left = 0
        for step in (
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
        ):
            while not self.live():
                some = await self._writer.write(lambda db, step=step: step(db, now, canary))  # type: ignore[misc]
                left += some
                await asyncio.sleep(PAUSE_S)
                if not some:
                    break
        await self._pass("SELECT max(id) FROM receipt", receipts)
        await self._pass("SELECT max(n) FROM chain", thinning.thin)
        return left

    async def _pass(self, last: str, look: Callable[[ChainedConnection, int, int], int]) -> None:
        """Look at all rows up to now, some at a time and in order: only then is the link of a deletion looked at after all links of what
        it deleted."""
        newest = self._one(last, ())
        upto, after = (newest[0] or 0) if newest else 0, 0
        while after < upto and not self.live():
            after = await self._writer.write(lambda db, after=after: look(db, after, upto))  # type: ignore[misc]
            await asyncio.sleep(PAUSE_S)


def _raw(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """The bytes of old arrivals; that they came, and their digest, stay."""
    return len(
        db.put(
            "arrival",
            "UPDATE arrival SET raw = x'', kept = 0 WHERE id IN"
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
AND NOT EXISTS (SELECT 1 FROM plan WHERE plan.document = document.key AND plan.ended IS NULL) ORDER BY at LIMIT ?"""


def _forget(db: ChainedConnection, where: str, values: tuple[str | int, ...]) -> int:
    """Documents with all that came of them. Plans stay while another source's document of this key does."""
    sql = f"SELECT key, source, arrival, alert -> 'references' FROM document WHERE {where} AND {_ENDED}"  # noqa: S608 - our own words
    found = db.execute(sql, values).fetchall()
    for key, source, arrival, references in found:
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
            db.drop("arrival", "id = ?", (arrival,))
    return len(found)


def _senses(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """They serve comparisons within hours only (Ledger.past)."""
    found = db.execute(
        "SELECT document, source, sense, at FROM sense WHERE at < ? LIMIT ?",
        ((now - SENSES).isoformat(), A_TIME),
    ).fetchall()
    for row in found:
        db.drop("sense", "document = ? AND source = ? AND sense = ? AND at = ?", row)
    return len(found)


def _quarantined(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """Arrivals that led to no document, once their bytes are gone."""
    return len(
        db.drop(
            "arrival",
            "id IN (SELECT id FROM arrival WHERE kept = 0 AND at < ?"
            " AND NOT EXISTS (SELECT 1 FROM document WHERE document.arrival = arrival.id) LIMIT ?)",
            ((now - DELIVERIES).isoformat(), A_TIME),
        )
    )


def _tests(db: ChainedConnection, now: datetime, _canary: str) -> int:
    """Plans that people ordered."""
    found = db.execute(
        "SELECT id FROM plan WHERE document IS NULL AND ended IS NOT NULL AND start < ? LIMIT ?",
        ((now - DELIVERIES).isoformat(), A_TIME),
    ).fetchall()
    for plan in found:
        db.drop("burst", "plan = ?", plan)
        db.drop("plan", "id = ?", plan)
    return len(found)


def _acts(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "act", "at < ?", now)


def _alarms(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "alarm", "since < ? AND cleared IS NOT NULL", now)


def _holds(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "hold", "until < ?", now)


def _drills(db: ChainedConnection, now: datetime, _canary: str) -> int:
    return _oldest(db, "drill", "until < ?", now)


def _oldest(db: ChainedConnection, kind: str, where: str, now: datetime) -> int:
    """Numbers rise with time: only the lowest are looked at."""
    oldest = f"id IN (SELECT id FROM {kind} ORDER BY id LIMIT ?)"  # noqa: S608 - our own names
    return len(db.drop(kind, f"{oldest} AND {where}", (A_TIME, (now - DELIVERIES).isoformat())))


def receipts(db: ChainedConnection, after: int, upto: int) -> int:
    """What was told of documents and of arrivals that are gone, among some receipts after `after`. Returns the last one looked at."""
    found: list[Any] = db.execute(
        "SELECT id, CASE document WHEN '' THEN NOT EXISTS"
        " (SELECT 1 FROM arrival WHERE arrival.id = receipt.body ->> 'quarantine')"
        " ELSE NOT EXISTS (SELECT 1 FROM document WHERE document.key = receipt.document) END"
        " FROM receipt WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
        (after, upto, thinning.A_TIME),
    ).fetchall()
    for number, left in found:
        if left:
            db.drop("receipt", "id = ?", (number,))
    return int(found[-1][0]) if found else upto
