"""The daemon as `tongluo run` runs it, ten times as fast, and killed at a door.

Arguments: CONFIG SPEED BEGAN [DOOR HIT]. `BEGAN` is the wall time (seconds since 1970) at which the village's
morning began, the same in every life. At the `HIT`-th passing of `DOOR` the process sends itself SIGKILL.

The doors are before and after every step of the ledger, every commit, and every write to a line from the
first plan on. They are put on here, from outside: the daemon knows nothing of them.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from drivers.link.serialport import SerialLink
from gateway.app.serve import serve
from gateway.delivery.dispatcher import Dispatcher
from gateway.demo.fastloop import FastLoop
from gateway.runtime.clock import CHINA, LoopClock
from gateway.store.sqlite.ledger import Ledger
from gateway.store.sqlite.transactions import Transactions
from tests.support.daytime import now

SIDES = ("before", "after")
MORNING = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
"""Outside the quiet hours, whatever the hour is here."""


def steps() -> list[str]:
    """Every awaited step of the ledger, as the code has them."""
    found = inspect.getmembers(Ledger, inspect.iscoroutinefunction)
    return [name for name, _ in found if not name.startswith("_") and name != "close"]


def doors() -> dict[str, tuple[type, str]]:
    """Where each door is."""
    return {
        **{name: (Ledger, name) for name in steps()},
        "commit": (Transactions, "_commit"),
        "line": (SerialLink, "write"),
    }


def arm(door: str, hit: int) -> None:
    """Kill this process at the `hit`-th passing of a door such as `enter after`."""
    name, side = door.rsplit(" ", 1)
    place, method = doors()[name]
    real: Callable[..., Any] = getattr(place, method)
    planned = name != "line"
    passed = 0

    def pass_(now: str) -> None:
        nonlocal passed
        passed += now == side and planned
        if now == side and passed == hit:
            os.kill(os.getpid(), signal.SIGKILL)

    @wraps(real)
    async def awaited(*given: Any, **named: Any) -> Any:
        pass_("before")
        result = await real(*given, **named)
        pass_("after")
        return result

    @wraps(real)
    def called(*given: Any, **named: Any) -> Any:
        pass_("before")
        result = real(*given, **named)
        pass_("after")
        return result

    setattr(place, method, awaited if inspect.iscoroutinefunction(real) else called)
    take = Dispatcher.take

    def taken(*given: Any, **named: Any) -> None:
        nonlocal planned
        planned = True
        take(*given, **named)

    Dispatcher.take = taken  # type: ignore[method-assign]


async def main(config: Path, speed: float, began: float) -> None:
    passed = timedelta(seconds=now().timestamp() - began)
    await serve(config, LoopClock(MORNING + passed * speed))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if len(sys.argv) > 4:
        arm(sys.argv[4], int(sys.argv[5]))
    with asyncio.Runner(loop_factory=lambda: FastLoop(float(sys.argv[2]))) as runner:
        runner.run(main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
