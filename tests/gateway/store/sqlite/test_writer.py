"""The writer: urgent writes go first, writes that wait share a commit, and a disk fails in every way and
recovers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.model.delivery import Burst, Evidence, Outcome
from gateway.model.reason import Reason, Why
from gateway.model.record import DiskFault, LedgerFailed, Trouble
from gateway.store.chain.audit import sound, verify
from gateway.store.chain.connection import ChainedConnection
from gateway.store.sqlite import writer
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.ledger import Ledger, key
from tests.support.county import START, cap
from tests.support.disk import Disk
from tests.support.documents import arrival, entry
from tests.support.inline import Inline

Virtual = Callable[[Any], Any]


def raws(count: int, size: int = 3700) -> list[bytes]:
    return [f"{number:08d}".encode() + bytes(size) for number in range(count)]


# --- order ---------------------------------------------------------------------------------------------


def test_an_urgent_write_goes_before_five_hundred_that_waited(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        order: list[int] = []

        async def keep(number: int, urgent: bool) -> None:
            await ledger.arrive(arrival(b"%d" % number), urgent)
            order.append(number)

        await asyncio.gather(*(keep(number, False) for number in range(500)), keep(999, True))
        assert order.index(999) == 0
        assert order[1:] == list(range(500))
        await ledger.close()

    virtual(story())


def test_a_red_that_comes_while_a_batch_is_written_waits_for_that_batch_alone(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        before = [asyncio.create_task(ledger.arrive(arrival(raw))) for raw in raws(1000)]
        await before[0]
        await ledger.arrive(arrival(b"red"), urgent=True)
        assert sum(task.done() for task in before) <= 2 * writer.TOGETHER
        await asyncio.gather(*before)
        await ledger.close()

    virtual(story())


def test_large_documents_share_no_transaction_that_takes_long(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        commits = 0

        def hook() -> bool:
            nonlocal commits
            commits += 1
            return False

        ledger._writer.connection.set_commit_hook(hook)
        await asyncio.gather(*(ledger.arrive(arrival(raw)) for raw in raws(8, 2**21)))
        assert commits == 8
        await ledger.close()

    virtual(story())


def test_a_piece_that_is_wrong_fails_alone_and_leaves_no_link(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)

        def wrong(db: ChainedConnection) -> None:
            db.insert("act", {"at": "", "person": "", "body": ""})
            db.execute("INSERT INTO act (id, at, person, body) VALUES (1, '', '', NULL)")

        results = await asyncio.gather(
            ledger.arrive(arrival(b"a")),
            ledger._writer.write(wrong),
            ledger.arrive(arrival(b"b")),
            return_exceptions=True,
        )
        assert isinstance(results[1], apsw.ConstraintError)
        assert [number for number, _ in ledger.unjudged()] == [1, 2]
        assert ledger._all("SELECT n, kind FROM chain") == [(1, "arrival"), (2, "arrival")]
        assert list(verify(ledger._writer.connection, bytes(32))) == []
        await ledger.close()

    virtual(story())


# --- how many syncs ------------------------------------------------------------------------------------


def test_a_warning_costs_two_syncs_to_its_plan(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        raw = cap("A0", START)
        await ledger.enter((await ledger.arrive(arrival(raw)))[0], [entry(raw)], [])
        for number in range(1, 40):
            raw = cap(f"A{number}", START)
            one = entry(raw)
            before = disk.syncs
            stored, _ = await ledger.arrive(arrival(raw))
            await ledger.enter(stored, [one], [(one.alert.key.digest, "{}")])
            assert ledger.live()
            assert disk.syncs - before <= 2, number
        await ledger.close()

    virtual(story())


def test_the_log_is_emptied_in_a_calm_moment_and_does_not_grow_in_a_storm(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        for raw in raws(200):
            await ledger.arrive(arrival(raw))
        assert len(disk.files["ledger"].live) < 200_000
        await asyncio.sleep(5)
        assert len(disk.files["ledger"].live) > 200 * 3700
        for raw in raws(3000, 3700):
            await ledger.arrive(arrival(b"storm" + raw))
        assert len(disk.files["ledger-wal"].live) < 1.1 * 4096 * writer.LOG_MOST
        await ledger.close()

    virtual(story())


@pytest.mark.slow
def test_sixty_four_that_wait_are_three_times_as_quick_as_one_by_one(tmp_path: Path) -> None:
    """On this machine's disk; the slower its sync, the larger the ratio."""

    async def rates(folder: Path) -> tuple[float, float]:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(folder / "ledger.sqlite", executor)
        loop = asyncio.get_running_loop()
        many = [arrival(b"g" + raw) for raw in raws(64 * 40)]
        began = loop.time()
        for start in range(0, len(many), 64):
            await asyncio.gather(*(ledger.arrive(one) for one in many[start : start + 64]))
        together = len(many) / (loop.time() - began)
        single = [arrival(b"s" + raw) for raw in raws(600)]
        began = loop.time()
        for one in single:
            await ledger.arrive(one)
        alone = len(single) / (loop.time() - began)
        await ledger.close()
        executor.shutdown()
        return together, alone

    found = [asyncio.run(rates(tmp_path / str(turn))) for turn in range(5)]
    ratios = sorted(together / alone for together, alone in found)
    print(f"together/alone {ratios}, {found}")
    assert ratios[2] >= 3


