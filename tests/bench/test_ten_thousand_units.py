"""A whole county on Modbus/TCP: ten thousand horns asked how they are, and told of one red."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.bench.bulletin import bulletin
from tests.bench.contestants import Daemon, Site
from tests.bench.course import County
from tests.bench.figures import FULL, below, note
from tests.support.brokers import Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(300)]

LINES, UNITS = (313, 32) if FULL else (100, 32)
COUNTY = "341523000000"
ROUND_S = 15.0
"""Every unit is asked so often (gateway/monitoring/polling.py)."""


@pytest.fixture
def daemon(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Daemon]:
    site = Site(tmp_path / "daemon", "tcp", LINES, UNITS)
    daemon = Daemon(site, mosquitto.port)
    yield daemon
    daemon.stop()
    site.close()


def until(what: Callable[[], bool], county: County, daemon: Daemon, seconds: float) -> float:
    """How long it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() < began + seconds, daemon.said()
        county.rest(daemon, 0.2)
    return time.monotonic() - began


def test_every_unit_of_a_county_is_asked_in_each_round_and_told_of_a_red_once(
    daemon: Daemon, county: County
) -> None:
    everybody = set(daemon.site.places)
    note(f"{len(everybody)} units on Modbus/TCP: start", "s", daemon.start())

    def heard() -> bool:
        return bool(daemon.get("/api/v1/health")["speakers"]["heard"] == len(everybody))

    first = until(heard, county, daemon, 4 * ROUND_S)
    note(f"{len(everybody)} units on Modbus/TCP: all heard after", "s", first)
    before, began = daemon.cpu(), time.monotonic()
    polls = daemon.get("/api/v1/health")["speakers"]["polls"]["answered"]
    county.rest(daemon, ROUND_S)
    spent = time.monotonic() - began
    answered = daemon.get("/api/v1/health")["speakers"]["polls"]["answered"] - polls
    share = (daemon.cpu() - before) / spent
    note(f"{len(everybody)} units on Modbus/TCP: asked, of a core", "%", share * 100)
    # A question takes its own time beside the pause after it, so a round is a little longer than planned.
    assert answered >= 0.8 * len(everybody) * spent / ROUND_S
    told: Counter[tuple[int, int]] = Counter()
    sent = county.send(daemon, bulletin("a-red-for-all", COUNTY))
    last = sent
    while everybody - set(told):
        assert time.monotonic() < sent + 120, f"{len(everybody - set(told))} were never told; {daemon.said()}"
        for at, place in county.writes(daemon, 1.0):
            told[place] += 1
            last = at
    note(f"{len(everybody)} units on Modbus/TCP: red, publish → last order", "s", last - sent)
    county.rest(daemon, 2.0)
    note(
        f"{len(everybody)} units on Modbus/TCP: resident",
        "MB",
        psutil.Process(daemon.usage.pid).memory_info().rss / 1e6,
    )
    again = sum(times - 1 for times in told.values())
    assert below(f"{len(everybody)} units on Modbus/TCP: told twice", "", again, 0)
