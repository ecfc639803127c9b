"""Arrivals that wait together share the disk's sync."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median

import pytest

from gateway.model.alert import Arrival
from gateway.store.sqlite.ledger import Ledger
from tests.bench.bulletin import bulletin, code
from tests.bench.contestants import Daemon, Site
from tests.bench.course import County
from tests.bench.figures import FULL, at_least, below
from tests.support.brokers import Mosquitto
from tests.support.daytime import now

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WAITING = 64
ROUNDS = 40 if FULL else 12


def test_sixty_four_together_are_kept_three_times_as_fast_as_one_by_one(tmp_path: Path) -> None:
    numbers = count()
    at = now()

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


STORMS = 3


@pytest.mark.service
def test_a_warning_costs_at_most_two_syncs(tmp_path: Path, mosquitto: Mosquitto, county: County) -> None:
    """The kernel counts the syncs of storms, from the message to the evidence and the receipts.

    Other load on the machine changes how many warnings share a sync, so the middle one of three storms
    counts.
    """
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: sudo apt install strace")
    number = 600 if FULL else 300
    site = Site(tmp_path / "daemon", "rtu", 16, (20 + STORMS * number) // 16 + 1)
    daemon = Daemon(site, mosquitto.port)
    daemon.start()
    try:
        county.burst(daemon, 20)
        county.rest(daemon, 0.5)
        storms = [_syncs(county, daemon, number, tmp_path / f"syncs {storm}") for storm in range(STORMS)]
    finally:
        daemon.stop()
        site.close()
    assert min(storms) > 0
    assert below(f"syncs a warning in a storm, median of {STORMS}", "", median(storms) / number, 2.0)


def _syncs(county: County, daemon: Daemon, number: int, found: Path) -> int:
    """How many so many warnings take together."""
    assert daemon.process
    attached = ["-p", str(daemon.process.pid), "-o", str(found)]
    with subprocess.Popen(
        ["strace", "-f", "-e", "trace=fsync,fdatasync", *attached], stderr=subprocess.PIPE
    ) as watching:
        assert watching.stderr
        if b"attached" not in (said := watching.stderr.readline()):
            pytest.skip(f"strace may not look at other processes here: {said.decode()}")
        county.burst(daemon, number)
        county.rest(daemon, 1.0)
        watching.terminate()
        watching.communicate()
    return sum("sync(" in line and "= 0" in line for line in found.read_text().splitlines())
