"""The outbox: receipts that the ledger owes are sent, and tried again until they have gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gateway.model.record import Receipt
from gateway.runtime.pulse import Pulse
from gateway.store.contract import Receipts

log = logging.getLogger(__name__)

Publish = Callable[[Receipt], Awaitable[None]]
"""Sends one receipt. Raises ConnectionError where its source cannot be reached; it is tried again."""

AGAIN_S = 2.0
"""Seconds until a source that could not be reached is tried again; the other sources do not wait. Our choice:
a restarted broker is back by then."""

PATIENCE_S = 20.0
"""Seconds after which a broker that has not acknowledged a receipt counts as down. Our choice: more than a
busy broker needs, less than its keepalive."""

TOGETHER = 32
"""Receipts on their way at once. Our choice: those of three hundred speakers delay nothing else."""

GATHER_S = 0.02
"""Seconds that a receipt waits for others: orders to speakers go first, and receipts sent together are marked
in one write. Our choice."""


class Outbox:
    """Sends what the ledger owes, in order for each source. A source that cannot be reached delays no
    other."""

    def __init__(self, ledger: Receipts, publish: Publish) -> None:
        self._ledger = ledger
        self._publish = publish
        self._wake = asyncio.Event()
        self._down: dict[str, float] = {}
        """Until when each source is not tried, in the loop's time."""
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    def retry(self) -> None:
        """A source may be reached again: try all of them now."""
        self._down.clear()
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            self._down = {source: until for source, until in self._down.items() if until > loop.time()}
            owed = self._ledger.owed(TOGETHER, self._down) if self._down else self._ledger.owed(TOGETHER)
            if owed:
                await self._send(owed)
                continue
            with self.pulse.resting():
                try:
                    async with asyncio.timeout_at(min(self._down.values(), default=None)):
                        await self._wake.wait()
                        await asyncio.sleep(GATHER_S)
                except TimeoutError:
                    pass

    async def _send(self, owed: list[Receipt]) -> None:
        with self.pulse.resting():  # a broker may take its time
            sent = await asyncio.gather(*(self._try(receipt) for receipt in owed))
        numbers = [receipt.id for receipt, gone in zip(owed, sent, strict=True) if gone]
        if numbers:
            await self._ledger.told(numbers)

    async def _try(self, receipt: Receipt) -> bool:
        """Whether it was sent."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._publish(receipt)
        except (ConnectionError, TimeoutError) as error:
            if receipt.source not in self._down:
                log.info("receipts to %s wait: %s", receipt.source, error)
            self._down[receipt.source] = asyncio.get_running_loop().time() + AGAIN_S
            return False
        return True
