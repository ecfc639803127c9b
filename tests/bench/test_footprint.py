"""The cost of the idle daemon, and the time until it serves. Covers gateway/runtime/memory.py."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil
import pytest

from tests.bench.contestants import ENVIRONMENT, BareHttp, Daemon, Site
from tests.bench.course import County, in_turn
from tests.bench.figures import FULL, at_most, below, note
from tests.support.brokers import Mosquitto
from tests.support.county import cap
from tests.support.daytime import now
from tests.support.processes import until
from tests.support.township import Township

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.timeout(300)]

IDLE_S = 30.0 if FULL else 8.0
STARTS = 7 if FULL else 3


@pytest.fixture
def daemon(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Daemon]:
    site = Site(tmp_path / "daemon", "rtu", 8, 20)
    daemon = Daemon(site, mosquitto.port)
    yield daemon
    daemon.stop()
    site.close()


def megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def test_the_daemon_and_its_voice_are_small_and_rest_when_nothing_happens(
    daemon: Daemon, county: County
) -> None:
    daemon.start()
    in_turn(county, [daemon], 1, 40)
    time.sleep(20 if FULL else 16)  # until the clips are over
    voice = next(
        child for child in daemon.usage.children() if "espeak_worker.py" in " ".join(child.cmdline())
    )
    before, began = daemon.cpu(), time.monotonic()
    time.sleep(IDLE_S)
    share = (daemon.cpu() - before) / (time.monotonic() - began)
    assert below("idle, of a core", "%", share * 100, 1.0, guard=3.0)
    assert below("daemon, resident after 40 warnings", "MB", megabytes(daemon.usage), 100.0, guard=125.0)
    assert below("voice worker, resident", "MB", megabytes(voice), 20.0, guard=40.0)


HAZARDS = {"11B03": "暴雨", "11A51": "山洪", "11B01": "台风", "11A01": "洪水"}
"""Their reds sound at any hour."""


def test_a_daemon_that_speaks_stays_small(tmp_path: Path) -> None:
    """Over lines that carry sound: every word is made, finished and coded.

    It lives five times as fast as the wall.
    """
    township = Township(tmp_path, None)
    township.start()
    try:
        for number, (code, event) in enumerate(HAZARDS.items(), start=1):
            raw = cap(f"A{number}", now().replace(microsecond=0)).decode()
            township.warn(raw.replace("11B03", code).replace("暴雨", event).encode())
            assert until(lambda: len(township.heard("field-1")) == number and ended(township), 60), number  # noqa: B023
        size = megabytes(township.usage)
    finally:
        township.stop()
    assert below(f"daemon, resident after {len(HAZARDS)} spoken reds", "MB", size, 100.0, guard=115.0)


def ended(township: Township) -> bool:
    return not township.horn("field-1").playing


def seconds_until_ready(daemon: Daemon) -> float:
    """From the start of the process to READY=1, as systemd would see it."""
    name = str(daemon.site.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(name)
        wire.settimeout(60)
        began = time.monotonic()
        environment = {**ENVIRONMENT, "NOTIFY_SOCKET": name}
        process = subprocess.Popen(daemon.command(), env=environment, stderr=subprocess.DEVNULL)
        while b"READY=1" not in wire.recv(4096):
            pass
        took = time.monotonic() - began
    process.terminate()
    process.wait(20)
    Path(name).unlink()
    return took


def test_it_serves_within_three_times_the_start_of_a_bare_server(daemon: Daemon, tmp_path: Path) -> None:
    """The promise is a second on the wall clock.

    The machine's speed is not ours, so only the ratio can fail here.
    """
    python, bare, ours = [], [], []
    site = Site(tmp_path / "bare", "rtu", 1, 1)
    for _ in range(STARTS):
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import asyncio"], check=True)
        python.append(time.monotonic() - began)
        server = BareHttp(site)
        bare.append(server.start())
        server.stop()
        ours.append(seconds_until_ready(daemon))
    site.close()
    note("start of Python with asyncio", "s", median(python))
    below("start of the process → READY (on a quiet machine)", "s", median(ours), 1.0)
    assert at_most(
        "start of the process → READY, beside a bare server's",
        "s",
        median(ours),
        median(bare),
        3.0,
        guard=7.0,
    )
