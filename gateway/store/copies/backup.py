"""A copy of the ledger every night, tested before the oldest goes; and what is too old leaves the ledger."""

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
"""Copies that are kept: a week. Our choice."""
HOUR = time(3, 10)
"""When the copy is made, by the wall: no relay rule begins or ends then. Our choice."""
LOOK_S = 60.0
"""How often the clock is looked at; it may have been set. Our choice."""
AGAIN = timedelta(hours=1)
"""Pause after a copy that failed. Our choice."""
LONGEST_S = 3600.0
"""A copy and its test take no longer, or are given up. Our choice: an SD card reads tens of gigabytes in an hour."""


class Backup:
    """`failed` hears why a copy is not good, or None once one is. The key that seals the chain is not copied: keep it elsewhere."""

    def __init__(
        self, ledger: Ledger, path: Path, clock: Clock, failed: Callable[[str | None], None]
    ) -> None:
        self._ledger = ledger
        self._path = path
        self.folder = path.parent / "backup"
        self._clock = clock
        self._failed = failed
        self._not_before: datetime | None = None

    async def run(self) -> None:
        """One copy a day, retention after it, until cancelled. Waits for a clock that can be trusted and for a moment when no plan may
        sound; a night that was missed is made up for."""
        while True:
            now = self._clock.now()
            if self._due(now):
                made = await self.once()
                self._not_before = None if made else now + AGAIN
                with suppress(LedgerFailed):  # said by the writer; tomorrow is another day
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
        """The day of the newest copy; where there is none yet, of the first start, when the key was made."""
        newest = max(self.folder.glob("ledger-????????*.sqlite"), default=None)
        if newest is not None:
            with suppress(ValueError):
                return date.fromisoformat(newest.name[7:15])
        made = self._path.with_suffix(".key").stat().st_mtime
        return datetime.fromtimestamp(made, CHINA).date()

    async def once(self) -> Path | None:
        """Copy, test the copy, let the oldest go. None where it failed; then all old ones stay."""
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
    """Copy and audit in a process of its own; what is wrong with the copy."""
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
            said, _ = await process.communicate()
    except TimeoutError:
        return f"not done within {LONGEST_S:.0f} s"
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 0:
        return None
    return said.decode(errors="replace").partition("\n")[0] or f"the copying ended with {process.returncode}"
