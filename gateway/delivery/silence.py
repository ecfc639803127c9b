"""Silence: bursts that end before their time, because a plan ends, a person stops it, everything is held or a
graver burst takes the air.

The speakers are silenced first, the record follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from gateway.delivery.air import Air
from gateway.delivery.live import Live
from gateway.delivery.playing import Playing
from gateway.delivery.programme import Programme
from gateway.delivery.recorder import Recorder
from gateway.model.delivery import Outcome
from gateway.model.plan import Act, Plan
from gateway.model.reason import Why
from gateway.runtime.clock import Clock


class Silence:
    """Silences speakers, and settles the bursts that sounded or waited there.

    `read_ledger` takes up the plans that are in the ledger and not in the programme yet.
    """

    def __init__(
        self,
        programme: Programme,
        air: Air,
        recorder: Recorder,
        clock: Clock,
        read_ledger: Callable[[], None],
    ) -> None:
        self._programme = programme
        self._air = air
        self._recorder = recorder
        self._clock = clock
        self._read_ledger = read_ledger
        self._hushed: dict[str, None] = {}

    async def end(self, live: Live, why: Why) -> None:
        """Silence this plan everywhere, and cancel its bursts that wait."""
        sounding = self._air.where({live.plan.id})
        silence = asyncio.create_task(self._air.silence(sounding, _cancelling(why)))
        await asyncio.sleep(0)
        self._cancel(live, why)
        await silence

    async def stop(self, speakers: Iterable[str], why: Why, plans: frozenset[str] | None) -> frozenset[str]:
        """`Dispatcher.stop`."""
        names = dict.fromkeys(speakers)
        sounding = self._where(names, plans)
        silenced, meant = dict.fromkeys(sounding), list(names) if plans is None else sounding
        silencing = [asyncio.create_task(self._air.silence(meant, _cancelling(why)))]
        await asyncio.sleep(0)
        self._read_ledger()
        # The loop may have begun a burst meanwhile, at a start above all.
        while begun := self._where(names, plans):
            silenced |= dict.fromkeys(begun)
            silencing.append(asyncio.create_task(self._air.silence(begun, _cancelling(why))))
            await asyncio.sleep(0)
        for live in [live for live in self._programme.live.values() if _among(live.plan, plans)]:
            for name in names:
                self._programme.cancel(live, name, why, self._clock.now())
            self._programme.sum_up(live)
        await asyncio.gather(*silencing)
        return frozenset(silenced)

    async def take_away(self, names: list[str], why: Why) -> None:
        """Cut these speakers off in mid-sentence. Their bursts begin again when the air is free."""

        def leave(name: str, playing: Playing) -> None:
            self._programme.taken_away(playing.leave(name), why)

        await self._air.silence(names, leave)

    def settle(self, live: Live, why: Why, before_start: bool) -> None:
        """Settle a plan that was ended when the daemon died, or while the disk failed.

        Where it still sounds after a death (`before_start`), `hush` silences it.
        """
        if before_start:
            self._hushed |= dict.fromkeys(burst.speaker for burst in live.interrupted())
        self._cancel(live, why)

    async def hush(self) -> None:
        """Send the stops of plans that were ended before the start.

        They are on their way before any burst begins.
        """
        if self._hushed:
            names, self._hushed = list(self._hushed), {}
            self._air.spawn(self._air.silence(names, lambda *_: None), "hush")
            await asyncio.sleep(0)

    def _cancel(self, live: Live, why: Why) -> None:
        """Write the outcome of every burst that waits, and with them the plan's end."""
        for target in live.targets:
            self._programme.cancel(live, target, why, self._clock.now())
        self._programme.sum_up(live)
        self._recorder.end(live.plan.id, why)

    def _where(self, names: Iterable[str], plans: frozenset[str] | None) -> list[str]:
        """Those of these speakers at which one of these plans sounds."""
        return [name for name in names if (plan := self._air.sounding(name)) and _among(plan, plans)]


def _cancelling(why: Why) -> Callable[[str, Playing], None]:
    return lambda name, playing: playing.cancel(name, Outcome.CANCELLED, why)


def _among(plan: Plan, plans: frozenset[str] | None) -> bool:
    return plan.id in plans if plans is not None else plan.act is not Act.RING
