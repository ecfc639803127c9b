"""Warnings over MQTT: each message is committed, then acknowledged (PUBACK), in order of arrival."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from drivers.link.mqtt import Incoming
from gateway.clock import Clock
from gateway.intake import Accept
from gateway.model.alert import Arrival

log = logging.getLogger(__name__)

AGAIN_S = 1.0
"""Pause before a message the disk did not take is tried again; it stays unacknowledged meanwhile. Our choice."""


class MqttSource:
    """The source of one topic. `offer` takes a message from the connection, `ack` tells the broker it is safe."""

    def __init__(self, name: str, topic: str, clock: Clock, ack: Callable[[Incoming], None]) -> None:
        self.name = name
        self.topic = topic
        self._clock = clock
        self._ack = ack
        self._messages: asyncio.Queue[Incoming] = asyncio.Queue()

    def offer(self, message: Incoming) -> None:
        self._messages.put_nowait(message)

    async def run(self, accept: Accept) -> None:
        """Commit what waits together, so that the ledger can put it in one transaction; acknowledge in order."""
        while True:
            waiting = [await self._messages.get()]
            while not self._messages.empty():
                waiting.append(self._messages.get_nowait())
            async with asyncio.TaskGroup() as together:
                for message in waiting:
                    together.create_task(self._commit(accept, message))
            for message in waiting:
                self._ack(message)

    async def _commit(self, accept: Accept, message: Incoming) -> None:
        arrival = Arrival(message.payload, self.name, f"mqtt:{message.topic}", self._clock.now())
        while True:
            try:
                await accept(arrival)
                return
            except Exception:
                log.exception("a message on %s could not be kept; it stays with the broker", message.topic)
                await asyncio.sleep(AGAIN_S)
