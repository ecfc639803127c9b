"""The real daemon for twenty minutes at twenty documents a second, twenty times a bad day's.

Memory, descriptors, tasks and threads do not grow. Outside of the full proof it takes a little over a minute.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.proof.broker_township import NOON, BrokerTownship
from tests.proof.sender import Sender
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.county import cap, reference
from tests.support.processes import until
from tests.support.township import SPEED

SECONDS = 1200.0 if os.environ.get("TONGLUO_FULL") == "1" else 75.0
A_SECOND = 20
"""Documents: a county on a bad day sends one."""
LOOK_S = 2
"""Seconds between two looks at the daemon."""
WARM = 0.4
"""So much of the time is left for everything to be loaded and every buffer to be filled once."""
A_MESSAGE = 50.0
"""Bytes that a document may leave behind at most (reliability rules, scorecard 28)."""
SPARE = 3
"""A pool may start a thread late; whatever each document leaves behind is hundreds by the end."""
SLACK = 4e6
"""Bytes that an allocator may hold back between two looks. Our choice."""

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(1500)]


@dataclass
class Look:
    """The resources that the daemon holds now."""

    bytes: float
    descriptors: int
    threads: int
    tasks: float


def look(township: BrokerTownship) -> Look:
    assert township._process
    process = psutil.Process(township._process.pid)
    page = httpx.get(f"http://127.0.0.1:{township.port}/metrics", headers=township.owner, timeout=20).text
    seen = {
        family.name: family.samples[0].value
        for family in text_string_to_metric_families(page)
        if family.samples
    }
    return Look(
        process.memory_info().rss, process.num_fds(), process.num_threads(), seen["tongluo_loop_tasks"]
    )


def least(looks: list[Look], what: str) -> float:
    """The smallest value of all looks.

    Between looks it goes up and down by twenty with the documents in flight.
    """
    return min(float(getattr(look, what)) for look in looks)


def load(sender: Sender, second: int, began: float, reds: dict[int, datetime]) -> int:
    """One second's documents: new, again, unreadable, elsewhere; now and then a red and its lift."""
    now = NOON + timedelta(seconds=round((time.monotonic() - began) * SPEED))
    raws = [cap(f"B{second}-{number}", now, level="蓝") for number in range(A_SECOND - 4)]
    raws += [raws[0], f"rubbish {second}".encode(), cap(f"Y{second}", now, level="黄", area="110105001001")]
    if second % 20 == 5:
        reds[second] = now
        raws.append(cap(f"R{second}", now))
    if second - 10 in reds:
        lifted = reference(f"R{second - 10}", reds[second - 10])
        raws.append(cap(f"R{second}C", now, msg_type="Cancel", references=lifted, info=False))
    for raw in raws:
        sender.send(raw)
    return len(raws)


def test_nothing_grows_in_the_real_daemon_under_twenty_times_the_load(tmp_path: Path) -> None:
    mosquitto_or_skip()
    broker = Mosquitto(tmp_path / "broker")
    township = BrokerTownship(tmp_path, {"local": broker.port})
    looks: list[Look] = []
    try:
        township.start()
        sender = Sender("county", broker.port)
        assert until(sender._client.is_connected)
        began, sent, second = time.monotonic(), 0, 0
        reds: dict[int, datetime] = {}
        while time.monotonic() < began + SECONDS:
            sent += load(sender, second, began, reds)
            second += 1
            if second % LOOK_S == 0:
                looks.append(look(township))
            time.sleep(max(0.0, began + second - time.monotonic()))
        assert until(lambda: len(sender.receipts) >= sent - 2 * second, 60), "every document has its receipt"
        sender.close()
    finally:
        township.stop()
        broker.stop()
    warm = looks[int(len(looks) * WARM) :]
    early, late = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    between = sent * len(late) / len(looks)
    grown = median(one.bytes for one in late) - median(one.bytes for one in early)
    kept = [(least(early, what), least(late, what)) for what in ("descriptors", "threads", "tasks")]
    print(
        f"\n{sent} documents in {second} s: {median(one.bytes for one in late) / 1e6:.1f} MB resident,"
        f" grown by {grown / 1e6:.2f} MB"
        f" ({grown / between:.0f} bytes a document); at rest descriptors, threads, tasks (early, late):"
        f" {kept}; tasks at most {max(one.tasks for one in warm):.0f}"
    )
    assert sent > SECONDS * 15
    assert grown <= A_MESSAGE * between + SLACK
    assert all(late <= early + SPARE for early, late in kept)
