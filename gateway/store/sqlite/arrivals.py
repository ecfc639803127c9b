"""The bytes that came, in the table `arrival`."""

from __future__ import annotations

from datetime import datetime

from gateway.model.alert import Arrival
from gateway.model.reason import Why
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import replies, rows
from gateway.store.sqlite.section import Section

_STRANGE = """
SELECT ?1 ->> 'arrival' WHERE ?1 ->> 'arrival' <> ?2 AND NOT EXISTS (SELECT 1 FROM receipt
    WHERE receipt.body ->> 'arrival' = ?1 ->> 'arrival' AND receipt.body ->> 'quarantine' = ?2)
"""
"""The arrival of which this one is a member, where no receipt has told so yet."""


class Arrivals(Section, contract.Arrivals):
    """Arrivals are known by the digest of their source, charset and bytes."""

    async def arrive(self, arrival: Arrival, urgent: bool = False) -> tuple[int, bool]:
        digest, reply, at = arrival.digest, arrival.reply, arrival.at.isoformat()
        row: Row = {"at": at, "source": arrival.source, "peer": arrival.peer}
        row = {**row, "digest": digest, "raw": arrival.raw, "charset": arrival.charset}

        def work(db: ChainedConnection) -> tuple[int, bool]:
            known = db.execute("SELECT id FROM arrival WHERE digest = ?", (digest,)).fetchone()
            if known:
                db.put(
                    "receipt", "UPDATE receipt SET sent = 2 WHERE body ->> 'arrival' = ? AND sent = 1", known
                )
            number = int(known[0] if known else db.insert("arrival", row) or 0)
            if reply:
                replies.ask(db, number, reply, at)
            return number, not known

        return await self._writer.write(work, urgent, again=not urgent, size=len(arrival.raw))

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        def work(db: ChainedConnection) -> None:
            change = "state = 'quarantined', why = ? AND state = 'new'"
            new = db.update("arrival", (arrival,), change, (rows.text(rows.WHY, why),))
            strange = db.execute(_STRANGE, (receipt, arrival)).fetchone()
            if strange:
                replies.inherit(db, arrival, strange[0])
            if new or strange:
                rows.owe(db, source, "", [receipt])

        await self._writer.write(work)

    async def unquarantine(self, arrival: int, person: str, at: datetime) -> Arrival | None:
        def work(db: ChainedConnection) -> bool:
            if not db.update("arrival", (arrival,), "state = ? AND state = 'quarantined'", ("new",)):
                return False
            rows.insert_act(db, at, person, f"release {arrival}")
            return True

        kept = self.arrival(arrival)
        if kept is None or not await self._writer.write(work):
            return None
        return kept[0]

    def quarantined(self, most: int = 100) -> list[tuple[int, Arrival, Why]]:
        arrivals = self._all(
            "SELECT id, raw, source, peer, at, charset, why FROM arrival"
            " WHERE state = 'quarantined' ORDER BY id DESC LIMIT ?",
            (most,),
        )
        return [(number, _arrival(*came), rows.WHY.validate_json(why)) for number, *came, why in arrivals]

    def unjudged(self, after: int = 0, most: int = -1) -> list[tuple[int, Arrival]]:
        arrivals = self._all(
            "SELECT id, raw, source, peer, at, charset FROM arrival"
            " WHERE state = 'new' AND id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [(number, _arrival(*came)) for number, *came in arrivals]

    def arrival(self, arrival: int) -> tuple[Arrival, str, Why | None] | None:
        row = self._one(
            "SELECT raw, source, peer, at, charset, state, why FROM arrival WHERE id = ?", (arrival,)
        )
        if not row:
            return None
        *came, state, why = row
        return _arrival(*came), state, rows.WHY.validate_json(why) if why else None


def _arrival(raw: bytes, source: str, peer: str, at: str, charset: str) -> Arrival:
    return Arrival(raw, source, peer, datetime.fromisoformat(at), charset)
