"""Wall time and whether it can be trusted. Sleeping and deadlines are asyncio's own.

The only file that reads a clock of the system.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "CST")
"""China has one time zone, UTC+8, without daylight saving since 1991."""


class Clock(Protocol):
    """`now` is aware and in China's time. `trusted` is False until the system's time has been set since it started."""

    def now(self) -> datetime: ...

    @property
    def trusted(self) -> bool: ...


class SystemClock:
    """The machine's own wall time."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), CHINA)  # noqa: TID251 - the one door

    @property
    def trusted(self) -> bool:
        return self.now() > EARLIEST


class LoopClock:
    """Wall time that runs with the event loop: for the simulation and for a village at ten times speed."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._loop_start = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return (
            self._start + timedelta(seconds=asyncio.get_running_loop().time() - self._loop_start)
        ).astimezone(CHINA)

    @property
    def trusted(self) -> bool:
        return True


EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This program did not exist before: a clock that says less has not been set."""
