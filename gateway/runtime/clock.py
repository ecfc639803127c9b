"""Wall time, whether it can be trusted, and when it was set. Sleeping and deadlines are asyncio's own.

The only file that reads a clock of the system.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

from gateway.model.instant import Instant

__all__ = ["CHINA", "EARLIEST", "Clock", "Instant", "Jumped", "LoopClock", "SystemClock"]

CHINA = timezone(timedelta(hours=8), "CST")
"""China has one time zone, UTC+8, without daylight saving since 1991."""

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This program did not exist before: a clock that says less has not been set."""

JUMP_S = 2.0
"""A wall clock that moves by more against the monotonic one has been set. Less is a correction that no schedule notices. Our choice."""

LOOK_S = 1.0
"""How often the wall is compared with the monotonic clock. Our choice: a jump is known before the second is over."""


PATIENCE_S = 5.0
"""How long systemd-timedated is waited for. Our choice: D-Bus starts it when it is asked."""


@dataclass(frozen=True)
class Jumped:
    """The wall clock was set: `seconds` forward, or back where negative. `at` is what it says now."""

    seconds: float
    at: datetime


class Clock(Protocol):
    """`now` is aware and in China's time. `trusted` says whether deadlines of the outside world may be held against it."""

    def now(self) -> datetime: ...

    def instant(self) -> Instant: ...

    @property
    def trusted(self) -> bool:
        """Set by somebody who knows the time, and not before anything `not_before` was told."""
        ...

    def not_before(self, newest: datetime) -> None:
        """Whoever says less than this is wrong. Tell it only what was written down while the clock was trusted: a mark set by a clock that
        was wrong by years would bar every right one. An older mark than the last is ignored."""
        ...

    async def enquire(self) -> None:
        """Ask whoever must be waited for whether the time is right; call it now and then while the clock is not trusted."""
        ...

    @property
    def jumped(self) -> Jumped | None:
        """The last jump anybody saw."""
        ...

    def jumps(self) -> AsyncIterator[Jumped]:
        """Every jump from now on, each within LOOK_S of the wall being set; ends only by being cancelled."""
        ...


class SystemClock:
    """The machine's own wall time.

    Trusted once the kernel says that it is synchronised, and for as long as it has run on since without being set: a township
    cut off for a day still knows the time. `memory` is a file that keeps this over a restart within one boot. With `assured` an operator vouches
    for the clock (a receiver the kernel does not know of, a simulated village).
    """

    def __init__(
        self, not_before: datetime = EARLIEST, *, assured: bool = False, memory: Path | None = None
    ) -> None:
        self._floor = max(not_before, EARLIEST)
        self._assured = assured
        self._memory = memory
        self._boot = _boot()
        self._right = self._remembered()
        self._jumped: Jumped | None = None

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), CHINA)  # noqa: TID251 - the one door

    def instant(self) -> Instant:
        return Instant(self.now(), time.monotonic(), self._boot)  # noqa: TID251 - the one door

    @property
    def synchronised(self) -> bool:
        """The kernel says so now, or the clock has run on since it last did in this boot."""
        offset = _offset()
        if _kernel_synchronised():
            self._remember(offset)
            return True
        return self._right is not None and abs(offset - self._right) <= JUMP_S

    @property
    def trusted(self) -> bool:
        return not _before(self.now(), self._floor) and (self._assured or self.synchronised)

    def not_before(self, newest: datetime) -> None:
        self._floor = max(self._floor, newest)

    async def enquire(self) -> None:
        """In the unit's sandbox the kernel may not be asked; systemd-timedated asks it for us."""
        if _kernel_synchronised() is None and await _timedated_synchronised():
            self._remember(_offset())

    @property
    def jumped(self) -> Jumped | None:
        return self._jumped

    async def jumps(self) -> AsyncIterator[Jumped]:
        stood = _offset()
        while True:
            await asyncio.sleep(LOOK_S)
            moved = _offset() - stood
            if abs(moved) > JUMP_S:
                stood += moved
                self._jumped = Jumped(moved, self.now())
                yield self._jumped

    def _remember(self, offset: float) -> None:
        """What wall less monotonic is while the clock is right: the same until somebody sets it."""
        written = self._right is not None and abs(offset - self._right) <= JUMP_S / 2
        if written:
            return
        self._right = offset
        if self._memory:
            with suppress(OSError):  # a full disk costs only the memory, never the time
                self._memory.write_text(json.dumps({"boot": self._boot, "offset": offset}), "ascii")

    def _remembered(self) -> float | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            if self._memory and (kept := json.loads(self._memory.read_text("ascii")))["boot"] == self._boot:
                return float(kept["offset"])
        return None


