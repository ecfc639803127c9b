"""Arrivals and documents: the ledger's left half."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Judgement, Past
from gateway.model.reason import Why
from gateway.model.record import CANARY, Document, Entry
from gateway.model.verdict import Hold, Quarantine
from gateway.store.chain.pen import Pen, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.plans import Plans

LONGEST_HELD = timedelta(days=1)
"""What is held until morning or for a person is aired within this time of its arrival. Our choice."""

_RELATED = """
SELECT key, source FROM document WHERE identifier IN (SELECT value FROM json_each(:names))
UNION ALL SELECT key, source FROM document WHERE key = :key
UNION ALL SELECT document, source FROM mention WHERE identifier IN (SELECT value FROM json_each(:names))
UNION ALL SELECT document, source FROM sense
    WHERE sense IN (SELECT value FROM json_each(:senses)) AND at >= :arrived
    AND EXISTS (SELECT 1 FROM plan WHERE plan.document = sense.document AND plan.start >= :since)
UNION ALL SELECT document.key, document.source FROM plan INDEXED BY plan_standing
    CROSS JOIN document ON document.key = plan.document WHERE plan.ended IS NULL AND plan.body ->> 'act' IN ('move', 'lift')
"""
_MENTIONING = """
SELECT DISTINCT mention.document, mention.source FROM document JOIN mention ON mention.identifier = document.identifier
    WHERE document.key IN (SELECT value FROM json_each(?))
