"""Documents and what was decided of them, in the tables `document`, `mention` and `sense`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from gateway.model.alert import Alert
from gateway.model.judgement import Judgement, Past
from gateway.model.reason import Reason
from gateway.model.record import CANARY, Document, Entry, PlanRow
from gateway.model.verdict import Quarantine
from gateway.store import contract
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import rows
from gateway.store.sqlite.plans import Plans

MOST_ALIKE = 8
"""The most plans of one hazard and level that a document is compared with, the newest. Each costs some time
on the way to the air. Our choice: what is older than eight others is said once more."""

MOST_STANDING = 100
"""So many documents of one sender are compared with an end that names nothing. Our choice: more than a county
issues in three days."""

_RELATED = """
SELECT key, source FROM document WHERE identifier IN (SELECT value FROM json_each(:names))
UNION ALL SELECT key, source FROM document WHERE key = :key
UNION ALL SELECT document, source FROM mention WHERE identifier IN (SELECT value FROM json_each(:names))
UNION ALL SELECT key, source FROM (
    SELECT document.key, document.source FROM plan INDEXED BY plan_start
    CROSS JOIN document ON document.key = plan.document
    CROSS JOIN sense ON sense.sense IN (SELECT value FROM json_each(:senses)) AND sense.at = document.at
        AND sense.document = document.key AND sense.source = document.source
    WHERE plan.start >= :since AND document.source <> :canary ORDER BY plan.start DESC LIMIT :most)
UNION ALL SELECT document.key, document.source FROM plan INDEXED BY plan_standing
    CROSS JOIN document ON document.key = plan.document
    WHERE plan.ended IS NULL AND plan.body ->> 'act' IN ('move', 'lift')
"""
_MENTIONING = """
SELECT DISTINCT mention.document, mention.source
    FROM document JOIN mention ON mention.identifier = document.identifier
    WHERE document.key IN (SELECT value FROM json_each(?))
"""
"""Two queries, and `past` drops the doubles: with UNION, SQLite would read every document. CROSS JOIN makes
it read the few plans first."""
_ASKING = """
SELECT key, source FROM document WHERE held_until IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(document.verdict, '$.pauses') AS paused
        WHERE paused.value IN (SELECT value FROM json_each(?)))
"""
_STANDING = """
SELECT key, source FROM document WHERE at >= :since AND (sender = :sender OR source = :source)
    AND (verdict ->> 'name' IN ('hold', 'stop') OR EXISTS (
        SELECT 1 FROM plan WHERE plan.document = document.key AND plan.body ->> 'act' IN ('warning', 'move')))
    ORDER BY at DESC LIMIT :most
"""


_NAMED = """
SELECT document.key, document.arrival, document.source, document.at, document.alert, document.verdict, {trace}
    FROM json_each(?) AS name
    CROSS JOIN document ON document.key = name.value ->> 0 AND document.source = name.value ->> 1
    ORDER BY name.key
