"""The ledger keeps what it has answered for, also through power cuts."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

import gateway.store.sqlite
from gateway.model.alert import Arrival
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerBusy
from gateway.store.chain.audit import sound
from gateway.store.chain.connection import ChainedConnection, Row
from gateway.store.sqlite import rows
from gateway.store.sqlite.ledger import Ledger, key
from tests.support.county import ROSTER, START, cap
from tests.support.disk import Disk
from tests.support.documents import POLICY, arrival, entry
from tests.support.inline import Inline
from tests.support.rules import judge

Virtual = Callable[[Any], Any]
MIGRATIONS = Path(gateway.store.sqlite.__file__).parent / "migrations"


def test_the_same_bytes_from_one_source_are_one_arrival(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        first, again, other = [
            await ledger.arrive(one) for one in (arrival(), arrival(), arrival(source="other"))
        ]
        assert (first[1], again, other[1]) == (True, (first[0], False), True)
        await ledger.close()

    virtual(story())


def test_writes_that_wait_together_are_one_commit(tmp_path: Path) -> None:
    async def story() -> int:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(tmp_path / "ledger.sqlite", executor)
        commits = 0

        def hook() -> bool:
            nonlocal commits
            commits += 1
            return False

        ledger._writer.connection.set_commit_hook(hook)
        await asyncio.gather(*(ledger.arrive(arrival(bytes([number]))) for number in range(64)))
        await ledger.close()
        executor.shutdown()
        return commits

    assert asyncio.run(story()) <= 2


def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        ledger = await Ledger.open(tmp_path / "ledger.sqlite", Inline())
        with pytest.raises(LedgerBusy):
            await Ledger.open(tmp_path / "ledger.sqlite", Inline())
        await ledger.close()

    asyncio.run(story())


def test_a_document_its_plan_and_what_became_of_it_are_read_back(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        one = entry(cap("A1", START))
        number, _ = await ledger.arrive(arrival())
        await ledger.enter(number, [one], [(one.alert.key.digest, "{}")])
        plan = one.judgement.plan
        assert plan
        burst = Burst(
            plan.id, "a", 0, Evidence.PROVED, Outcome.PLAYED, Why(Reason.SPOKEN, {"x": "y"}), began=START
        )
        await ledger.record([burst])
        document = ledger.document(one.alert.key.digest)
        assert document
        assert (document.alert, document.verdict, document.trace) == (
            one.alert,
            one.judgement.verdict,
            one.judgement.trace,
        )
        row = ledger.plan(plan.id)
        assert row
        assert (row.plan, row.bursts, row.ended) == (plan, (burst,), None)
        assert ledger.live() == [plan.id]
        await ledger.record([], (), {plan.id: Why(Reason.SPOKEN)})
        assert ledger.live() == []
        assert ledger.unjudged() == []
        await ledger.close()

    virtual(story())


def test_what_an_untrusted_source_sent_first_shadows_nothing(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        raw = cap("A1", START)
        forged = entry(raw, "stranger", Policy("stranger", frozenset()))
        number, _ = await ledger.arrive(arrival(raw, "stranger"))
        await ledger.enter(number, [forged], [])
        assert forged.judgement.verdict.name == "quarantine"
        alert = forged.alert
        past = ledger.past(alert, START - timedelta(hours=3), ())
        assert judge(alert, POLICY, past, ROSTER, START).verdict.name == "air"
        await ledger.close()

    virtual(story())


def test_receipts_are_owed_until_they_are_told(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        await ledger.record([], [("county", "key", '"one"'), ("county", "key", '"two"')])
        owed = ledger.owed()
        assert [receipt.body for receipt in owed] == ['"one"', '"two"']
        await ledger.told([owed[0].id])
        assert [receipt.body for receipt in ledger.owed()] == ['"two"']
        await ledger.close()

    virtual(story())


def test_a_ledger_made_by_the_first_version_is_brought_up_to_date_and_its_rows_are_in_the_chain(
    tmp_path: Path,
) -> None:
    """Made with the first version's own SQL; opened three times: migrated once, then left alone."""
    path = tmp_path / "ledger.sqlite"
    raw = cap("A1", START)
    one = entry(raw)
    plan = one.judgement.plan
    assert plan
    old = apsw.Connection(str(path))
    old.pragma("journal_mode", "wal")
    old.execute((MIGRATIONS / "0001_ledger.sql").read_text("utf-8"))
    old.pragma("user_version", 1)
    came = (START.isoformat(), "county", "test", arrival(raw).digest, raw)
    old.execute(
        "INSERT INTO arrival (at, source, peer, digest, raw, state) VALUES (?,?,?,?,?,'judged')", came
    )
    said = [
        rows.text(adapter, value)
        for adapter, value in (
            (rows.ALERT, one.alert),
            (rows.VERDICT, one.judgement.verdict),
            (rows.TRACE, one.judgement.trace),
        )
    ]
    known = (one.alert.key.digest, 1, "county", one.alert.sender, "A1", START.isoformat(), *said)
    old.execute("INSERT INTO document VALUES (?,?,?,?,?,?,?,?,?,NULL)", known)
    body = rows.text(rows.PLAN, plan)
    old.execute("INSERT INTO plan VALUES (?,?,?,?,NULL)", (plan.id, known[0], body, START.isoformat()))
    burst = Burst(plan.id, "a", 0, Evidence.SENT)
    old.execute("INSERT INTO burst VALUES (?,'a',0,?,NULL)", (plan.id, rows.text(rows.BURST, burst)))
    old.execute("INSERT INTO site VALUES (1, '', 'seed', ?)", (rows.text(rows.ROSTER, ROSTER),))
    old.execute("INSERT INTO act (at, person, body) VALUES ('', '张三', 'stop all')")
    old.execute("INSERT INTO receipt (source, document, body) VALUES ('county', ?, '{}')", (known[0],))
    old.close()

    async def story() -> None:
        for _ in range(3):
            ledger = await Ledger.open(path, Inline())
            assert ledger.live() == [plan.id]
            assert ledger.plans(one.alert.key.digest)[0].bursts == (burst,)
            kept = ledger.arrival(1)
            assert kept
            assert kept[0].raw == raw
            await ledger.close()

    asyncio.run(story())
    connection = apsw.Connection(str(path))
    assert connection.pragma("user_version") == len(list(MIGRATIONS.glob("*.sql")))
    assert connection.pragma("journal_mode") == "wal"
    assert connection.execute("SELECT count(*) FROM chain").get == 7
    connection.close()
    assert sound(path, key(path)) == []


