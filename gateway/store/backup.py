"""A copy of the ledger every night, tested before the oldest goes; and what is too old leaves the ledger."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

from gateway.store.ledger import Ledger

log = logging.getLogger(__name__)

KEPT = 7
"""Copies that are kept: a week. Our choice."""
HOUR = time(3, 10)
"""When the copy is made, by the wall: no relay rule begins or ends then. Our choice."""
LOOK_S = 60.0
"""How often the clock is looked at; it may have been set. Our choice."""
PAGES = 64
"""Pages copied at a time, a quarter of a megabyte: no commit waits longer than for that. Our choice."""


class Backup:
    """`failed` hears why a copy is not good, or None once one is. The key that seals the chain is not copied: keep it elsewhere."""

    def __init__(
        self, ledger: Ledger, path: Path, now: Callable[[], datetime], failed: Callable[[str | None], None]
    ) -> None:
        self._ledger = ledger
        self._path = path
        self._folder = path.parent / "backup"
        self._now = now
        self._failed = failed
        self._last: date | None = None

    async def run(self) -> None:
        """One copy a day, and retention after it, until cancelled."""
        while True:
            now = self._now()
            if now.time() >= HOUR and self._last != now.date() and not self._name(now).exists():
                self._last = now.date()
                await self.once()
                await self._ledger.retire(now)
            await asyncio.sleep(LOOK_S)

    async def once(self) -> Path | None:
        """Copy, test the copy, let the oldest go. None where it failed; then all old ones stay."""
        target = self._name(self._now())
        partial = target.with_suffix(".partial")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            partial.unlink(missing_ok=True)
            await self._ledger.copy_to(partial, PAGES)
            fault = await audit(partial, self._path.with_suffix(".key"))
        except Exception as error:  # whatever the disk says, the daemon goes on and somebody is told
            fault = f"{type(error).__name__}: {error}"
        if fault:
            log.error("the backup failed: %s", fault)
            self._failed(fault)
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            return None
        partial.rename(target)
        for old in sorted(self._folder.glob("*.sqlite"))[:-KEPT]:
            old.unlink()
        self._failed(None)
        log.info("backup %s is made and tested", target)
        return target

    def _name(self, at: datetime) -> Path:
        return self._folder / f"ledger-{at:%Y%m%d}.sqlite"


async def audit(ledger: Path, key: Path) -> str | None:
    """What is wrong with a ledger at rest, asked in a process of its own; None for a sound one."""
    command = (sys.executable, "-m", "gateway.store.audit", str(ledger), str(key))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode == 0:
        return None
    return said.decode(errors="replace").partition("\n")[0] or f"the audit ended with {process.returncode}"