# --- a disk that fails: simulated ----------------------------------------------------------------------

FAULTS = [
    (apsw.FullError, DiskFault.FULL),
    (apsw.IOError, DiskFault.BROKEN),
    (apsw.ReadOnlyError, DiskFault.READ_ONLY),
]


@pytest.mark.parametrize(("ailment", "fault"), FAULTS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_disk_that_fails_is_told_once_and_heals_within_ten_seconds_without_a_hand(
    virtual: Virtual, ailment: type[apsw.Error], fault: DiskFault
) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        said: list[Trouble | None] = []
        ledger.on_trouble(said.append)
        assert await ledger.arrive(arrival(b"before")) == (1, True)
        disk.ailment = ailment
        for _ in range(5):
            with pytest.raises(LedgerFailed) as failed:
                await ledger.arrive(arrival(b"during"))
            assert failed.value.fault is fault
            await asyncio.sleep(1)
        assert [one.fault if one else None for one in said] == [fault]
        assert ledger.trouble
        disk.ailment = None
        loop = asyncio.get_running_loop()
        healed = loop.time()
        while ledger.trouble:
            await asyncio.sleep(0.1)
        assert loop.time() - healed < 10
        assert said[-1] is None
        assert len(said) == 2
        assert await ledger.arrive(arrival(b"during")) == (2, True)
        assert list(verify(ledger._writer.connection, bytes(32))) == []
        await ledger.close()

    virtual(story())


def test_a_disk_that_fails_once_is_no_trouble(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        for at_once in range(1, 4):
            disk.ailment, disk.failures = apsw.IOError, 1
            assert await ledger.arrive(arrival(b"%d" % at_once)) == (at_once, True)
        assert ledger.trouble is None
        assert list(verify(ledger._writer.connection, bytes(32))) == []
        await ledger.close()

    virtual(story())


def test_while_a_broken_disk_hangs_a_write_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that can sound from memory does not wait for a card that fails slowly."""
    monkeypatch.setattr(writer, "PROBE_S", 0.05)
    hanging = threading.Event()

    async def story() -> None:
        disk = Disk()
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open("ledger", executor, disk.name)
        disk.ailment = apsw.IOError
        with pytest.raises(LedgerFailed):
            await ledger.arrive(arrival(b"first"))
        executor.submit(hanging.wait, 20)
        await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            with pytest.raises(LedgerFailed):
                await ledger.arrive(arrival(b"red"), urgent=True)
        hanging.set()
        await ledger.close()
        executor.shutdown()

    asyncio.run(story())


class Reserve(Ballast):
    """The ballast of a simulated disk."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.there = True
        self.room = False

    def drop(self) -> bool:
        given, self.there, self.disk.ailment = self.there, False, None
        return given

    def take(self) -> bool:
        self.there = self.there or self.room
        return self.there


def test_on_a_full_disk_the_ballast_takes_a_red_before_five_hundred_blues(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        reserve = Reserve(disk)
        ledger = await Ledger.open("ledger", Inline(), disk.name, reserve)
        await ledger.arrive(arrival(b"before"))
        disk.ailment = apsw.FullError
        blues = [asyncio.create_task(ledger.arrive(arrival(raw))) for raw in raws(500)]
        red = await ledger.arrive(arrival(cap("A1", START)), urgent=True)
        assert red == (2, True)
        await ledger.enter(2, [entry(cap("A1", START))], [])
        await ledger.record([Burst(ledger.live()[0], "a", 0, Evidence.PROVED, Outcome.PLAYED)])
        answers = await asyncio.gather(*blues, return_exceptions=True)
        assert all(isinstance(one, LedgerFailed) and one.fault is DiskFault.FULL for one in answers)
        assert ledger._all("SELECT count(*) FROM arrival")[0][0] == 2
        assert ledger.trouble
        await asyncio.sleep(60)
        assert ledger.trouble, "it is not well before the ballast is back"
        reserve.room = True
        await asyncio.sleep(9)
        assert ledger.trouble is None
        assert (await ledger.arrive(arrival(b"blue")))[1]
        await ledger.close()

    virtual(story())


def test_a_plan_that_sounded_from_memory_is_kept_when_the_disk_takes_it_again(virtual: Virtual) -> None:
    async def story() -> None:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        plan = entry(cap("A1", START)).judgement.plan
        assert plan
        burst = Burst(plan.id, "a", 0, Evidence.PROVED, Outcome.PLAYED)
        disk.ailment = apsw.IOError
        with pytest.raises(LedgerFailed):
            await ledger.record([burst], plans=[plan])
        disk.ailment = None
        await asyncio.sleep(10)
        await ledger.record([burst], (), {plan.id: Why(Reason.SPOKEN)}, [plan])
        await ledger.record([burst], plans=[plan])
        row = ledger.plan(plan.id)
        assert row
        assert (row.plan, row.bursts) == (plan, (burst,))
        assert row.ended
        await ledger.close()

    virtual(story())


# --- a disk that is full: real -------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own."""
    place = folder / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tongluo-test", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


async def wait_for(what: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)


def test_a_real_disk_fills_up_reds_go_on_and_it_heals_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PROBE_S", 0.1)

    async def story(place: Path) -> None:
        executor = ThreadPoolExecutor(1)
        path = place / "ledger.sqlite"
        ballast = Ballast(path.with_suffix(".ballast"))
        ledger = await Ledger.open(path, executor, ballast=ballast)
        said: list[Trouble | None] = []
        ledger.on_trouble(said.append)
        other = place / "somebody-elses"
        other.write_bytes(bytes(20 * 2**20))
        kept = await fill_up(ledger)
        assert not path.with_suffix(".ballast").exists()
        for number in range(200):
            raw = cap(f"R{number}", START)
            stored, new = await ledger.arrive(arrival(raw), urgent=True)
            assert new
            await ledger.enter(stored, [entry(raw)], [])
        with pytest.raises(LedgerFailed):
            await ledger.arrive(arrival(b"blue"))
        await ledger.record([], (), dict.fromkeys(ledger.live(), Why(Reason.SPOKEN)))
        assert await ledger.retire(START + timedelta(days=400)) > 0
        ledger._writer.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        assert [one.fault if one else None for one in said] == [DiskFault.FULL]
        other.unlink()
        await wait_for(lambda: ledger.trouble is None, 10)
        assert path.with_suffix(".ballast").stat().st_blocks * 512 >= 16 * 2**20
        assert (await ledger.arrive(arrival(b"blue")))[1]
        assert ledger._all("SELECT count(*) FROM arrival")[0][0] == kept + 201
        await ledger.close()
        executor.shutdown()
        assert sound(path, key(path)) == []

    with small_disk(tmp_path, 80) as place:
        asyncio.run(story(place))


async def fill_up(ledger: Ledger) -> int:
    """Ordinary arrivals until the disk takes no more of them; how many it took."""
    for kept, raw in enumerate(raws(3000, 30_000)):
        failed = (await asyncio.gather(ledger.arrive(arrival(raw)), return_exceptions=True))[0]
        if isinstance(failed, LedgerFailed):
            assert failed.fault is DiskFault.FULL
            return kept
    pytest.fail("the disk did not fill up")


def fill(file: Path) -> None:
    """Until not a byte is left."""
    handle = os.open(file, os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while True:
            os.write(handle, bytes(4096))
    os.close(handle)


def test_a_daemon_starts_on_a_full_disk_from_its_ballast(tmp_path: Path) -> None:
    async def story(place: Path) -> None:
        path = place / "ledger.sqlite"
        ballast = Ballast(path.with_suffix(".ballast"))
        executor = ThreadPoolExecutor(1)
        first = await Ledger.open(path, executor, ballast=ballast)
        await first.arrive(arrival(b"before"))
        await first.close()
        fill(place / "somebody-elses")
        again = await Ledger.open(path, executor, ballast=ballast)
        assert (await again.arrive(arrival(b"red"), urgent=True))[1]
        await again.close()
        executor.shutdown()

    with small_disk(tmp_path, 40) as place:
        asyncio.run(story(place))


LIMITED = """
import asyncio, resource, signal, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from gateway.model.alert import Arrival
from gateway.model.record import LedgerFailed
from gateway.store.sqlite import writer
from gateway.store.chain.audit import sound
from gateway.store.sqlite.ledger import Ledger, key

async def story(path):
    writer.PROBE_S = 0.05
    ledger = await Ledger.open(path, ThreadPoolExecutor(1))
    at, kept = datetime.now(timezone.utc), []
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 2**20, resource.RLIM_INFINITY))
    for number in range(2000):
        try:
            kept.append((await ledger.arrive(Arrival(b"%d" % number + bytes(5000), "county", "", at)))[0])
        except LedgerFailed as failed:
            print(failed.fault, len(kept))
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    while ledger.trouble:
        await asyncio.sleep(0.02)
    await ledger.arrive(Arrival(b"after", "county", "", at))
    assert {number for number, _ in ledger.unjudged()} >= set(kept)
    await ledger.close()
    print(sound(path, key(path)))

asyncio.run(story(Path(sys.argv[1])))
"""


def test_a_file_that_may_grow_no_more_is_a_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "ledger.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first.startswith("full "), first
    assert int(first.split()[1]) > 50
    assert last == "[]"


def test_a_commit_is_never_many_times_what_it_was(virtual: Virtual) -> None:
    """Processor time of a whole warning's writes: the chain's share is bounded against the same writes
    without it."""

    async def spent(patch: pytest.MonkeyPatch | None) -> float:
        disk = Disk()
        ledger = await Ledger.open("ledger", Inline(), disk.name)
        if patch:
            patch.setattr(ChainedConnection, "_keep", lambda *_: None)
            patch.setattr(ChainedConnection, "finish", lambda _: None)
        took = 0.0
        for number in range(150):
            raw = cap(f"A{number}", START)
            one = entry(raw)
            began = time.process_time()
            stored, _ = await ledger.arrive(arrival(raw))
            await ledger.enter(stored, [one], [(one.alert.key.digest, "{}")])
            took += time.process_time() - began
        await ledger.close()
        return took

    async def story() -> None:
        ratios = []
        for _ in range(3):
            whole = await spent(None)
            with pytest.MonkeyPatch.context() as patch:
                ratios.append(whole / await spent(patch))
        print(f"with the chain {sorted(ratios)[1]:.2f} times")
        assert min(ratios) < 2.5

    virtual(story())
