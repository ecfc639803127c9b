"""The outbox: receipts that the ledger owes are published until the way out takes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gateway.model.record import Receipt
from gateway.runtime.pulse import Pulse
from gateway.store.contract import Receipts

log = logging.getLogger(__name__)

Publish = Callable[[Receipt], Awaitable[None]]
"""Sends one receipt on its way; raises ConnectionError where the way is down (it is tried again)."""


AGAIN_S = 2.0
"""Pause before a road that failed is tried again; the other roads do not wait. Our choice: a restarted broker
is back within it."""


PATIENCE_S = 20.0
"""A broker that has not acknowledged a receipt by then has failed. Our choice: more than a busy one needs,
less than its keepalive."""


TOGETHER = 32
"""Receipts on their way at once: a county's three hundred speakers are told in waves that hold nothing else
up. Our choice."""


GATHER_S = 0.02
"""Receipts wait so long for each other: what sounds goes first, and what is told together is written down
together. Our choice."""


class Outbox:
    """Publishes what the ledger owes, each road's in order, until told to end. A road that is down holds up
    no other."""

    def __init__(self, ledger: Receipts, publish: Publish) -> None:
        self._ledger = ledger
        self._publish = publish
        self._wake = asyncio.Event()
        self._down: dict[str, float] = {}
        self.pulse = Pulse()

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    def retry(self) -> None:
        """A road may be there again: nothing waits for its pause."""
        self._down.clear()
        self._wake.set()

    async def run(self) -> None:
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
            gone = await asyncio.gather(*(self._try(receipt) for receipt in owed))
        told = [receipt.id for receipt, went in zip(owed, gone, strict=True) if went]
        if told:
            await self._ledger.told(told)

    async def _try(self, receipt: Receipt) -> bool:
        """Whether it has reached its way out."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._publish(receipt)
        except (ConnectionError, TimeoutError) as error:
            if receipt.source not in self._down:
                log.info("receipts to %s wait: %s", receipt.source, error)
            self._down[receipt.source] = asyncio.get_running_loop().time() + AGAIN_S
            return False
        return True
