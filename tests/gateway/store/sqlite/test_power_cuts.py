"""Power cuts in the middle of real work on the simulated disk: answered writes are there, database and chain
are whole."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import apsw
import pytest

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.plan import Plan
from gateway.model.reason import Reason, Why
from gateway.model.record import Entry
from gateway.store.chain.audit import verify
from gateway.store.sqlite import ledger as ledger_module
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import START, cap
from tests.support.disk import Disk
from tests.support.documents import arrival, entry
from tests.support.inline import Inline

Virtual = Callable[[Any], Any]
CUTS = 10_000
PARTS = 10


LIVES = 5
"""Cuts that one ledger suffers one after the other."""


class Failing(Disk):
    """The power fails at the n-th write or sync from now. `found` is what the next start finds; later writes
    are lost."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        super().__init__(files)
        self.left: int | None = None
        self.chance = random.Random(0)
        self.found: dict[str, bytes] | None = None

    def cut_after(self, writes: int, chance: random.Random) -> None:
        self.left, self.chance = writes, chance

    def check(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.found = self.found or self.what_is_found()
                raise apsw.IOError("no power")

    def what_is_found(self) -> dict[str, bytes]:
        return {name: contents.after_cut(self.chance) for name, contents in self.files.items()}


@cache
def warning(number: int) -> tuple[bytes, Entry]:
    """Judged once: the judges are not what is tested here."""
    raw = cap(f"A{number}", START)
    return raw, entry(raw)


@dataclass
class Promises:
    """The writes that the ledger has answered."""

    arrivals: dict[int, bytes] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    bursts: dict[tuple[str, str], Burst] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    receipts: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    powered: bool = False
    acts: int = 0
    cuts: int = 0

    def check(self, ledger: Ledger) -> None:
        """The ledger that was found after the cut keeps them."""
        for number, raw in self.arrivals.items():
            kept = ledger.arrival(number)
            assert kept, number
            assert kept[0].raw == raw
        for plan_id, plan in self.plans.items():
            row = ledger.plan(plan_id)
            assert row
            assert row.plan == plan
            assert row.ended or plan_id not in self.ended
            found = {burst.speaker: burst for burst in row.bursts}
            for (other, speaker), burst in self.bursts.items():
                assert other != plan_id or found[speaker].evidence >= min(burst.evidence, Evidence.SENT)
        count = "SELECT count(*) FROM "
        assert ledger._all(count + "receipt")[0][0] >= len(self.receipts)
        assert not self.told & {receipt.id for receipt in ledger.owed(1000)}
        assert ledger._all(count + "act")[0][0] >= self.acts
        assert not self.powered or ledger.powered() == [("horns", 9)]


async def work(ledger: Ledger, disk: Failing, promises: Promises, chance: random.Random) -> None:
    """A sender, a pipeline, a dispatcher and an operator at once. An answer after the cut is no promise."""

    async def warn(number: int) -> None:
        raw, one = warning(number)
        stored, _ = await ledger.arrive(arrival(raw), urgent=chance.random() < 0.3)
        if disk.found is None:
            promises.arrivals[stored] = raw
        await ledger.enter(stored, [one], [(one.alert.key.digest, "{}")])
        plan = one.judgement.plan
        assert plan
        if disk.found is None:
            promises.plans[plan.id] = plan
            promises.receipts.add(number)
        for evidence in (Evidence.SENT, Evidence.PROVED):
            outcome = Outcome.PLAYED if evidence is Evidence.PROVED else None
            bursts = [Burst(plan.id, name, 0, evidence, outcome, began=START) for name in plan.targets]
            await ledger.record(bursts, (), {plan.id: Why(Reason.SPOKEN)} if outcome else None)
            if disk.found is None:
                promises.bursts |= {(plan.id, burst.speaker): burst for burst in bursts}
                promises.ended |= {plan.id} if outcome else set()

    async def operate() -> None:
        await ledger.power_on("horns", 9, START)
        promises.powered = promises.powered or disk.found is None
        await ledger.hold_everything(START, "张三", START + timedelta(minutes=15))
        promises.acts += disk.found is None
        promises.powered = False
        await ledger.power_off("horns", 9)

    async def tell() -> None:
        for receipt in ledger.owed():
            await ledger.told([receipt.id])
            if disk.found is None:
                promises.told.add(receipt.id)

    numbers = chance.sample(range(40), chance.randrange(2, 5))
    await asyncio.gather(tell(), operate(), *map(warn, numbers), return_exceptions=True)


async def lives(chance: random.Random, cuts: int) -> Promises:
    """A ledger that is cut again and again, always at another write."""
    files, promises = empty(), Promises()
    for _ in range(cuts):
        disk = Failing(files)
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        disk.cut_after(chance.randrange(300), chance)
        await work(ledger, disk, promises, chance)
        disk.left = 0
        with suppress(apsw.IOError):
            disk.check()
        assert disk.found is not None
        files = disk.found
        promises.cuts += 1
        with suppress(apsw.Error):
            await ledger.close()
        await examine(files, promises)
    return promises


async def examine(files: dict[str, bytes], promises: Promises) -> None:
    """Everything that was answered for is there, and all is as it was written."""
    disk = Disk(files)
    ledger = await Ledger.open("ledger", Inline(), disk.name)
    promises.check(ledger)
    connection = ledger._writer.connection
    assert connection.pragma("integrity_check") == "ok"
    assert list(verify(connection, bytes(32))) == []
    await ledger.close()


@cache
def _empty() -> tuple[tuple[str, bytes], ...]:
    async def made() -> Disk:
        disk = Disk()
        await (await Ledger.open("ledger", Inline(), disk.name)).close()
        return disk

    return tuple((name, bytes(contents.durable)) for name, contents in asyncio.run(made()).files.items())


def empty() -> dict[str, bytes]:
    """A ledger that was opened once."""
    return dict(_empty())


def test_cuts_at_any_write_lose_nothing_that_was_answered(virtual: Virtual) -> None:
    empty()
    assert kept(virtual, range(20)) > 20 * LIVES * 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_power_cuts(virtual: Virtual, part: int) -> None:
    empty()
    seeds = range(part * CUTS, part * CUTS + CUTS // PARTS // LIVES)
    assert kept(virtual, seeds) > len(seeds) * LIVES * 4


def kept(virtual: Virtual, seeds: range) -> int:
    """How many promises the ledgers of these seeds kept. It must be many, or the cuts come too early to prove
    anything."""
    promises = [virtual(lives(random.Random(seed), LIVES)) for seed in seeds]
    count = sum(len(one.arrivals) + len(one.plans) + len(one.bursts) + len(one.told) for one in promises)
    print(f"{sum(one.cuts for one in promises)} cuts, {count} promises")
    return count


@pytest.mark.parametrize("at", range(0, 60, 3))
def test_a_cut_while_the_schema_is_made_or_an_old_ledger_adopted(virtual: Virtual, at: int) -> None:
    async def story() -> None:
        disk = Failing()
        disk.cut_after(at, random.Random(at))
        with suppress(apsw.IOError):
            await (await Ledger.open("ledger", Inline(), disk.name)).close()
        await examine(disk.found or disk.what_is_found(), Promises())

    virtual(story())


def test_a_disk_without_sync_is_caught(virtual: Virtual, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof itself is tested: with a ledger that does not sync, promises are broken."""
    empty()
    pragmas = tuple(
        (name, "off" if name == "synchronous" else value) for name, value in ledger_module.PRAGMAS
    )
    monkeypatch.setattr(ledger_module, "PRAGMAS", pragmas)
    broken = 0
    for seed in range(20):
        try:
            virtual(lives(random.Random(seed), LIVES))
        except (AssertionError, apsw.Error):
            broken += 1
    assert broken
