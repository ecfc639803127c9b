"""Starting and stopping: the ledger's file, secrets that no log shows, the signal that ends it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.app import serve
from gateway.model.record import LedgerBusy
from gateway.runtime.clock import LoopClock
from tests.support.county import CONFIG, KEY_FILE, START


class Notified:
    """The messages to systemd, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def ready(self) -> None:
        self.told.append("ready")

    def stopping(self) -> None:
        self.told.append("stopping")


def site(folder: Path, **more: Any) -> Any:
    return CONFIG.model_copy(update={"data": folder / "data", **more})


def test_the_ledger_makes_its_folder_and_is_closed_at_the_end(tmp_path: Path) -> None:
    async def story() -> None:
        config = site(tmp_path)
        async with serve.opened_ledger(config, LoopClock(START)) as ledger:
            await ledger.act(START, "王芳", "test")
            with pytest.raises(LedgerBusy):
                async with serve.opened_ledger(config, LoopClock(START)):
                    pass
        async with serve.opened_ledger(config, LoopClock(START)) as again:
            assert again._all("SELECT person FROM act") == [("王芳",)]
        assert serve.ledger_file(config).exists()

    asyncio.run(story())


def test_every_secret_and_the_owners_token_are_kept_from_logs(tmp_path: Path) -> None:
    config = site(tmp_path)
    texts = serve.secrets(config)
    assert texts[0] == (config.data / "owner.token").read_text("utf-8").strip()
    assert KEY_FILE.read_text("ascii") in texts
    assert len(texts) == 2, "the tokens' files are not there, which is told elsewhere"


@pytest.mark.parametrize(
    ("trust", "simulated", "assured"),
    [("kernel", False, False), ("always", False, True), ("kernel", True, True)],
)
def test_the_clock_is_vouched_for_by_an_operator_or_where_nothing_real_can_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trust: str, simulated: bool, assured: bool
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(serve, "SystemClock", lambda **how: asked.append(how))
    lines = tuple(line.model_copy(update={"simulated": simulated}) for line in CONFIG.lines)
    clock = CONFIG.clock.model_copy(update={"trust": trust})
    serve.system_clock(site(tmp_path, lines=lines, clock=clock))
    assert asked == [{"assured": assured, "memory": tmp_path / "data" / "clock.json"}]


def until_told(serving: bool, act: Callable[[asyncio.Task[None]], None]) -> tuple[list[str], bool]:
    """Run until `act` ends it: all that was told, in order, and whether the daemon was cancelled."""
    notified, cancelled = Notified(), False

    async def running() -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            notified.told.append("cancelled")
            cancelled = True
            raise

    async def story() -> None:
        server: Any = SimpleNamespace(serving=asyncio.Event())
        if serving:
            server.serving.set()
        watchdog: Any = notified
        begin = asyncio.create_task(
            serve.until_told(running(), server, lambda: notified.told.append("serves"), watchdog)
        )
        while "serves" not in notified.told:
            await asyncio.sleep(0.01)
        act(begin)
        await asyncio.wait({begin})

    asyncio.run(story())
    return notified.told, cancelled


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    told, cancelled = until_told(True, lambda _: os.kill(os.getpid(), number))
    assert told == ["ready", "serves", "stopping", "cancelled"]
    assert cancelled


def test_the_caller_can_cancel_it() -> None:
    def cancel(task: asyncio.Task[None]) -> None:
        task.cancel()

    told, cancelled = until_told(True, cancel)
    assert told[-2:] == ["stopping", "cancelled"]
    assert cancelled


def test_it_serves_also_where_the_console_finds_its_port_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "CONSOLE_S", 0.05)
    told, _ = until_told(False, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    assert told[:2] == ["ready", "serves"]
