"""The messages to systemd, at a real datagram socket."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.runtime import supervisor as supervision
from gateway.runtime.pulse import Pulse
from gateway.runtime.supervisor import Supervisor
from gateway.runtime.systemd import Watchdog
from tests.support.systemd import Systemd


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    systemd = Systemd(str(tmp_path / "notify"))
    yield systemd
    systemd.wire.close()


def environment(tmp_path: Path) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000000"}


def test_ready_alive_and_stopping_are_said_with_a_status(systemd: Systemd, tmp_path: Path) -> None:
    watchdog = Watchdog(lambda: "线路 lines 2/2", environment(tmp_path))
    watchdog.ready()
    watchdog.alive()
    watchdog.stopping()
    ready, alive, stopping = systemd.heard()
    assert ready == ["READY=1", "STATUS=线路 lines 2/2"]
    assert alive == ["WATCHDOG=1", "STATUS=线路 lines 2/2"]
    assert stopping[0] == "STOPPING=1"


def test_the_heartbeat_is_only_for_the_process_it_is_asked_of(systemd: Systemd, tmp_path: Path) -> None:
    asked = environment(tmp_path)
    Watchdog(str, {**asked, "WATCHDOG_PID": "1"}).alive()
    Watchdog(str, {"NOTIFY_SOCKET": asked["NOTIFY_SOCKET"]}).alive()
    assert systemd.beats() == 0
    Watchdog(str, {**asked, "WATCHDOG_PID": str(os.getpid())}).alive()
    assert systemd.beats() == 1


def test_an_abstract_socket_is_found() -> None:
    name = f"tongluo-{os.getpid()}-{time.monotonic_ns()}"
    systemd = Systemd("\0" + name)
    Watchdog(str, {"NOTIFY_SOCKET": "@" + name}).ready()
    assert systemd.heard()[0][0] == "READY=1"
    systemd.wire.close()


def test_without_systemd_or_with_a_deaf_one_nothing_happens(tmp_path: Path) -> None:
    Watchdog(str, {}).ready()
    Watchdog(str, {"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds of a twentieth of a second instead of five: only their order is asked here."""
    monkeypatch.setattr(supervision, "ROUND_S", 0.05)
    monkeypatch.setattr(supervision, "SILENT_ROUNDS", 10**6)


@pytest.mark.usefixtures("hurried")
def test_one_stuck_task_in_a_live_loop_ends_the_heartbeat_and_a_waiting_one_does_not(
    systemd: Systemd, tmp_path: Path
) -> None:
    works, waits = Pulse(), Pulse()
    stuck = asyncio.Event()

    async def working() -> None:
        while not stuck.is_set():
            works.tick()
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()

    async def waiting() -> None:
        with waits.resting():
            await asyncio.Event().wait()

    async def story() -> None:
        supervisor = Supervisor()
        supervisor.add("working", working, works)
        supervisor.add("waiting", waiting, waits)
        running = asyncio.create_task(supervisor.run(Watchdog(str, environment(tmp_path)).alive))
        await asyncio.sleep(0.6)
        assert systemd.beats() >= 2
        stuck.set()
        await asyncio.sleep(0.2)  # the round that saw its last tick is over
        systemd.heard()
        turns = 0
        for turns in range(1, 21):  # noqa: B007 - the loop lives
            await asyncio.sleep(0.02)
        assert turns == 20
        assert systemd.beats() == 0
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(story())


@pytest.mark.usefixtures("hurried")
def test_a_blocked_loop_ends_the_heartbeat_by_itself(systemd: Systemd, tmp_path: Path) -> None:
    async def story() -> None:
        supervisor = Supervisor()
        running = asyncio.create_task(supervisor.run(Watchdog(str, environment(tmp_path)).alive))
        await asyncio.sleep(0.3)
        assert systemd.beats() >= 1
        time.sleep(0.5)
        assert systemd.beats() == 0
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(story())