class LoopClock:
    """Wall time that runs with the event loop: for the simulation and for a village at ten times speed. It can be set and mistrusted."""

    def __init__(self, start: datetime) -> None:
        self._zero = start - timedelta(seconds=asyncio.get_running_loop().time())
        self._floor = datetime.min.replace(tzinfo=UTC)
        self._trusted = True
        self._jumped: Jumped | None = None
        self._set = asyncio.Event()
        self.boot = "loop"

    def now(self) -> datetime:
        return (self._zero + timedelta(seconds=asyncio.get_running_loop().time())).astimezone(CHINA)

    def instant(self) -> Instant:
        return Instant(self.now(), asyncio.get_running_loop().time(), self.boot)

    def jump(self, seconds: float) -> None:
        """The wall clock is set, forward or back; whoever watches learns it as late as on a real machine."""
        self._zero += timedelta(seconds=seconds)
        self._set.set()
        self._set = asyncio.Event()

    @property
    def trusted(self) -> bool:
        return self._trusted and not _before(self.now(), self._floor)

    @trusted.setter
    def trusted(self, trusted: bool) -> None:
        self._trusted = trusted

    def not_before(self, newest: datetime) -> None:
        self._floor = max(self._floor, newest)

    async def enquire(self) -> None:
        """There is nobody to ask."""

    @property
    def jumped(self) -> Jumped | None:
        return self._jumped

    async def jumps(self) -> AsyncIterator[Jumped]:
        stood = self._zero
        while True:
            once_more = self._set
            moved = (self._zero - stood).total_seconds()
            if abs(moved) > JUMP_S:
                stood = self._zero
                self._jumped = Jumped(moved, self.now())
                yield self._jumped
                continue
            await once_more.wait()
            await asyncio.sleep(LOOK_S)


def _before(now: datetime, floor: datetime) -> bool:
    """By more than a correction: the newest entry may be a moment younger than a clock that was put right since."""
    return now + timedelta(seconds=JUMP_S) < floor


def _offset() -> float:
    """Wall less monotonic, in seconds: constant while nobody sets the clock, also while it is slewed."""
    return time.time() - time.monotonic()  # noqa: TID251 - the one door


_TIMEX = 512
"""More than the 208 bytes of Linux's struct timex; all nought asks without setting anything (adjtimex(2))."""

_LIBC = ctypes.CDLL(None, use_errno=True)

_TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""


def _kernel_synchronised() -> bool | None:
    """Whether the kernel calls its clock synchronised; None where it may not be asked."""
    try:
        state: int = _LIBC.adjtimex(ctypes.create_string_buffer(_TIMEX))
    except AttributeError:  # not Linux
        return None
    return None if state < 0 else state < _TIME_ERROR


async def _timedated_synchronised() -> bool:
    """What systemd-timedated says; False where it is not there or takes too long."""
    question = ("timedatectl", "show", "--property=NTPSynchronized", "--value")
    try:
        asked = await asyncio.create_subprocess_exec(
            *question, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(PATIENCE_S):
            return (await asked.communicate())[0].strip() == b"yes"
    except TimeoutError:
        return False
    finally:
        with suppress(ProcessLookupError):
            asked.kill()
        await asked.wait()


def _boot() -> str:
    """The kernel's name of this boot; each asking a new one where it has none, so that nothing is compared across it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return f"unknown {time.monotonic_ns()}"
