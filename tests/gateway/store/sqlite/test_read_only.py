"""A ledger whose file system is read-only when the daemon starts: a real one, mounted for the test."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.model.alert import Arrival
from gateway.model.record import DiskFault, LedgerFailed
from gateway.store.sqlite.ballast import Ballast
from gateway.store.sqlite.ledger import Ledger


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tongluo-test", str(place)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def arrival(raw: bytes) -> Arrival:
    return Arrival(raw, "county", "test", datetime.now(UTC))


@pytest.mark.parametrize("left", ["nothing", "a closed ledger", "a ledger as a crash left it"])
def test_it_is_read_takes_nothing_and_opens_when_the_file_system_is_writable(
    disk: Path, tmp_path: Path, left: str
) -> None:
    async def story() -> None:
        path, copy = disk / "ledger.sqlite", tmp_path / "copy"
        ballast = Ballast(path.with_suffix(".ballast"), 2**20)
        with ThreadPoolExecutor(1) as executor:
            if left != "nothing":
                first = await Ledger.open(path, executor, ballast=ballast)
                await first.arrive(arrival(b"one"))
                shutil.copytree(disk, copy)
                await first.close()
            if left == "a ledger as a crash left it":
                shutil.copytree(copy, disk, dirs_exist_ok=True)
            remount(disk, "ro")
            ledger = await Ledger.open(path, executor, ballast=ballast)
            assert ledger.trouble
            assert ledger.trouble.fault is DiskFault.READ_ONLY
            before = 0 if left == "nothing" else 1
            assert len(ledger.unjudged()) == before
            with pytest.raises(LedgerFailed):
                await ledger.arrive(arrival(b"two"), urgent=True)
            remount(disk, "rw")
            healed = asyncio.Event()
            ledger.on_trouble(lambda trouble: None if trouble else healed.set())
            async with asyncio.timeout(30):
                await healed.wait()
            assert (await ledger.arrive(arrival(b"two"), urgent=True))[1]
            assert len(ledger.unjudged()) == before + 1
            await ledger.close()

    asyncio.run(story())