def test_the_links_of_a_ledger_without_charsets_stay_valid(tmp_path: Path) -> None:
    """Made with the nine scripts before it, and a chain over two arrivals, one without its bytes."""
    path = tmp_path / "ledger.sqlite"
    old = ChainedConnection(apsw.Connection(str(path)), key(path))
    old.connection.pragma("journal_mode", "wal")
    for script in sorted(MIGRATIONS.glob("*.sql"))[:9]:
        old.connection.execute(script.read_text("utf-8"))
    old.connection.pragma("user_version", 9)
    with old.connection:
        old.begin()
        for raw, kept in ((b"<a/>", 1), (b"<b/>", 0)):
            digest = hashlib.sha256(b"county\0" + raw).hexdigest()
            row: Row = {
                "at": START.isoformat(),
                "source": "county",
                "peer": "",
                "digest": digest,
                "kept": kept,
            }
            old.insert("arrival", {**row, "raw": raw if kept else b""})
        old.finish()
    old.connection.close()
    assert sound(path, key(path)) == []  # of the older version

    async def story() -> None:
        ledger = await Ledger.open(path, Inline())
        assert [came.charset for _, came in ledger.unjudged()] == ["", ""]
        await ledger.arrive(Arrival(b"<a/>", "county", "", START, "GBK"))
        assert not (await ledger.arrive(Arrival(b"<a/>", "county", "", START)))[1]
        await ledger.close()

    asyncio.run(story())
    assert sound(path, key(path)) == []
