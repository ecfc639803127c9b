"""Arrivals and documents: the ledger's left half."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from gateway.model.alert import Alert, Arrival
from gateway.model.judgement import Judgement, Past
from gateway.model.reason import Why
from gateway.model.record import Document, Entry
from gateway.model.verdict import Hold
from gateway.store import rows
from gateway.store.pen import Pen
from gateway.store.plans import Plans

LONGEST_HELD = timedelta(days=1)
"""What is held until morning or for a person is aired within this time of its arrival. Our choice."""

_PAST = """
WITH found (key, source) AS (
    SELECT key, source FROM document WHERE identifier IN (SELECT value FROM json_each(:names))
    UNION SELECT key, source FROM document WHERE key = :key
    UNION SELECT document, source FROM mention WHERE identifier = :identifier
    UNION SELECT document, source FROM sense
        WHERE sense IN (SELECT value FROM json_each(:senses)) AND at >= :arrived
        AND EXISTS (SELECT 1 FROM plan WHERE plan.document = sense.document AND plan.start >= :since)
    UNION SELECT document.key, document.source FROM plan JOIN document ON document.key = plan.document
        WHERE plan.ended IS NULL AND plan.body ->> 'act' = 'move'
)
SELECT key, source FROM found
UNION SELECT mention.document, mention.source FROM found JOIN document USING (key, source)
    JOIN mention ON mention.identifier = document.identifier
"""
"""See Ledger.past."""


class Documents(Plans):
    """What arrived, and what was decided of it."""

    async def arrive(self, arrival: Arrival, urgent: bool = False) -> tuple[int, bool]:
        """Keep the bytes; what is urgent goes before all that waits. Returns the arrival's id and whether these bytes are new from this source."""

        def work(db: Pen) -> tuple[int, bool]:
            row = db.execute("SELECT id FROM arrival WHERE digest = ?", (arrival.digest,)).fetchone()
            if row:
                return row[0], False
            values = (arrival.at.isoformat(), arrival.source, arrival.peer, arrival.digest, arrival.raw)
            db.execute("INSERT INTO arrival (at, source, peer, digest, raw) VALUES (?, ?, ?, ?, ?)", values)
            number = db.last_insert_rowid()
            db.keep("arrival", number, *values[:3], arrival.raw)
            return number, True

        return await self._writer.write(work, urgent)

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        """The bytes of this arrival cannot be read; its sender shall be told `receipt`."""

        def work(db: Pen) -> None:
            said = rows.text(rows.WHY, why)
            db.execute("UPDATE arrival SET state = 'quarantined', why = ? WHERE id = ?", (said, arrival))
            db.keep("quarantine", arrival, said)
            rows.owe(db, source, "", [receipt])

        await self._writer.write(work)

    async def enter(
        self, arrival: int, entries: Sequence[Entry], receipts: Sequence[tuple[str, str]]
    ) -> None:
        """Everything decided of one arrival, in one transaction: documents, plans, endings, and the receipts owed as (document, body).

        A document already known keeps its first entry, unless that was quarantined.
        """

        def work(db: Pen) -> None:
            for entry in entries:
                rows.insert_document(db, arrival, entry)
                rows.settle(db, entry.alert.key.digest, entry.judgement)
            db.execute("UPDATE arrival SET state = 'judged' WHERE id = ?", (arrival,))
            for document, body in receipts:
                rows.owe(db, entries[0].source, document, [body])

        await self._writer.write(work)

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        """What was held is decided now; `receipts` are owed to its source."""

        def work(db: Pen) -> None:
            held = judgement.verdict.until if isinstance(judgement.verdict, Hold) else None
            values = (
                rows.text(rows.VERDICT, judgement.verdict),
                rows.text(rows.TRACE, judgement.trace),
                rows.iso(held),
                key,
                source,
            )
            db.execute(
                "UPDATE document SET verdict = ?, trace = ?, held_until = ? WHERE key = ? AND source = ?",
                values,
            )
            db.keep("verdict", f"{key} {source}", *values[:2])
            rows.settle(db, key, judgement)
            rows.owe(db, source, key, receipts)

        await self._writer.write(work)

    def unjudged(self) -> list[tuple[int, Arrival]]:
        """Arrivals acknowledged before a crash and not yet decided."""
        found = self._all("SELECT id, raw, source, peer, at FROM arrival WHERE state = 'new' ORDER BY id")
        return [(row[0], Arrival(row[1], row[2], row[3], datetime.fromisoformat(row[4]))) for row in found]

    def arrival(self, arrival: int) -> tuple[Arrival, str, Why | None] | None:
        """The bytes as they came, the state (new, judged, quarantined), and why they were quarantined."""
        row = self._one("SELECT raw, source, peer, at, state, why FROM arrival WHERE id = ?", (arrival,))
        if not row:
            return None
        why = rows.WHY.validate_json(row[5]) if row[5] else None
        return Arrival(row[0], row[1], row[2], datetime.fromisoformat(row[3])), row[4], why

    def known(self, keys: Iterable[str], source: str) -> set[str]:
        """Which of these documents have been entered from this source."""
        return {
            key
            for key in keys
            if self._one("SELECT 1 FROM document WHERE key = ? AND source = ?", (key, source))
        }

    def past(self, alert: Alert, source: str, since: datetime, senses: Collection[str]) -> list[Past]:
        """Documents that may bear on this one, over whatever road: with its identifier, referred to by it or referring to it; those that led to
        a plan starting since `since` and share one of `senses`; those whose move orders still sound; and what refers to any of these. Oldest first.

        The cost grows with what is related, not with the history."""
        names = {alert.identifier, *(reference.identifier for reference in alert.references)}
        found = self._all(
            _PAST,
            {
                "names": json.dumps(sorted(names)),
                "key": alert.key.digest,
                "identifier": alert.identifier,
                "since": since.isoformat(),
                "arrived": (since - LONGEST_HELD).isoformat(),
                "senses": json.dumps(sorted(senses)),
            },
        )
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
        """The newest documents, newest first."""
        found = self._all("SELECT key, source FROM document ORDER BY at DESC, rowid DESC LIMIT ?", (most,))
        return [document for row in found if (document := self.document(*row))]
