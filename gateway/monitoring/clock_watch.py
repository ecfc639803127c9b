"""Whoever waits for a time of the wall waits anew when the clock is set; a clock that cannot be trusted is an alarm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from gateway.model.reason import Reason, Why
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock, Jumped

log = logging.getLogger(__name__)

LOOK_S = 30.0
"""How often the trust in the clock is looked at. Our choice: as long as a fault may take to be shown."""

SHOWN_S = 3600.0
"""How long a jump of the clock stays an alarm. Our choice: long enough to be seen, and it cannot be undone."""

JUMP, TRUST = "clock jump", "clock"
"""The names of the two alarms."""


class Timekeeper:
    """`wake` are told of each jump. A jump by which a clock that could not be trusted was put right is no alarm."""

    def __init__(self, clock: Clock, alarms: Alarms, *wake: Callable[[], None]) -> None:
        self._clock = clock
        self._alarms = alarms
        self._wake = wake
        self._trusted = clock.trusted

    async def run(self) -> None:
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self._mind_jumps(), name="mind jumps")
            halves.create_task(self._mind_trust(), name="mind trust")

    async def _mind_jumps(self) -> None:
        async for jumped in self._clock.jumps():
            log.warning("the clock was set by %+.1f s and says %s", jumped.seconds, jumped.at)
            if self._trusted:
                self._raise(jumped)
            self._look()
            for wake in self._wake:
                wake()

    async def _mind_trust(self) -> None:
        while True:
            if not self._clock.trusted:
                await self._clock.enquire()
            self._look()
            await asyncio.sleep(LOOK_S)

    def _look(self) -> None:
        self._trusted = self._clock.trusted
        if self._trusted:
            self._alarms.clear(TRUST)
        else:
            now = self._clock.now().isoformat(sep=" ", timespec="seconds")
            self._alarms.set(TRUST, Why(Reason.CLOCK_UNTRUSTED, {"saw": now}))

    def _raise(self, jumped: Jumped) -> None:
        saw = jumped.at.isoformat(sep=" ", timespec="seconds")
        self._alarms.clear(JUMP)
        self._alarms.set(JUMP, Why(Reason.CLOCK_JUMPED, {"seconds": f"{jumped.seconds:+.0f}", "saw": saw}))
        asyncio.get_running_loop().call_later(SHOWN_S, self._alarms.clear, JUMP)
