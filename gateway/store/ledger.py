"""The ledger in SQLite. See the contract in `gateway.store`."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import apsw

from gateway.model.alert import Alert, Arrival
from gateway.model.delivery import Burst, Delivery
from gateway.model.judgement import Ending, Judgement, Past
from gateway.model.plan import Plan
from gateway.model.reason import Why
from gateway.model.record import Document, Entry, LedgerBusy, PlanRow, Receipt
from gateway.model.speaker import Roster
from gateway.model.verdict import Hold
from gateway.store import rows
from gateway.store.writer import Writer

LONGEST_HELD = timedelta(days=1)
"""What is held until morning or for a person is aired within this time of its arrival. Our choice."""

_PAST = """
WITH found (key, source) AS (
    SELECT key, source FROM document WHERE source = :source AND identifier IN (SELECT value FROM json_each(:names))
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


class Ledger:
    """Opened with `Ledger.open`. Awaited methods write; the others read what is committed."""

    def __init__(
        self, connection: apsw.Connection, reader: apsw.Connection, writer: Writer, lock: int | None
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._writer = writer
        self._lock = lock
        self._task = asyncio.create_task(writer.run(), name="ledger writer")

    @classmethod
    async def open(cls, path: Path | str, executor: Executor, vfs: str | None = None) -> Ledger:
        """Open or make the ledger and bring its schema up to date.

        With a `vfs` (the simulated disk) one connection reads and writes and the file is locked for it alone. Raises LedgerBusy.
        """
        lock = None if vfs else _lock(Path(path))
        connection = apsw.Connection(str(path), vfs=vfs)
        if vfs:
            connection.pragma("locking_mode", "exclusive")
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", "full"),
            ("foreign_keys", 1),
            ("trusted_schema", 0),
        ):
            connection.pragma(pragma, value)
        _migrate(connection)
        reader = connection if vfs else apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        return cls(connection, reader, Writer(connection, executor), lock)

    async def close(self) -> None:
        """Waits for nothing: what was not awaited is not promised."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._reader is not self._connection:
            self._reader.close()
        self._connection.close()
        if self._lock is not None:
            os.close(self._lock)

    # --- the left half: arrivals, documents, plans -------------------------------------------------------------------

    async def arrive(self, arrival: Arrival) -> tuple[int, bool]:
        """Keep the bytes. Returns the arrival's id and whether these bytes are new from this source."""

        def work(db: apsw.Connection) -> tuple[int, bool]:
            row = db.execute("SELECT id FROM arrival WHERE digest = ?", (arrival.digest,)).fetchone()
            if row:
                return row[0], False
            values = (arrival.at.isoformat(), arrival.source, arrival.peer, arrival.digest, arrival.raw)
            db.execute("INSERT INTO arrival (at, source, peer, digest, raw) VALUES (?, ?, ?, ?, ?)", values)
            return db.last_insert_rowid(), True

        return await self._writer.write(work)

    async def quarantine(self, arrival: int, source: str, why: Why, receipt: str) -> None:
        """The bytes of this arrival cannot be read; its sender shall be told `receipt`."""

        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE arrival SET state = 'quarantined', why = ? WHERE id = ?",
                (rows.text(rows.WHY, why), arrival),
            )
            rows.owe(db, source, "", [receipt])

        await self._writer.write(work)

    async def enter(
        self, arrival: int, entries: Sequence[Entry], receipts: Sequence[tuple[str, str]]
    ) -> None:
        """Everything decided of one arrival, in one transaction: documents, plans, endings, and the receipts owed as (document, body).

        A document already known keeps its first entry, unless that was quarantined.
        """

        def work(db: apsw.Connection) -> None:
            for entry in entries:
                rows.insert_document(db, arrival, entry)
                rows.settle(db, entry.alert.key.digest, entry.judgement)
            db.execute("UPDATE arrival SET state = 'judged' WHERE id = ?", (arrival,))
            for document, body in receipts:
                rows.owe(db, entries[0].source, document, [body])

        await self._writer.write(work)

    async def decide(self, key: str, source: str, judgement: Judgement, receipts: Sequence[str]) -> None:
        """What was held is decided now; `receipts` are owed to its source."""

        def work(db: apsw.Connection) -> None:
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
        """Documents that may bear on this one: of this source with its identifier, referred to by it or referring to it; those that led to
        a plan starting since `since` and share one of `senses`; those whose move orders still sound; and what refers to any of these. Oldest first.

        The cost grows with what is related, not with the history."""
        names = {alert.identifier, *(reference.identifier for reference in alert.references)}
        found = self._all(
            _PAST,
            {
                "source": source,
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

    # --- the right half: plans, bursts --------------------------------------------------------------------------------

    async def add_plan(self, plan: Plan, person: str, act: str) -> None:
        """A plan a person ordered (a technician's test), with the act in the record."""

        def work(db: apsw.Connection) -> None:
            rows.insert_plan(db, plan, None)
            rows.insert_act(db, plan.start, person, act)

        await self._writer.write(work)

    async def record(
        self,
        bursts: Sequence[Burst],
        receipts: Sequence[tuple[str, str, str]] = (),
        ends: Mapping[str, Why] | None = None,
        plans: Sequence[Plan] = (),
    ) -> None:
        """The latest state of some bursts, the receipts owed for it as (source, document, body), plans that came to their end, and
        `plans` that sounded from memory."""

        def work(db: apsw.Connection) -> None:
            for plan_ in plans:
                rows.insert_plan(db, plan_, plan_.alert or None)
            for burst in bursts:
                rows.put_burst(db, burst)
            for source, document, body in receipts:
                rows.owe(db, source, document, [body])
            for plan, why in (ends or {}).items():
                rows.end(db, Ending(plan, why))

        await self._writer.write(work)

    def live(self) -> list[str]:
        """The ids of every plan that may still sound."""
        return [row[0] for row in self._all("SELECT id FROM plan WHERE ended IS NULL ORDER BY start, id")]

    def plan(self, plan: str) -> PlanRow | None:
        row = self._one("SELECT body, ended FROM plan WHERE id = ?", (plan,))
        if not row:
            return None
        bursts = self._all("SELECT body FROM burst WHERE plan = ? ORDER BY number, speaker", (plan,))
        ended = rows.WHY.validate_json(row[1]) if row[1] else None
        return PlanRow(
            rows.PLAN.validate_json(row[0]),
            ended,
            tuple(rows.BURST.validate_json(body) for (body,) in bursts),
        )

    def plans(self, key: str) -> list[PlanRow]:
        """The plans one document led to, oldest first."""
        found = self._all("SELECT id FROM plan WHERE document = ? ORDER BY start, rowid", (key,))
        return [plan for row in found if (plan := self.plan(row[0]))]

    def deliveries(self, row: PlanRow) -> list[Delivery]:
        """A plan at each of its speakers, also where nothing has begun."""
        return [
            Delivery(row.plan.id, speaker, tuple(burst for burst in row.bursts if burst.speaker == speaker))
            for speaker in row.plan.targets
        ]

    # --- what people look at ------------------------------------------------------------------------------------------

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

    async def act(self, at: datetime, person: str, act: str) -> None:
        """What a person did, in their name."""
        await self._writer.write(lambda db: rows.insert_act(db, at, person, act))

    def held_until(self) -> datetime | None:
        return None

    async def hold_everything(self, at: datetime, person: str, until: datetime) -> None:
        pass

    async def end_hold(self, at: datetime, person: str) -> None:
        pass

    async def power_on(self, line: str, unit: int, at: datetime) -> None:
        pass

    async def power_off(self, line: str, unit: int) -> None:
        pass

    def powered(self) -> list[tuple[str, int]]:
        return []

    # --- site data ----------------------------------------------------------------------------------------------------

    async def save_roster(self, roster: Roster, at: datetime, person: str) -> Roster:
        """A new version of the roster, unless it is the same as the newest. Returns it with its number."""

        def work(db: apsw.Connection) -> Roster:
            newest = rows.newest_roster(db)
            if newest and newest == Roster(newest.version, roster.villages, roster.speakers):
                return newest
            numbered = Roster((newest.version if newest else 0) + 1, roster.villages, roster.speakers)
            values = (numbered.version, at.isoformat(), person, rows.text(rows.ROSTER, numbered))
            db.execute("INSERT INTO site (version, at, written_by, body) VALUES (?, ?, ?, ?)", values)
            return numbered

        return await self._writer.write(work)

    # --- receipts -----------------------------------------------------------------------------------------------------

    def owed(self, most: int = 100) -> list[Receipt]:
        """Receipts not yet told, oldest first."""
        found = self._all(
            "SELECT id, source, document, body FROM receipt WHERE sent = 0 ORDER BY id LIMIT ?", (most,)
        )
        return [Receipt(*row) for row in found]

    async def told(self, receipts: Sequence[int]) -> None:
        """These receipts have reached their way out."""
        wanted = json.dumps(list(receipts))
        sql = "UPDATE receipt SET sent = 1 WHERE id IN (SELECT value FROM json_each(?))"
        await self._writer.write(lambda db: db.execute(sql, (wanted,)) and None)

    def receipts(self, document: str) -> list[Receipt]:
        """All that was or will be told of a document."""
        sql = "SELECT id, source, document, body FROM receipt WHERE document = ? ORDER BY id"
        return [Receipt(*row) for row in self._all(sql, (document,))]

    def _one(self, sql: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        found = self._all(sql, values)
        return found[0] if found else None

    def _all(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        return self._reader.execute(sql, values).fetchall()


def _lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise LedgerBusy(f"{path} is written by another process") from error
    return lock


def _migrate(connection: apsw.Connection) -> None:
    done = connection.pragma("user_version")
    scripts = sorted(
        (
            entry
            for entry in resources.files("gateway.store").joinpath("migrations").iterdir()
            if entry.name.endswith(".sql")
        ),
        key=lambda entry: entry.name,
    )
    for number, script in enumerate(scripts, start=1):
        if number > done:
            with connection:
                connection.execute(script.read_text("utf-8"))
                connection.pragma("user_version", number)