"""
"""See Ledger.past. Two questions, and doubles are dropped by whoever asks: with UNION, SQLite looks through every document there is. CROSS
JOIN: the few plans first."""


class Documents(Plans):
    """What arrived, and what was decided of it."""

    async def arrive(self, arrival: Arrival, urgent: bool = False) -> tuple[int, bool]:
        """Keep the bytes; what is urgent goes before all that waits. Returns the arrival's id and whether these bytes are new from this source.

        Of bytes that are not new its sender is owed once more what it was told of them."""

        digest = arrival.digest
        row: Row = {"at": arrival.at.isoformat(), "source": arrival.source, "peer": arrival.peer}
        row = {**row, "digest": digest, "raw": arrival.raw}

        def work(db: Pen) -> tuple[int, bool]:
            known = db.execute("SELECT id FROM arrival WHERE digest = ?", (digest,)).fetchone()
            if known:
                db.put(
                    "receipt", "UPDATE receipt SET sent = 2 WHERE body ->> 'arrival' = ? AND sent = 1", known
                )
                return int(known[0]), False
            return int(db.insert("arrival", row) or 0), True

        return await self._writer.write(work, urgent, again=not urgent, size=len(arrival.raw))

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        """The bytes of this arrival cannot be read; its sender shall be told `receipt`. Said a second time it changes nothing."""

        def work(db: Pen) -> None:
            said = (rows.text(rows.WHY, why),)
            if not db.update("arrival", (arrival,), "state = 'quarantined', why = ? AND state = 'new'", said):
                return
            rows.owe(db, source, "", [receipt])

        await self._writer.write(work)

    async def unquarantine(self, arrival: int, person: str, at: datetime) -> Arrival | None:
        """This arrival is new again, by the order of this person; None where it is not in quarantine."""

        def work(db: Pen) -> bool:
            if not db.update("arrival", (arrival,), "state = ? AND state = 'quarantined'", ("new",)):
                return False
            rows.insert_act(db, at, person, f"release {arrival}")
            return True

        found = self.arrival(arrival)
        done = found is not None and await self._writer.write(work)
        return found[0] if found and done else None

    def quarantined(self, most: int = 100) -> list[tuple[int, Arrival, Why]]:
        """What lies in quarantine with its number and reason, newest first."""
        found = self._all(
            "SELECT id, raw, source, peer, at, why FROM arrival WHERE state = 'quarantined' ORDER BY id DESC LIMIT ?",
            (most,),
        )
        return [
            (
                row[0],
                Arrival(row[1], row[2], row[3], datetime.fromisoformat(row[4])),
                rows.WHY.validate_json(row[5]),
            )
            for row in found
        ]

    async def enter(
        self,
        arrival: int,
        entries: Sequence[Entry],
        receipts: Sequence[tuple[str, str]],
        urgent: bool = False,
    ) -> frozenset[str]:
        """Everything decided of one arrival, in one transaction: documents, plans, endings, and the receipts owed as (document, body).

        A document already known keeps its first entry, unless that was quarantined; what is quarantined of it is kept as an arrival. Returns the keys of those whose plan was there already:
        it sounded from memory before its document could be kept.
        """

        def work(db: Pen) -> frozenset[str]:
            there: set[str] = set()
            for entry in entries:
                rows.insert_document(db, arrival, entry)
                if not rows.settle(db, entry.alert.key.digest, entry.judgement):
                    there.add(entry.alert.key.digest)
            barred = [
                one.judgement.verdict for one in entries if isinstance(one.judgement.verdict, Quarantine)
            ]
            why = rows.text(rows.WHY, barred[0].why) if barred else None
            db.update(
                "arrival", (arrival,), "state = ?, why = ?", ("quarantined" if barred else "judged", why)
            )
            for document, body in receipts:
                rows.owe(db, entries[0].source, document, [body])
            return frozenset(there)

        return await self._writer.write(work, urgent or any(_grave(entry.judgement) for entry in entries))

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        """What was held is decided now; `receipts` are owed to its source."""

        def work(db: Pen) -> None:
            held = judgement.verdict.until if isinstance(judgement.verdict, Hold) else None
            values = (
                rows.text(rows.VERDICT, judgement.verdict),
                rows.text(rows.TRACE, judgement.trace),
                rows.iso(held),
            )
            db.update("document", (key, source), "verdict = ?, trace = ?, held_until = ?", values)
            rows.settle(db, key, judgement)
            rows.owe(db, source, key, receipts)

        await self._writer.write(work, _grave(judgement))

    def unjudged(self, after: int = 0, most: int = -1) -> list[tuple[int, Arrival]]:
        """Arrivals acknowledged before a crash and not yet decided: those numbered above `after`, at most so many."""
        found = self._all(
            "SELECT id, raw, source, peer, at FROM arrival WHERE state = 'new' AND id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [(row[0], Arrival(row[1], row[2], row[3], datetime.fromisoformat(row[4]))) for row in found]

    def arrival(self, arrival: int) -> tuple[Arrival, str, Why | None] | None:
        """The bytes as they came, the state (new, judged, quarantined), and why they were quarantined."""
        row = self._one("SELECT raw, source, peer, at, state, why FROM arrival WHERE id = ?", (arrival,))
        if not row:
            return None
        why = rows.WHY.validate_json(row[5]) if row[5] else None
        return Arrival(row[0], row[1], row[2], datetime.fromisoformat(row[3])), row[4], why

    def known(self, keys: Iterable[str], source: str, but: int = 0) -> set[str]:
        """Which of these documents have been entered from this source, other than by the arrival `but`."""
        sql = "SELECT 1 FROM document WHERE key = ? AND source = ? AND arrival <> ?"
        return {key for key in keys if self._one(sql, (key, source, but))}

    def past(self, alert: Alert, since: datetime, senses: Collection[str]) -> list[Past]:
        """Documents that may bear on this one, over whatever road: with its identifier, referred to by it, referring to it or to what it refers to; those that led to
        a plan starting since `since` and share one of `senses`; those whose move orders or lifts still stand; and what refers to any of these. Oldest first.

        The cost grows with what is related, not with the history."""
        names = {alert.identifier, *(reference.identifier for reference in alert.references)}
        values = {
            "names": json.dumps(sorted(names)),
            "key": alert.key.digest,
            "since": since.isoformat(),
            "arrived": (since - LONGEST_HELD).isoformat(),
            "senses": json.dumps(sorted(senses)),
        }
        found = dict.fromkeys(self._all(_RELATED, values))
        if found:
            found |= dict.fromkeys(self._all(_MENTIONING, (json.dumps([key for key, _ in found]),)))
        documents = [self.document(*row) for row in found]
        return sorted((self._past(document) for document in documents if document), key=lambda past: past.at)

    def _past(self, document: Document) -> Past:
        found = [] if document.verdict.name == "quarantine" else self.plans(document.key)
        warnings = [row for row in found if row.plan.act == "warning"]
        row = warnings[-1] if warnings else (found[-1] if found else None)
        sounded = frozenset(
            burst.speaker
            for one in found
            for burst in one.bursts
            if burst.outcome in ("played", "unproved") or burst.evidence > 0
        )
        plan, live = (row.plan, row.ended is None) if row else (None, False)
        return Past(document.alert, document.source, document.verdict.name, document.at, plan, live, sounded)

    def held(self) -> list[Document]:
        """Documents whose hold ends by itself, soonest first."""
        found = self._all("SELECT key, source FROM document WHERE held_until IS NOT NULL ORDER BY held_until")
        return [document for row in found if (document := self.document(*row))]

    def document(self, key: str, source: str | None = None) -> Document | None:
        """As it came from that source; without one, the first that was not quarantined."""
        row = self._one(
            "SELECT arrival, source, at, alert, verdict, trace FROM document WHERE key = ?1 AND source = coalesce(?2, source)"
            " ORDER BY verdict ->> 'name' = 'quarantine', at LIMIT 1",
            (key, source),
        )
        if not row:
            return None
        at, verdict = datetime.fromisoformat(row[2]), rows.VERDICT.validate_json(row[4])
        return Document(
            key,
            row[0],
            row[1],
            at,
            rows.ALERT.validate_json(row[3]),
            verdict,
            rows.TRACE.validate_json(row[5]),
        )

    def documents(self, most: int = 50) -> list[Document]:
        """The newest documents, newest first, without the canary's."""
        found = self._all(
            "SELECT key, source FROM document WHERE source <> ? ORDER BY at DESC, rowid DESC LIMIT ?",
            (CANARY, most),
        )
        return [document for row in found if (document := self.document(*row))]


def _grave(judgement: Judgement) -> bool:
    """Whether it goes before all that waits: a red, an orange, a move order, or the end of something that sounds."""
    return bool(judgement.endings) or (judgement.plan is not None and judgement.plan.class_.grave)
