"""The wall clock: what it says, whether it can be trusted, and when it was set. Sleeping and deadlines are
asyncio's own.

This is the only file that reads a clock of the system. A clock that was right and jumps by hours is not
followed at once (`reckoning`).
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
from gateway.runtime.reckoning import RESTARTED_S, SAME_S, Reckoning

__all__ = ["CHINA", "EARLIEST", "Clock", "Instant", "Jumped", "LoopClock", "SystemClock"]

CHINA = timezone(timedelta(hours=8), "CST")
"""China has one time zone, UTC+8, without daylight saving since 1991."""

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This program did not exist before. A clock that says an earlier time has not been set."""

JUMP_S = SAME_S
"""A wall clock that moves by more seconds than this against the machine's count has been set."""

LOOK_S = 1.0
"""Seconds between two comparisons of the wall clock with the machine's count. Our choice."""

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
        """The time of day, aware, in China's time zone. While the wall clock has `parted` from the machine's
        count, the time that runs on."""
        ...

    def instant(self) -> Instant:
        """Now, on the wall clock and on the monotonic one."""
        ...

    @property
    def trusted(self) -> bool:
        """Whether the expiry of a warning may be compared with `now`: the clock was set by somebody who knows
        the time, and says no earlier time than `not_before` was told."""
        ...

    @property
    def parted(self) -> float:
        """By how many seconds the wall clock has jumped from the time that runs on, and is not believed; 0.0
        while they agree. A clock that has parted is not trusted."""
        ...

    @property
    def earliest(self) -> datetime:
        """It is at least so late, whatever the clock says."""
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
        """A file that keeps the right offset over a restart within one boot."""
        self._boot = _boot()
        self._written = self._remembered()
        self._reckoning = Reckoning(self._written, RESTARTED_S)
        self._enquired: float | None = None
        """The offset for which systemd-timedated vouched."""
        self._jumped: Jumped | None = None

    def now(self) -> datetime:
        wall = time.time()  # noqa: TID251 - the one door
        return _at(wall if self._reckoning.follows(wall - _count()) else wall - self.parted)

    def instant(self) -> Instant:
        return Instant(self.now(), time.monotonic(), self._boot)  # noqa: TID251 - the one door

    @property
    def parted(self) -> float:
        return self._look()[0]

    @property
    def trusted(self) -> bool:
        parted, known = self._look()
        return known and not parted and not _before(self.now(), self._earliest)

    def _look(self) -> tuple[float, bool]:
        """The parting, and whether the clock is known to be right, or was and has not been set since."""
        count, offset = _count(), _offset()
        vouched = self._vouched(offset)
        parted = self._reckoning.look(offset, count, vouched)
        self._remember()
        return parted, vouched or self._reckoning.still(offset)

    @property
    def earliest(self) -> datetime:
        parted, now = self.parted, self.now()
        return max(self._earliest, now + timedelta(seconds=min(0.0, parted))) if parted else self._earliest

    def not_before(self, newest: datetime) -> None:
        self._earliest = max(self._earliest, newest)
        if _before(self.now(), self._earliest):  # so it was never right
            self._reckoning.right = None

    def _vouched(self, offset: float) -> bool:
        """Whether somebody who knows the time says now that the wall clock is right."""
        if _before(_at(offset + _count()), self._earliest):
            return False
        enquired = self._enquired is not None and abs(offset - self._enquired) <= JUMP_S
        return self._assured or _kernel_synchronised() or enquired

    async def enquire(self) -> None:
        """Ask systemd-timedated where the sandbox of our systemd unit forbids to ask the kernel."""
        if _kernel_synchronised() is None and await _timedated_synchronised():
            self._enquired = _offset()

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
                self._jumped = Jumped(moved, _at(before + _count()))
                yield self._jumped

    def _remember(self) -> None:
        """Write the right offset down, if it is another one than was written last."""
        right = self._reckoning.right
        same = self._written is not None and right is not None and abs(right - self._written) <= JUMP_S / 2
        if right is None or same:
            return
        self._written = right
        if self._memory:
            with suppress(OSError):  # a full disk costs only the memory, never the time
                self._memory.write_text(json.dumps({"boot": self._boot, "offset": right}), "ascii")

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
    can be set, and `trusted` can be taken from it. Who gives it back vouches for what it says then."""

    def __init__(self, start: datetime) -> None:
        self._zero = start - timedelta(seconds=asyncio.get_running_loop().time())
        self._earliest = datetime.min.replace(tzinfo=UTC)
        self._trusted = True
        self._reckoning = Reckoning(self._zero.timestamp())
        self._jumped: Jumped | None = None
        self._set = asyncio.Event()
        self.boot = "loop"

    def now(self) -> datetime:
        return (self._wall() - timedelta(seconds=self.parted)).astimezone(CHINA)

    def instant(self) -> Instant:
        return Instant(self.now(), asyncio.get_running_loop().time(), self.boot)

    def jump(self, seconds: float) -> None:
        """Set the clock forward or back. `jumps` gives it as late as on a real machine."""
        self._zero += timedelta(seconds=seconds)
        self._set.set()
        self._set = asyncio.Event()

    def _wall(self) -> datetime:
        return self._zero + timedelta(seconds=asyncio.get_running_loop().time())

    @property
    def parted(self) -> float:
        vouched = self._trusted and not _before(self._wall(), self._earliest)
        return self._reckoning.look(self._zero.timestamp(), asyncio.get_running_loop().time(), vouched)

    @property
    def trusted(self) -> bool:
        return self._trusted and not self.parted and not _before(self._wall(), self._earliest)

    @trusted.setter
    def trusted(self, trusted: bool) -> None:
        self._trusted = trusted
        if trusted:
            self._reckoning = Reckoning(self._zero.timestamp())

    @property
    def earliest(self) -> datetime:
        return max(self._earliest, min(self.now(), self._wall())) if self.parted else self._earliest

    def not_before(self, newest: datetime) -> None:
        self._earliest = max(self._earliest, newest)
        if _before(self.now(), self._earliest):
            self._reckoning.right = None

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
                self._jumped = Jumped(moved, self._wall().astimezone(CHINA))
                yield self._jumped
                continue
            await set_again.wait()
            await asyncio.sleep(LOOK_S)


def _before(now: datetime, earliest: datetime) -> bool:
    """Whether now is earlier by more than a correction: the newest entry of the ledger may be a moment later
    than a clock that was put right since."""
    return now + timedelta(seconds=JUMP_S) < earliest


def _at(seconds: float) -> datetime:
    """The time so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, CHINA)


def _count() -> float:
    """Seconds since the machine was started, its sleep included. Nobody can set this count."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux has it
    return time.clock_gettime(boot)


def _offset() -> float:
    """Wall time less count, in seconds. It is constant until somebody sets the clock, also while the clock is
    slewed."""
    return time.time() - _count()  # noqa: TID251 - the one door


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
