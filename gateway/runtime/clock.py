"""The wall clock: what it says, whether it can be trusted, and when it was set. Sleeping and deadlines are
asyncio's own.

This is the only file that reads a clock of the system.
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
"""This program did not exist before. A clock that says an earlier time has not been set."""

JUMP_S = 2.0
"""A wall clock that moves by more seconds than this against the monotonic clock has been set. Less is a
correction that no schedule notices. Our choice."""

LOOK_S = 1.0
"""Seconds between two comparisons of the wall clock with the monotonic one. Our choice."""

PATIENCE_S = 5.0
"""Seconds that systemd-timedated may take to answer. Our choice: D-Bus starts it when it is asked."""


@dataclass(frozen=True)
class Jumped:
    """The wall clock was set."""

    seconds: float
    """By how much: forward, or back where negative."""
    at: datetime
    """What it says now."""


class Clock(Protocol):
    """The wall clock of the machine, or of a simulation."""

    def now(self) -> datetime:
        """The time of day, aware, in China's time zone."""
        ...

    def instant(self) -> Instant:
        """Now, on the wall clock and on the monotonic one."""
        ...

    @property
    def trusted(self) -> bool:
        """Whether the expiry of a warning may be compared with `now`: the clock was set by somebody who knows
        the time, and says no earlier time than `not_before` was told."""
        ...

    def not_before(self, newest: datetime) -> None:
        """It is at least so late: a clock that says an earlier time is wrong.

        Give it only times that were written while the clock was trusted: a time from a clock that was wrong
        by years would make every right one untrusted. A time earlier than the last one given is ignored.
        """
        ...

    async def enquire(self) -> None:
        """Ask the service that knows whether the time is right. Call it now and then while the clock is not
        trusted."""
        ...

    @property
    def jumped(self) -> Jumped | None:
        """The last jump that `jumps` gave; None before the first."""
        ...

    def jumps(self) -> AsyncIterator[Jumped]:
        """Every jump from now on, each within LOOK_S of the wall clock being set. It ends only by being
        cancelled."""
        ...


class SystemClock:
    """The wall clock of the machine.

    It is trusted once the kernel says that it is synchronised, and from then on until it is set: a township
    that is cut off for a day still knows the time.
    """

    def __init__(
        self, not_before: datetime = EARLIEST, *, assured: bool = False, memory: Path | None = None
    ) -> None:
        self._earliest = max(not_before, EARLIEST)
        self._assured = assured
        """An operator vouches for the clock: a receiver that the kernel does not know of, a simulated
        village."""
        self._memory = memory
        """A file that keeps `_right_offset` over a restart within one boot."""
        self._boot = _boot()
        self._right_offset = self._remembered()
        """Wall less monotonic when the clock was last known to be right, in seconds; None before that."""
        self._jumped: Jumped | None = None

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), CHINA)  # noqa: TID251 - the one door

    def instant(self) -> Instant:
        return Instant(self.now(), time.monotonic(), self._boot)  # noqa: TID251 - the one door

    @property
    def synchronised(self) -> bool:
        """The kernel says so now, or it did in this boot and the clock has not been set since."""
        offset = _offset()
        if _kernel_synchronised():
            self._remember(offset)
            return True
        return self._right_offset is not None and abs(offset - self._right_offset) <= JUMP_S

    @property
    def trusted(self) -> bool:
        return not _before(self.now(), self._earliest) and (self._assured or self.synchronised)

    def not_before(self, newest: datetime) -> None:
        self._earliest = max(self._earliest, newest)

    async def enquire(self) -> None:
        """Ask systemd-timedated where the sandbox of our systemd unit forbids to ask the kernel."""
        if _kernel_synchronised() is None and await _timedated_synchronised():
            self._remember(_offset())

    @property
    def jumped(self) -> Jumped | None:
        return self._jumped

    async def jumps(self) -> AsyncIterator[Jumped]:
        before = _offset()
        while True:
            await asyncio.sleep(LOOK_S)
            moved = _offset() - before
            if abs(moved) > JUMP_S:
                before += moved
                self._jumped = Jumped(moved, self.now())
                yield self._jumped

    def _remember(self, offset: float) -> None:
        """The clock is right, and wall less monotonic is `offset`."""
        written = self._right_offset is not None and abs(offset - self._right_offset) <= JUMP_S / 2
        if written:
            return
        self._right_offset = offset
        if self._memory:
            with suppress(OSError):  # a full disk costs only the memory, never the time
                self._memory.write_text(json.dumps({"boot": self._boot, "offset": offset}), "ascii")

    def _remembered(self) -> float | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            if (
                self._memory
                and (written := json.loads(self._memory.read_text("ascii")))["boot"] == self._boot
            ):
                return float(written["offset"])
        return None


class LoopClock:
    """A wall clock that runs with the event loop, for the simulation and for a village at ten times speed. It
    can be set, and `trusted` can be taken from it."""

    def __init__(self, start: datetime) -> None:
        self._zero = start - timedelta(seconds=asyncio.get_running_loop().time())
        self._earliest = datetime.min.replace(tzinfo=UTC)
        self._trusted = True
        self._jumped: Jumped | None = None
        self._set = asyncio.Event()
        self.boot = "loop"

    def now(self) -> datetime:
        return (self._zero + timedelta(seconds=asyncio.get_running_loop().time())).astimezone(CHINA)

    def instant(self) -> Instant:
        return Instant(self.now(), asyncio.get_running_loop().time(), self.boot)

    def jump(self, seconds: float) -> None:
        """Set the clock forward or back. `jumps` gives it as late as on a real machine."""
        self._zero += timedelta(seconds=seconds)
        self._set.set()
        self._set = asyncio.Event()

    @property
    def trusted(self) -> bool:
        return self._trusted and not _before(self.now(), self._earliest)

    @trusted.setter
    def trusted(self, trusted: bool) -> None:
        self._trusted = trusted

    def not_before(self, newest: datetime) -> None:
        self._earliest = max(self._earliest, newest)

    async def enquire(self) -> None:
        """Nobody need be asked."""

    @property
    def jumped(self) -> Jumped | None:
        return self._jumped

    async def jumps(self) -> AsyncIterator[Jumped]:
        before = self._zero
        while True:
            set_again = self._set
            moved = (self._zero - before).total_seconds()
            if abs(moved) > JUMP_S:
                before = self._zero
                self._jumped = Jumped(moved, self.now())
                yield self._jumped
                continue
            await set_again.wait()
            await asyncio.sleep(LOOK_S)


def _before(now: datetime, earliest: datetime) -> bool:
    """Whether now is earlier by more than a correction: the newest entry of the ledger may be a moment later
    than a clock that was put right since."""
    return now + timedelta(seconds=JUMP_S) < earliest


def _offset() -> float:
    """Wall less monotonic, in seconds. It is constant until somebody sets the clock, also while the clock is
    slewed."""
    return time.time() - time.monotonic()  # noqa: TID251 - the one door


_TIMEX = 512
"""Bytes; more than the 208 of Linux's struct timex. With all of them zero adjtimex(2) sets nothing."""

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
    """Whether systemd-timedated says so; False where it is not there or takes too long."""
    command = ("timedatectl", "show", "--property=NTPSynchronized", "--value")
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(PATIENCE_S):
            return (await process.communicate())[0].strip() == b"yes"
    except TimeoutError:
        return False
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _boot() -> str:
    """The kernel's name of this boot. Where it has none, a new name at each call, so that nothing is compared
    across boots."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return f"unknown {time.monotonic_ns()}"
