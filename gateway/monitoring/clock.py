"""The alarms about the clock, and the waking of tasks that wait for a time of day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock, Jumped

log = logging.getLogger(__name__)

LOOK_S = 15.0
"""Seconds between two looks at the trust in the clock. Our choice: the watcher looks as often."""

SHOWN_S = 3600.0
"""How long a jump of the clock stays an alarm. Our choice: long enough to be seen, and it cannot be
undone."""


class ClockMonitor:
    """Raises CLOCK while the clock cannot be trusted, CLOCK_PARTED while it was right and has moved so far
    that it is not believed, and CLOCK_JUMP after it was set. Calls each of `wake` when the clock was set.

    A jump is no alarm where it put right a clock that could not be trusted.
    """

    def __init__(self, clock: Clock, alarms: Alarms, *wake: Callable[[], None]) -> None:
        self._clock = clock
        self._alarms = alarms
        self._wake = wake
        self._trusted = clock.trusted

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_jumps(), name="clock jumps")
            tasks.create_task(self._follow_trust(), name="clock trust")

    async def _follow_jumps(self) -> None:
        async for jumped in self._clock.jumps():
            log.warning("the clock was set by %+.1f s and says %s", jumped.seconds, jumped.at)
            if self._trusted:
                self._raise_jump(jumped)
            self._look()
            for wake in self._wake:
                wake()

    async def _follow_trust(self) -> None:
        while True:
            if not self._clock.trusted:
                await self._clock.enquire()
            self._look()
            await asyncio.sleep(LOOK_S)

    def _look(self) -> None:
        self._trusted, parted = self._clock.trusted, self._clock.parted
        if parted:
            wall = self._clock.now() + timedelta(seconds=parted)
            saw = wall.isoformat(sep=" ", timespec="seconds")
            why = Why(Reason.CLOCK_PARTED, {"seconds": f"{parted:+.0f}", "saw": saw})
            self._alarms.set(AlarmKind.CLOCK_PARTED, "", why)
        else:
            self._alarms.clear(AlarmKind.CLOCK_PARTED)
        if self._trusted or parted:
            self._alarms.clear(AlarmKind.CLOCK)
        else:
            now = self._clock.now().isoformat(sep=" ", timespec="seconds")
            self._alarms.set(AlarmKind.CLOCK, "", Why(Reason.CLOCK_UNTRUSTED, {"saw": now}))

    def _raise_jump(self, jumped: Jumped) -> None:
        saw = jumped.at.isoformat(sep=" ", timespec="seconds")
        why = Why(Reason.CLOCK_JUMPED, {"seconds": f"{jumped.seconds:+.0f}", "saw": saw})
        self._alarms.clear(AlarmKind.CLOCK_JUMP)
        self._alarms.set(AlarmKind.CLOCK_JUMP, "", why)
        asyncio.get_running_loop().call_later(SHOWN_S, self._alarms.clear, AlarmKind.CLOCK_JUMP)
