"""The roster that a daemon begins with, also on a disk that takes no write at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import apsw

from gateway.app.roster import AGAIN_S, begin, begun
from gateway.runtime.clock import LoopClock
from gateway.store.sqlite.ledger import Ledger
from tests.support.county import ROSTER, START
from tests.support.disk import Disk
from tests.support.inline import Inline

Virtual = Callable[[Any], Any]


def test_the_sites_roster_gets_its_number_and_is_kept(virtual: Virtual) -> None:
    async def story() -> None:
        disk, clock = Disk(), LoopClock(START)
        ledger = await Ledger.open("ledger", Inline(), disk.name, now=clock.now)
        async with begun(ledger, ROSTER, clock) as first:
            assert first.version == 1
        async with begun(ledger, ROSTER, clock) as again:
            assert again == first, "the same roster is no new version"
        await ledger.close()

    virtual(story())


def test_where_the_disk_takes_no_write_the_roster_is_there_at_once_and_kept_later(virtual: Virtual) -> None:
    async def story() -> None:
        disk, clock = Disk(), LoopClock(START)
        ledger = await Ledger.open("ledger", Inline(), disk.name, now=clock.now)
        disk.ailment = apsw.FullError
        roster, keeping = await begin(ledger, ROSTER, clock)
        assert roster.speakers == ROSTER.speakers
        assert keeping is not None
        await asyncio.sleep(10 * AGAIN_S)
        assert not keeping.done()
        disk.ailment = None
        await asyncio.sleep(2 * AGAIN_S)
        assert keeping.done()
        assert await ledger.save_roster(ROSTER, clock.now(), "seed") == roster, (
            "it has the number it was given"
        )
        await ledger.close()

    virtual(story())


def test_a_clock_that_says_less_than_the_ledger_has_seen_is_not_trusted(virtual: Virtual) -> None:
    async def story() -> None:
        disk, clock = Disk(), LoopClock(START)
        ledger = await Ledger.open("ledger", Inline(), disk.name, now=clock.now, sure=lambda: True)
        await ledger.act(START, "张三", "stop all")
        slow = LoopClock(START - timedelta(days=1))
        assert slow.trusted
        async with begun(ledger, ROSTER, slow):
            assert not slow.trusted
        await ledger.close()

    virtual(story())
