"""SIGKILL while three hundred warnings are on their way: none is lost, and few are said twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.contestants import Daemon, Site, warning
from tests.bench.course import LONGEST_S, County
from tests.bench.figures import below
from tests.support.brokers import Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(300)]

LINES, UNITS, SENT = 6, 60, 300


@pytest.fixture
def daemon(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Daemon]:
    site = Site(tmp_path / "daemon", "rtu", LINES, UNITS)
    daemon = Daemon(site, mosquitto.port)
    daemon.start()
    yield daemon
    daemon.stop()
    site.close()


@pytest.mark.parametrize("after", [1, 60, 200])
def test_killed_in_mid_burst_none_is_lost_and_at_most_one_a_line_is_repeated(
    daemon: Daemon, county: County, after: int
) -> None:
    written: Counter[tuple[int, int]] = Counter()
    texts = [warning(daemon) for _ in range(SENT)]
    places = set(daemon.site.places[:SENT])
    for raw in texts:
        county.send(daemon, raw)
    while written.total() < after:
        written.update(where for _, where in county.writes(daemon, 5.0))
    daemon.kill()
    daemon.start()
    end = time.monotonic() + LONGEST_S
    while places - set(written) and time.monotonic() < end:
        written.update(where for _, where in county.writes(daemon, 1.0))
    county.rest(daemon, 0.5)
    lost = places - set(written)
    again = Counter(line for (line, _), times in written.items() for _ in range(times - 1))
    assert below(f"killed after {after} of {SENT} writes: lost", "", len(lost), 0)
    assert below(
        f"killed after {after} of {SENT} writes: repeats on the worst line",
        "",
        max(again.values(), default=0),
        1,
        guard=3,
    )
