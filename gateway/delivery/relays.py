"""Power relays of amplifiers: on before a burst, off after it, and off again after a crash."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping

from drivers import Driver
from drivers.errors import DriverError
from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.model.record import LedgerFailed
from gateway.model.speaker import Power, Reach
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock
from gateway.store import contract

log = logging.getLogger(__name__)

OFF_TRIES = 5
OFF_PAUSE_S = 2.0
"""A relay that does not answer is told to go off so often, so far apart. Our choice."""


class Relays:
    """Counts the bursts that need each relay: it goes off after the last of them."""

    def __init__(
        self, ledger: contract.Relays, clock: Clock, lines: Mapping[str, Driver], alarms: Alarms
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lines = lines
        self._alarms = alarms
        self._users: Counter[Reach] = Counter()

    async def on(self, powers: Iterable[Power], grave: bool) -> None:
        """Feed these amplifiers and wait for the longest lead. `off` must follow, whatever this raises.

        Before a relay goes on, the ledger has that it must go off. A grave burst does not wait for a disk
        that fails. Raises LedgerFailed.
        """
        lead = 0.0
        leads = {power.reach: power for power in powers}
        self._users.update(leads.keys())
        for reach, power in leads.items():
            if self._users[reach] == 1:
                try:
                    await self._ledger.power_on(reach.line, reach.unit, self._clock.now())
                except LedgerFailed:
                    if not grave:
                        raise
                await self._switch(reach, True)
                lead = max(lead, power.lead)
        await asyncio.sleep(lead)

    async def off(self, powers: Iterable[Power]) -> None:
        """Switch these off after the longest tail, but not a relay that another burst needs."""
        tails = {power.reach: power for power in powers}
        await asyncio.sleep(max((power.tail for power in tails.values()), default=0.0))
        for reach in tails:
            self._users[reach] -= 1
            if self._users[reach] <= 0:
                del self._users[reach]
                await self._off(reach)

    async def settle(self) -> None:
        """Switch off the relays that a crash left on, but not a relay that a burst needs already."""
        for line, unit in self._ledger.powered():
            if Reach(line, unit) not in self._users:
                await self._off(Reach(line, unit))

    async def _off(self, reach: Reach) -> None:
        for _ in range(OFF_TRIES):
            if reach in self._users:
                return
            if await self._switch(reach, False):
                await self._ledger.power_off(reach.line, reach.unit)
                return
            await asyncio.sleep(OFF_PAUSE_S)

    async def _switch(self, reach: Reach, on: bool) -> bool:
        relay = f"{reach.line}/{reach.unit}"
        driver = self._lines.get(reach.line)
        try:
            if driver is None:
                raise KeyError(reach.line)
            await driver.power(reach.unit, on)
        except (DriverError, KeyError) as error:
            log.warning("relay %s cannot be switched %s: %s", relay, "on" if on else "off", error)
            self._alarms.set(AlarmKind.RELAY, relay, Why(Reason.RELAY, {"on": str(on).lower()}), urgent=on)
            return False
        self._alarms.clear(AlarmKind.RELAY, relay)
        return True
