"""The ledger keeps what it has answered for, also through power cuts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest
from county import CONFIG, ROSTER, START, cap
from disk import Disk
from world import Inline

from gateway.intake.readers import read
from gateway.judge.verdict import judge
from gateway.model.alert import Arrival
from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.judgement import Policy
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry, LedgerBusy
from gateway.store.ledger import Ledger

Virtual = Callable[[Any], Any]
POLICY = Policy("county", frozenset(CONFIG.sources[0].senders))


def arrival(raw: bytes = b"x", source: str = "county", at: datetime = START) -> Arrival:
    return Arrival(raw, source, "test", at)


def entry(raw: bytes, source: str = "county", policy: Policy = POLICY) -> Entry:
    alert = read(raw)[0]
    return Entry(alert, source, START, judge(alert, policy, [], ROSTER, START))


@pytest.mark.parametrize("seed", range(40))
def test_a_power_cut_loses_no_arrival_that_was_answered(seed: int, virtual: Virtual) -> None:
    virtual(survive(random.Random(seed)))


@pytest.mark.slow
def test_two_thousand_power_cuts_lose_nothing(virtual: Virtual) -> None:
    for seed in range(2000):
        virtual(survive(random.Random(seed + 1000)))


async def survive(chance: random.Random) -> None:
    disk = Disk()
    ledger = await Ledger.open("ledger", Inline(), disk.name)
    promised = [
        (await ledger.arrive(arrival(bytes([number]) * chance.randrange(1, 9000))))[0]
        for number in range(chance.randrange(1, 8))
    ]
    after = disk.cut(chance)
    again = await Ledger.open("ledger", Inline(), after.name)
    assert [number for number, _ in again.unjudged()] == promised
    assert again._writer.connection.pragma("integrity_check") == "ok"
    await ledger.close()
    await again.close()


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
        past = ledger.past(alert, "county", START - timedelta(hours=3), ())
        assert judge(alert, POLICY, past, ROSTER, START).verdict.name == "air"
        await ledger.close()

    virtual(story())


def test_receipts_are_owed_until_they_are_told(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        await ledger.record([], [("county", "key", "one"), ("county", "key", "two")])
        owed = ledger.owed()
        assert [receipt.body for receipt in owed] == ["one", "two"]
        await ledger.told([owed[0].id])
        assert [receipt.body for receipt in ledger.owed()] == ["two"]
        await ledger.close()

    virtual(story())


def test_an_older_ledger_is_brought_up_to_date_and_a_whole_one_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        for _ in range(2):
            ledger = await Ledger.open(tmp_path / "ledger.sqlite", Inline())
            await ledger.close()

    asyncio.run(story())
    connection = apsw.Connection(str(tmp_path / "ledger.sqlite"))
    assert connection.pragma("user_version") >= 1
    assert connection.pragma("journal_mode") == "wal"
    connection.close()
