"""The daemon's event loop: uvloop, which wakes tasks for half of asyncio's cost, with asyncio's idea of time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextvars import Context
from typing import Any

import uvloop

GRAIN = 1000
"""Timers a second that libuv tells apart; asyncio's selector tells no more."""


class SwiftLoop(uvloop.Loop):
    """uvloop's own time stands still while a task runs and counts whole milliseconds, and it rounds half of all waits down: what came on a
    line would be stamped too early and the silence between two frames (T3.5) reckoned too short. Here `time` is the monotonic clock, and
    waits are rounded up. A wait may still end up to a millisecond early: who must not be early asks `time` again.
    """

    def time(self) -> float:
        return time.monotonic()  # noqa: TID251 - a loop is a clock

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        whole = math.ceil(max(0.0, delay) * GRAIN) / GRAIN
        return super().call_later(whole, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_later(when - self.time(), callback, *args, context=context)
