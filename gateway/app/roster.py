"""Roster: the one a daemon begins with, also on a disk that takes no write at the start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.model.record import LedgerFailed
from gateway.model.speaker import Roster
from gateway.runtime.clock import Clock
from gateway.store.contract import Ledger

log = logging.getLogger(__name__)

AGAIN_S = 2.0
"""Pause before the roster is written again. Our choice: as often as the disk is tried."""


@asynccontextmanager
async def begun(ledger: Ledger, site: Roster, clock: Clock) -> AsyncIterator[Roster]:
    """The site's roster with its number, for a daemon that lives inside this context."""
    roster, keeping = await begin(ledger, site, clock)
    try:
        yield roster
    finally:
        if keeping:
            keeping.cancel()


async def begin(ledger: Ledger, site: Roster, clock: Clock) -> tuple[Roster, asyncio.Task[None] | None]:
    """The roster with its number. Where the disk takes no write, also a task that keeps the roster as soon as
    it does.

    The clock learns the newest time that the ledger has seen.
    """
    try:
        if seen := ledger.seen():
            clock.not_before(seen)
        return await ledger.save_roster(site, clock.now(), "seed"), None
    except LedgerFailed as error:
        log.error("the roster waits for the disk: %s", error)
    try:
        roster = ledger.numbered(site)
    except LedgerFailed as error:
        log.error("the ledger cannot be read either: %s", error)
        roster = site
    return roster, asyncio.create_task(_keep(ledger, roster, clock), name="roster")


async def _keep(ledger: Ledger, roster: Roster, clock: Clock) -> None:
    while True:
        try:
            await ledger.save_roster(roster, clock.now(), "seed")
        except LedgerFailed:
            await asyncio.sleep(AGAIN_S)
        else:
            return
