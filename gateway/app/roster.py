"""The roster a daemon begins with, also on a disk that takes nothing at the start."""

from __future__ import annotations

import asyncio
import logging

from gateway.model.record import LedgerFailed
from gateway.model.speaker import Roster
from gateway.runtime.clock import Clock
from gateway.store.sqlite.ledger import Ledger

log = logging.getLogger(__name__)

AGAIN_S = 2.0
"""Pause before the roster is written again. Our choice: as often as the disk is tried."""


async def begin(ledger: Ledger, roster: Roster, clock: Clock) -> tuple[Roster, asyncio.Task[None] | None]:
    """The roster with its number, in the ledger, or with a task that keeps it there as soon as the disk takes it; and the clock knows what
    the ledger has seen."""
    try:
        if seen := ledger.seen():
            clock.not_before(seen)
        return await ledger.save_roster(roster, clock.now(), "seed"), None
    except LedgerFailed as error:
        log.error("the roster waits for the disk: %s", error)
    try:
        roster = ledger.numbered(roster)
    except LedgerFailed as error:
        log.error("nor can the ledger be read: %s", error)
    return roster, asyncio.create_task(_keep(ledger, roster, clock), name="roster")


async def _keep(ledger: Ledger, roster: Roster, clock: Clock) -> None:
    while True:
        try:
            await ledger.save_roster(roster, clock.now(), "seed")
        except LedgerFailed:
            await asyncio.sleep(AGAIN_S)
        else:
            return
