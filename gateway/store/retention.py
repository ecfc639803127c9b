"""What is too old leaves the ledger, a little at a time, and the chain says so (practice.md, Figures)."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.store.audit import RETIRED
from gateway.store.pen import Pen
from gateway.store.shelf import Shelf

DELIVERIES = timedelta(days=3 * 365)
RAW = timedelta(days=365)
"""Deliveries are kept three years, the bytes they came from one (practice.md, Figures)."""
CANARY = timedelta(days=1)
"""What the canary leaves is kept a day (practice.md, Figures)."""
A_TIME = 200
"""Rows that leave in one transaction: nobody waits long for it. Our choice."""


class Retention(Shelf):
    """Only what has ended leaves."""

    async def retire(self, now: datetime, canary: str = "canary") -> int:
        """Let go of everything that is too old. Returns how many rows left. `canary` is the source whose traces last a day."""
        left = 0
        for work in (_raw, _documents):
            while some := await self._writer.write(lambda db, work=work: work(db, now, canary)):  # type: ignore[misc]
                left += some
        return left


def _raw(db: Pen, now: datetime, _canary: str) -> int:
    """The bytes of old arrivals; that they came, and their digest, stay."""
    sql = "SELECT id FROM arrival WHERE at < ? AND raw <> x'' AND state <> 'new' LIMIT ?"
    found = db.execute(sql, ((now - RAW).isoformat(), A_TIME)).fetchall()
    for (number,) in found:
        db.execute("UPDATE arrival SET raw = x'' WHERE id = ?", (number,))
        db.keep(RETIRED, f"arrival {number}", now.isoformat())
    return len(found)


def _documents(db: Pen, now: datetime, canary: str) -> int:
    """Documents with their plans, bursts and receipts, once all of their plans have ended."""
    found = db.execute(
        "SELECT key, source FROM document WHERE at < CASE source WHEN ?1 THEN ?2 ELSE ?3 END AND held_until IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM plan WHERE plan.document = document.key AND plan.ended IS NULL) LIMIT ?4",
        (canary, (now - CANARY).isoformat(), (now - DELIVERIES).isoformat(), A_TIME),
    ).fetchall()
    for key, source in found:
        for (plan,) in db.execute("SELECT id FROM plan WHERE document = ?", (key,)).fetchall():
            for speaker, number in db.execute(
                "SELECT speaker, number FROM burst WHERE plan = ?", (plan,)
            ).fetchall():
                db.keep(RETIRED, f"burst {plan}/{speaker}/{number}", now.isoformat())
            db.execute("DELETE FROM burst WHERE plan = ?", (plan,))
            db.execute("DELETE FROM plan WHERE id = ?", (plan,))
            db.keep(RETIRED, f"plan {plan}", now.isoformat())
            db.keep(RETIRED, f"end {plan}", now.isoformat())
        for (receipt,) in db.execute("SELECT id FROM receipt WHERE document = ?", (key,)).fetchall():
            db.keep(RETIRED, f"receipt {receipt}", now.isoformat())
        for table in ("receipt", "sense", "mention"):
            db.execute(f"DELETE FROM {table} WHERE document = ?", (key,))  # noqa: S608 - names from the line above
        db.execute("DELETE FROM document WHERE key = ? AND source = ?", (key, source))
        db.keep(RETIRED, f"document {key} {source}", now.isoformat())
        db.keep(RETIRED, f"verdict {key} {source}", now.isoformat())
    return len(found)