"""


class Documents(Plans, contract.Documents):
    """It has the plans as well, because `past` tells the plan of each document."""

    async def enter(
        self,
        arrival: int,
        entries: Sequence[Entry],
        receipts: Sequence[tuple[str, str]],
        urgent: bool = False,
    ) -> frozenset[str]:
        def work(db: ChainedConnection) -> frozenset[str]:
            planned: set[str] = set()
            for entry in entries:
                rows.insert_document(db, arrival, entry)
                if not rows.settle(db, entry.alert.key.digest, entry.judgement):
                    planned.add(entry.alert.key.digest)
            verdicts = (entry.judgement.verdict for entry in entries)
            whys = [verdict.why for verdict in verdicts if isinstance(verdict, Quarantine)]
            why = rows.text(rows.WHY, whys[0]) if whys else None
            db.update("arrival", (arrival,), "state = ?, why = ?", ("quarantined" if whys else "judged", why))
            for document, body in receipts:
                rows.owe(db, entries[0].source, document, [body])
            return frozenset(planned)

        return await self._writer.write(work, urgent or any(_grave(entry.judgement) for entry in entries))

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        def work(db: ChainedConnection) -> None:
            values = (
                rows.text(rows.VERDICT, judgement.verdict),
                rows.text(rows.TRACE, judgement.trace),
                rows.held_until(judgement.verdict),
            )
            db.update("document", (key, source), "verdict = ?, trace = ?, held_until = ?", values)
            rows.settle(db, key, judgement)
            rows.owe(db, source, key, receipts)

        await self._writer.write(work, _grave(judgement))

    def known(self, keys: Iterable[str], source: str, but: int = 0) -> set[str]:
        sql = "SELECT 1 FROM document WHERE key = ? AND source = ? AND arrival <> ?"
        return {key for key in keys if self._one(sql, (key, source, but))}

    def past(self, alert: Alert, since: datetime, senses: Collection[str]) -> list[Past]:
        identifiers = {alert.identifier, *(reference.identifier for reference in alert.references)}
        values = {
            "names": json.dumps(sorted(identifiers)),
            "key": alert.key.digest,
            "since": since.isoformat(),
            "most": MOST_ALIKE,
            "canary": CANARY,
            "senses": json.dumps(sorted(senses)),
        }
        related = dict.fromkeys(self._all(_RELATED, values))
        if related:
            keys = (json.dumps([key for key, _ in related]),)
            related |= dict.fromkeys([*self._all(_MENTIONING, keys), *self._all(_ASKING, keys)])
        return self._remembered(related)

    def standing(self, alert: Alert, source: str, since: datetime) -> list[Past]:
        values = {
            "since": since.isoformat(),
            "sender": alert.sender,
            "source": source,
            "most": MOST_STANDING,
        }
        return self._remembered(self._all(_STANDING, values))

    def _remembered(self, names: Iterable[tuple[Any, ...]]) -> list[Past]:
        """The documents of these keys and sources as judges see them, the oldest first. Nobody looks at their
        traces."""
        documents = self._named(names, traced=False)
        plans = self._plans_of(one.key for one in documents if one.verdict.name != "quarantine")
        past = (
            self._past(one, [] if one.verdict.name == "quarantine" else plans.get(one.key, []))
            for one in documents
        )
        return sorted(past, key=lambda one: one.at)

    @staticmethod
    def _past(document: Document, plans: Sequence[PlanRow]) -> Past:
        warnings = [row for row in plans if row.plan.act == "warning"]
        row = warnings[-1] if warnings else (plans[-1] if plans else None)
        whole = frozenset(name for plan_row in plans for name in plan_row.whole)
        begun = frozenset(
            burst.speaker for plan_row in plans for burst in plan_row.bursts if burst.evidence > 0
        )
        living = [plan_row for plan_row in plans if plan_row.ended is None]
        waiting = {name for plan_row in living for name in plan_row.waiting}
        return Past(
            document.alert,
            document.source,
            document.verdict.name,
            document.at,
            row.plan if row else None,
            row is not None and row.ended is None,
            whole | begun,
            decided=document.verdict,
            partly=begun - whole,
            over=frozenset(name for plan_row in living for name in plan_row.plan.targets) - waiting,
            again=tuple(plan_row.plan for plan_row in living if plan_row is not row),
            replaced=bool(row and row.ended and row.ended.reason is Reason.REPLACED),
        )

    def held(self) -> list[Document]:
        return self._named(
            self._all("SELECT key, source FROM document WHERE held_until IS NOT NULL ORDER BY held_until")
        )

    def document(self, key: str, source: str | None = None) -> Document | None:
        row = self._one(
            "SELECT key, arrival, source, at, alert, verdict, trace FROM document"
            " WHERE key = ?1 AND source = coalesce(?2, source)"
            " ORDER BY verdict ->> 'name' = 'quarantine', at LIMIT 1",
            (key, source),
        )
        return _document(*row) if row else None

    def _named(self, names: Iterable[tuple[Any, ...]], *, traced: bool = True) -> list[Document]:
        """The documents of these keys and sources, in this order: one query. The trace is the longest of
        their columns, and is left where nobody looks at it."""
        sql = _NAMED.format(trace="document.trace" if traced else "'[]'")
        return [_document(*row) for row in self._all(sql, (json.dumps(list(names)),))]

    def documents(self, most: int = 50) -> list[Document]:
        return self._named(
            self._all(
                "SELECT key, source FROM document WHERE source <> ? ORDER BY at DESC, rowid DESC LIMIT ?",
                (CANARY, most),
            )
        )


def _document(key: str, arrival: int, source: str, at: str, alert: str, verdict: str, trace: str) -> Document:
    """A document of its row."""
    return Document(
        key,
        arrival,
        source,
        datetime.fromisoformat(at),
        rows.alert(alert),
        rows.VERDICT.validate_json(verdict),
        rows.TRACE.validate_json(trace),
    )


def _grave(judgement: Judgement) -> bool:
    """Whether it goes before all writes that wait: a red, an orange, a move order, or an ending."""
    return bool(judgement.endings) or (judgement.plan is not None and judgement.plan.class_.grave)
