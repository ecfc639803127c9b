"""Arrivals that wait together share the disk's sync."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median

import pytest
from bulletin import CHINA, bulletin, code
from contest import Daemon, Site
from course import County
from figures import FULL, at_least, below
from township import Broker

from gateway.model.alert import Arrival
from gateway.store.ledger import Ledger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WAITING = 64
ROUNDS = 40 if FULL else 12


def test_sixty_four_together_are_kept_three_times_as_fast_as_one_by_one(tmp_path: Path) -> None:
    numbers = count()
    at = datetime.now(CHINA)

    def arrival() -> Arrival:
        number = next(numbers)
        return Arrival(bulletin(f"A{number}", code(number), 3700), "county", "bench", at)

    async def story() -> tuple[float, float]:
        executor = ThreadPoolExecutor(1)
        ledger = await Ledger.open(tmp_path / "ledger.sqlite", executor)
        one_by_one, together = [], []
        for _ in range(ROUNDS):
            arrivals = [arrival() for _ in range(WAITING)]
            began = time.monotonic()
            for each in arrivals:
                await ledger.arrive(each)
            one_by_one.append(WAITING / (time.monotonic() - began))
            arrivals = [arrival() for _ in range(WAITING)]
            began = time.monotonic()
            await asyncio.gather(*(ledger.arrive(each) for each in arrivals))
            together.append(WAITING / (time.monotonic() - began))
        await ledger.close()
        executor.shutdown()
        return median(together), median(one_by_one)

    together, alone = asyncio.run(story())
    assert at_least(f"{WAITING} arrivals together, beside one by one", "commits/s", together, alone, 3.0)


@pytest.mark.service
def test_a_warning_costs_at_most_two_syncs(tmp_path: Path, mosquitto: Broker, county: County) -> None:
    """Counted by the kernel, in a storm: from the message to the evidence and the receipts."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: sudo apt install strace")
    site = Site(tmp_path / "daemon", "rtu", 16, 60)
    daemon = Daemon(site, mosquitto.port)
    daemon.start()
    found = tmp_path / "syncs"
    try:
        county.burst(daemon, 20)
        county.rest(daemon, 0.5)
        assert daemon.process
        command = [
            "strace",
            "-f",
            "-e",
            "trace=fsync,fdatasync",
            "-o",
            str(found),
            "-p",
            str(daemon.process.pid),
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as watching:
            assert watching.stderr
            if b"attached" not in (said := watching.stderr.readline()):
                pytest.skip(f"strace may not look at other processes here: {said.decode()}")
            number = 600 if FULL else 300
            county.burst(daemon, number)
            county.rest(daemon, 1.0)
            watching.terminate()
            watching.communicate()
    finally:
        daemon.stop()
        site.close()
    syncs = sum("sync(" in line and "= 0" in line for line in found.read_text().splitlines())
    assert syncs > 0
    assert below("syncs a warning in a storm", "", syncs / number, 2.0)
