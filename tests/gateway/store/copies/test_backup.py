"""A copy every night that is tested, made beside a daemon whose loop does not wait for it."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.model.plan import Plan
from gateway.store.chain.audit import sound
from gateway.store.copies import backup as backup_module
from gateway.store.copies import copying
from gateway.store.copies.backup import KEPT, Backup
from gateway.store.copies.copying import NoCopy, copy, restored
from gateway.store.sqlite.ledger import key
from tests.support.county import START
from tests.support.documents import filled


class Wall:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.trusted = True

    def now(self) -> datetime:
        return self.at


def made(path: Path) -> list[str]:
    return sorted(one.name for one in (path.parent / "backup").glob("*"))


def test_copies_are_made_while_commits_go_on_and_a_week_is_kept(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 10)
        said: list[str | None] = []
        clock: Any = Wall()
        backup = Backup(ledger, path, clock, said.append)
        copying_now = asyncio.create_task(backup.once())
        commits = 0
        while not copying_now.done():
            await ledger.act(START, "张三", f"第 {commits} 件")
            commits += 1
        first = await copying_now
        assert first
        # A copy in the loop, or one that holds the writer, lets one commit through at most.
        assert commits > 2, "the loop and the writer go on meanwhile"
        assert said == [None]
        assert sound(first, key(path)) == []
        assert restored(first, path.with_suffix(".key")) == []
        for day in range(1, KEPT + 2):
            (path.parent / "backup" / f"ledger-202606{day:02d}.sqlite").write_bytes(b"old")
        clock.at += timedelta(days=1)
        await backup.once()
        assert len(made(path)) == KEPT
        assert made(path)[-2:] == ["ledger-20260728.sqlite", "ledger-20260729.sqlite"]
        await ledger.close()

    asyncio.run(story())


def test_a_ledger_that_was_changed_is_an_alarm_and_no_old_copy_goes(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "ledger.sqlite"
        ledger = await filled(path, 3)
        said: list[str | None] = []
        clock: Any = Wall()
        backup = Backup(ledger, path, clock, said.append)
        assert await backup.once()
        apsw.Connection(str(path)).execute("UPDATE act SET person = '李四'")
        clock.at += timedelta(days=1)
        assert await backup.once() is None
        assert said[1]
        assert "changed" in said[1]
        assert "act 1" in said[1]
        assert made(path) == ["ledger-20260728.sqlite"]
        await ledger.close()

    asyncio.run(story())


def test_a_copy_that_would_fill_the_disk_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"x")
    monkeypatch.setattr(
        copying, "ROOM", os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize + 2**40
    )
    with pytest.raises(NoCopy, match="must stay free"):
        copy(path, tmp_path / "copy")


class Calm:
    """Counts what would be done to a ledger."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.retired: list[datetime] = []

    def live(self) -> list[Plan]:
        return self.plans

    async def retire(self, now: datetime) -> int:
        self.retired.append(now)
        return 0


def test_it_is_done_once_a_night_with_a_clock_that_can_be_trusted_and_no_plan_live(
    tmp_path: Path, virtual: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"")
    path.with_suffix(".key").write_bytes(bytes(32))
    os.utime(path.with_suffix(".key"), (START.timestamp(), START.timestamp()))
    copied: list[datetime] = []
    clock: Any = Wall()
    calm: Any = Calm()
    fault: str | None = None

    async def copied_(_ledger: Path, target: Path) -> str | None:
        copied.append(clock.at)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
        return fault

    monkeypatch.setattr(backup_module, "_copied", copied_)

    async def until(at: datetime) -> list[datetime]:
        """The bytes that are copied up to this moment."""
        copied.clear()
        running = asyncio.create_task(Backup(calm, path, clock, lambda _: None).run())
        while clock.at < at:
            await asyncio.sleep(60)
            clock.at += timedelta(minutes=1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return list(copied)

    async def story() -> None:
        nonlocal fault
        assert await until(START.replace(hour=23)) == [], "on the first day nothing is missing yet"
        night = START.replace(day=29, hour=3, minute=10)
        found = await until(night.replace(hour=23))
        assert len(found) == 1
        assert night <= found[0] <= night + timedelta(minutes=2)
        assert len(calm.retired) == 1
        clock.trusted = False
        assert await until(START.replace(day=30, hour=12)) == []
        clock.trusted, calm.plans = True, ["a plan"]
        assert await until(START.replace(day=30, hour=13)) == []
        calm.plans = []
        assert len(await until(START.replace(day=30, hour=23))) == 1, "what was missed is made up for"
        fault = "no room"
        tries = await until(START.replace(day=31, hour=6, minute=0))
        assert len(tries) == 3, "again every hour"

    virtual(story())


def test_a_copying_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_module, "LONGEST_S", 0.3)
    os.mkfifo(tmp_path / "ledger.sqlite")
    ledger: Any = Calm()
    said: list[str | None] = []
    clock: Any = Wall()
    assert asyncio.run(Backup(ledger, tmp_path / "ledger.sqlite", clock, said.append).once()) is None
    assert said
