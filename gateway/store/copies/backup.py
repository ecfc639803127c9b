"""The nightly backup: a copy is made and tested, then the oldest copy is deleted, then old rows leave the
ledger."""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from gateway.model.record import LedgerFailed
from gateway.runtime.clock import CHINA, Clock
from gateway.store.contract import Ledger

log = logging.getLogger(__name__)

KEPT = 7
"""The number of copies that are kept: a week. Our choice."""
HOUR = time(3, 10)
"""The wall time at which the copy is made. No relay rule begins or ends then. Our choice."""
LOOK_S = 60.0
"""How often the clock is looked at, because it may have been set. Our choice."""
AGAIN = timedelta(hours=1)
"""The pause after a copy that failed. Our choice."""
LONGEST_S = 3600.0
"""A copy that takes longer, with its test, is given up. Our choice: an SD card reads tens of gigabytes in an
hour."""


class Backup:
    """Makes the copies in the folder `backup` beside the ledger.

    It does not copy the key that seals the chain. People keep a copy of the key elsewhere.
    """

    def __init__(
        self, ledger: Ledger, path: Path, clock: Clock, failed: Callable[[str | None], None]
    ) -> None:
        """`path` is the file of the ledger. `failed` is called after each copy: with the fault, or with
        None."""
        self._ledger = ledger
        self._path = path
        self.folder = path.parent / "backup"
        self._clock = clock
        self._failed = failed
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """Make one copy a day, then delete old rows, until cancelled.

        It waits for a clock that can be trusted and for a moment when no plan is live. A night that was
        missed is made up for.
        """
        while True:
            now = self._clock.now()
            if self._due(now):
                made = await self.once()
                self._not_before = None if made else now + AGAIN
                with suppress(LedgerFailed):  # the writer has logged it; the next night goes on
                    await self._ledger.retire(now)
            await asyncio.sleep(LOOK_S)

    def _due(self, now: datetime) -> bool:
        waits = self._not_before is not None and self._not_before - AGAIN <= now < self._not_before
        night = now.date() if now.time() >= HOUR else now.date() - timedelta(days=1)
        try:
            return self._clock.trusted and not waits and self._last() < night and not self._ledger.live()
        except (LedgerFailed, OSError):
            return False

    def _last(self) -> date:
        """The day of the newest copy. Where there is none, the day of the first start: the key was made
        then."""
        newest = max(self.folder.glob("ledger-????????*.sqlite"), default=None)
        if newest is not None:
            with suppress(ValueError):
                return date.fromisoformat(newest.name[7:15])
        made = self._path.with_suffix(".key").stat().st_mtime
        return datetime.fromtimestamp(made, CHINA).date()

    async def once(self) -> Path | None:
        """Make a copy, test it and delete the oldest one. Returns None where it failed; then all old ones
        stay."""
        target = self._name(self._clock.now())
        partial = target.with_suffix(".partial")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            fault = await _copied(self._path, partial)
            if not fault:
                partial.rename(target)
                for old in sorted(self.folder.glob("*.sqlite"))[:-KEPT]:
                    old.unlink()
        except OSError as error:
            fault = str(error)
        if fault:
            log.error("the backup failed: %s", fault)
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        else:
            log.info("backup %s is made and tested", target)
        self._failed(fault)
        return None if fault else target

    def _name(self, at: datetime) -> Path:
        return self.folder / f"ledger-{at:%Y%m%d}.sqlite"


async def _copied(ledger: Path, target: Path) -> str | None:
    """Copy and verify in a process of its own. Returns the fault of the copy."""
    command = (
        sys.executable,
        "-m",
        "gateway.store.copies.copying",
        ledger,
        ledger.with_suffix(".key"),
        target,
    )
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE)
    try:
        async with asyncio.timeout(LONGEST_S):
            output, _ = await process.communicate()
    except TimeoutError:
        return f"not done within {LONGEST_S:.0f} s"
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 0:
        return None
    return (
        output.decode(errors="replace").partition("\n")[0] or f"the copying ended with {process.returncode}"
    )
