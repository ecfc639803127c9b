"""Spoilt documents go through the readers and judges: each is parsed, or refused with a reason.

None crashes, hangs, or takes more and more memory.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.intake import Unreadable
from gateway.intake.readers import LARGEST, parse
from gateway.judge import Policy
from tests.support.mutations import mutations
from tests.support.nasty import FOLDER, POLICIES, ROSTER
from tests.support.rules import judge

SEEDS = [
    path.read_bytes()
    for path in sorted(FOLDER.iterdir())
    if path.suffix in (".xml", ".json") and path.stat().st_size > 10
]
FULL = os.environ.get("TONGLUO_FULL") == "1"
COUNT = 1_000_000 if FULL else 20_000
SLOWEST_S = 2.0
"""One document takes so long at most, on the slowest machine: a megabyte of real CAP takes a tenth of it."""
GROWTH_MB = 64
NOW = datetime(2026, 7, 28, 7, 0, tzinfo=UTC)


def resident_mb() -> float:
    """What this process has in memory now; its peak would be another test's."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def through(raw: bytes) -> str:
    """What became of one document."""
    try:
        alerts = parse(raw)
    except Unreadable as refused:
        return f"unreadable {refused.why.reason}"
    for alert in alerts:
        trusting = Policy("county", frozenset({alert.sender}), no_area="whole")
        for policy in (POLICIES["county"], trusting):
            answer = judge(alert, policy, (), ROSTER, max(NOW, alert.sent + timedelta(seconds=1)))
            assert answer.trace
    return "read"


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_none_of_many_spoilt_documents_crashes_hangs_or_grows() -> None:
    became: Counter[str] = Counter()
    slowest = 0.0
    for number, raw in enumerate(mutations(SEEDS, 1, COUNT)):
        if number == 2000:
            before = resident_mb()
        began = time.perf_counter()
        became[through(raw)] += 1
        slowest = max(slowest, time.perf_counter() - began)
    grown = resident_mb() - before
    print(
        f"{COUNT} documents: {dict(became.most_common(8))}; "
        f"the slowest {slowest * 1e3:.0f} ms; {grown:.0f} MB more"
    )
    assert slowest < SLOWEST_S
    assert grown < GROWTH_MB
    assert became["read"] > COUNT // 20, "the mutations still reach the judges"
    assert len(became) > 5


def test_a_few_of_them_always() -> None:
    for raw in mutations(SEEDS, 7, 600):
        through(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"<alert>" + b"<info>" * 200_000,
        b"<a " + b" ".join(b'x%d=""' % n for n in range(20_000)) + b"/>",
        b"[" * 500_000,
        b'{"areas": [' + b'"1",' * 200_000 + b'"1"]}',
        b"<alert><identifier>" + b"x" * (LARGEST - 60) + b"</identifier></alert>",
        b"<" + b"a" * 1_000_000,
    ],
)
def test_what_is_built_to_hurt_is_refused_soon(raw: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(Unreadable):
        parse(raw)
    assert time.perf_counter() - began < SLOWEST_S
