"""The cost of a warning does not grow with the history of the ledger, in steps of SQLite's machine, not in
seconds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import pytest

from gateway.intake.readers import parse
from gateway.judge.sense import senses
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import retention, rows
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START, cap
from tests.support.documents import arrival, entry

APART_MIN = 8
"""Between two documents of the history: 180 a day, so that a million rows are three years."""
SHORT, LONG = 400, 3_000
WHOLE = 170_000
"""Documents; each has six rows and a link."""


def history(path: Path, documents: int) -> None:
    """Documents before START, each with arrival, sense, plan, burst, told receipt and link: written by plain
    SQL."""
    asyncio.run(_made(path))
    raw = cap("A1", START)
    one = entry(raw)
    plan = one.judgement.plan
    assert plan
    said = {
        "alert": rows.text(rows.ALERT, one.alert),
        "verdict": rows.text(rows.VERDICT, one.judgement.verdict),
        "trace": rows.text(rows.TRACE, one.judgement.trace),
        "plan": rows.text(rows.PLAN, plan),
        "burst": rows.text(rows.BURST, Burst(plan.id, "a", 0, Evidence.PROVED, Outcome.PLAYED)),
        "why": rows.text(rows.WHY, Why(Reason.SPOKEN)),
        "sense": senses(one.alert)[0],
        "sender": one.alert.sender,
        "start": START.strftime("%Y-%m-%d %H:%M:%S"),
        "apart": APART_MIN,
        "documents": documents,
    }
    ledger = apsw.Connection(str(path))
    ledger.pragma("synchronous", "off")
    with ledger:
        ledger.execute(
            "CREATE TEMP TABLE past AS WITH RECURSIVE counted (i) AS"
            " (VALUES (1) UNION ALL SELECT i + 1 FROM counted WHERE i < :documents)"
            " SELECT i,"
            " strftime('%Y-%m-%dT%H:%M:%S', :start, '-' || ((:documents + 1 - i) * :apart) || ' minutes')"
            " || '+08:00' AS at, printf('%032x', i * 2654435761) AS key FROM counted",
            said,
        )
        for sql in (
            "INSERT INTO arrival (id, at, source, peer, digest, raw, state, kept)"
            " SELECT i, at, 'county', '', key, x'', 'judged', 0 FROM past",
            "INSERT INTO document"
            " SELECT key, i, 'county', :sender, 'H' || i, at, :alert, :verdict, :trace, NULL FROM past",
            "INSERT INTO sense SELECT :sense, at, key, 'county' FROM past",
            "INSERT INTO plan SELECT key, key, :plan, at, :why FROM past",
            "INSERT INTO burst SELECT key, 'a', 0, :burst, 'played' FROM past",
            "INSERT INTO receipt (source, document, body, sent) SELECT 'county', key, '{}', 1 FROM past",
            "INSERT INTO chain"
            " SELECT i, NULL, at, 'plan', key, x'', NULL, zeroblob(32), zeroblob(16) FROM past",
        ):
            ledger.execute(sql, said)
    ledger.close()


async def _made(path: Path) -> None:
    await (await Ledger.open(path, ThreadPoolExecutor(1))).close()


@contextmanager
def counting(*connections: apsw.Connection) -> Iterator[Counter[str]]:
    """Steps of SQLite's machine by statement."""
    steps: Counter[str] = Counter()

    def profile(found: dict[str, object]) -> None:
        status = found["stmt_status"]
        assert isinstance(status, dict)
        steps[str(found["sql"])] += status["SQLITE_STMTSTATUS_VM_STEP"]

    for connection in connections:
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, profile)
    try:
        yield steps
    finally:
        for connection in connections:
            connection.trace_v2(0, None)


async def everything(ledger: Ledger) -> None:
    """All that is done for a warning, and all that people look at."""
    raw = cap("N1", START)
    one = entry(raw)
    plan = one.judgement.plan
    assert plan
    assert ledger.unjudged() == []
    number, _ = await ledger.arrive(arrival(raw))
    ledger.unjudged()
    ledger.known([one.alert.key.digest], "county")
    past = ledger.past(one.alert, START - timedelta(hours=3), senses(one.alert))
    assert len(past) < 60
    await ledger.enter(number, [one], [(one.alert.key.digest, "{}")])
    assert ledger.live() == [plan.id]
    await ledger.record([Burst(plan.id, name, 0, Evidence.SENT) for name in plan.targets])
    await ledger.record([], [("county", one.alert.key.digest, "{}")], {plan.id: Why(Reason.SPOKEN)})
    await ledger.told([receipt.id for receipt in ledger.owed()])
    look(ledger, one.alert.key.digest, number, plan)
    await ledger.hold_everything(START, "张三", START)
    await ledger.power_on("horns", 9, START)
    reference = f"{one.alert.sender},N1,{START.isoformat(timespec='seconds')}"
    lift = parse(cap("N2", START, msg_type="Cancel", references=reference, info=False))[0]
    assert [one.alert.identifier for one in ledger.past(lift, START, ())] == ["N1"]


def look(ledger: Ledger, document: str, number: int, plan: Plan) -> None:
    row = ledger.plan(plan.id)
    assert row
    assert row.deliveries
    assert ledger.arrival(number)
    assert ledger.document(document)
    assert len(ledger.plans(document)) == 1
    assert len(ledger.receipts(document)) == 2
    assert len(ledger.documents(50)) == 50
    assert ledger.held() == []
    ledger.alarms()
    ledger.powered()
    ledger.held_until()


def retire(step: Callable[[ChainedConnection, datetime, str], int]) -> Callable[[ChainedConnection], int]:
    """One step of the retention, as the writer takes it."""
    return lambda db: step(db, START, "canary")


def steps(path: Path, documents: int) -> Counter[str]:
    history(path, documents)

    async def story() -> Counter[str]:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(path, executor)
        with counting(ledger._reader, ledger._writer.connection) as found:
            await everything(ledger)
            for step in (retention._raw, retention._canaries, retention._acts):
                await ledger._writer.write(retire(step))
        await ledger.close()
        executor.shutdown()
        return found

    return asyncio.run(story())


def compare(tmp_path: Path, documents: int) -> None:
    short, long = steps(tmp_path / "short.sqlite", SHORT), steps(tmp_path / "long.sqlite", documents)
    assert set(short) == set(long)
    assert len(short) >= 35, "everything was counted"
    grown = {sql: (short[sql], long[sql]) for sql in short if long[sql] > 1.2 * short[sql] + 30}
    assert not grown
    print(f"{SHORT} documents {short.total()} steps, {documents} documents {long.total()} steps")


def test_a_history_seven_times_as_long_costs_no_more(tmp_path: Path) -> None:
    compare(tmp_path, LONG)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_million_rows_cost_no_more_than_two_thousand(tmp_path: Path) -> None:
    compare(tmp_path, WHOLE)


def test_the_proof_sees_a_scan(tmp_path: Path) -> None:
    """A query without an index walks through the history, and the count shows it."""
    counted = []
    for documents in (SHORT, LONG):
        path = tmp_path / f"{documents}.sqlite"
        history(path, documents)
        ledger = apsw.Connection(str(path))
        with counting(ledger) as found:
            ledger.execute("SELECT id FROM receipt WHERE body = 'x'").fetchall()
        counted.append(found.total())
        ledger.close()
    assert counted[1] > 5 * counted[0]
