"""The event loop of the daemon: uvloop, which wakes tasks at half of asyncio's cost, with asyncio's idea of
time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextvars import Context
from typing import Any

import uvloop

TIMERS_PER_S = 1000
"""libuv tells timers apart to the millisecond; asyncio's selector does so too."""


class DaemonLoop(uvloop.Loop):
    """A uvloop whose `time` is the monotonic clock and whose waits are rounded up to the next millisecond.

    uvloop's own time stands still while a task runs and counts whole milliseconds, and it rounds half of all
    waits down: bytes from a line would be stamped too early, and the silence between two Modbus frames (t3.5)
    would be computed too short. A wait may still end up to a millisecond early: a caller that must not be
    early asks `time` again.
    """

    def time(self) -> float:
        return time.monotonic()  # noqa: TID251 - a loop is a clock

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        whole = math.ceil(max(0.0, delay) * TIMERS_PER_S) / TIMERS_PER_S
        return super().call_later(whole, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_later(when - self.time(), callback, *args, context=context)
