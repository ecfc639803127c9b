"""The cost of a warning over HTTP, beside a server that only parses and validates it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.bench.bulletin import bulletin
from tests.bench.callers import post
from tests.bench.contestants import TOKEN, BareHttp, Contestant, Daemon, Site
from tests.bench.figures import FULL, at_most, note

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS, EACH = (8, 1000) if FULL else (4, 600)
CALLERS = 32
ELSEWHERE = "110105001001"
"""A village that is not ours."""


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[BareHttp, Daemon]]:
    bare = BareHttp(Site(tmp_path / "bare", "rtu", 1, 1))
    ours = Daemon(Site(tmp_path / "daemon", "rtu", 1, 1), 0)
    for server in (bare, ours):
        server.start()
    yield bare, ours
    for one in (bare, ours):
        one.stop()
        one.site.close()


def settled(contestant: Contestant) -> None:
    """Until it has nothing more to do."""
    while True:
        before = contestant.cpu()
        time.sleep(0.2)
        if contestant.cpu() - before < 0.03:
            return


@pytest.mark.parametrize("status", ["Test", "Actual"])
def test_an_intake_costs_at_most_one_and_a_half_times_a_bare_server(
    servers: tuple[BareHttp, Daemon], status: str
) -> None:
    """A test document is kept, read, answered and put aside; an actual warning is judged as well."""
    found: dict[str, list[float]] = {server.name: [] for server in servers}
    for number in range(ROUNDS + 1):
        for server in servers:
            texts = [bulletin(f"{status}-{number}-{each}", ELSEWHERE, 4096, status) for each in range(EACH)]
            settled(server)
            before = server.cpu()
            answers = post(server.port, TOKEN, texts, CALLERS)
            settled(server)
            assert answers == {202: EACH}
            if number:
                found[server.name].append((server.cpu() - before) / EACH)
    bare, ours = (median(found[server.name]) * 1e6 for server in servers)
    if status == "Actual":
        note("HTTP intake of a 4 KB CAP and its judgement, CPU", "µs", ours, bare)
        return
    assert at_most("HTTP intake of a 4 KB CAP, CPU", "µs", ours, bare, 1.5, guard=10.0)
