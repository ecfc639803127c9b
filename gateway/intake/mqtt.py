"""Warnings over MQTT: each message is kept on the disk, then acknowledged (PUBACK), in order of arrival.

While the disk takes nothing, or too many documents wait to be judged, messages stay unacknowledged. Each is
tried at once, because a grave warning sounds from memory. Then they are tried again, the oldest first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.link.mqtt import Incoming
from gateway.intake import Backlogged, Keep
from gateway.intake.readers.charset import stated
from gateway.model.alert import Arrival, Reply
from gateway.model.record import LedgerFailed
from gateway.runtime.clock import Clock

log = logging.getLogger(__name__)

TOGETHER = 32
"""Messages that are kept at once. Between two such groups, an urgent topic has its turn.

Measured in a storm: with more, its red warnings wait longer; with fewer, the rest does. Our choice.
"""

AGAIN_S = 1.0
"""Pause before messages that the disk did not take are tried again. Our choice."""


_Name = tuple[str, Reply | None]


def _name(arrival: Arrival) -> _Name:
    """The same for messages that need be kept once."""
    return arrival.digest, arrival.reply


@dataclass
class _Unacknowledged:
    """A document whose messages are not acknowledged."""

    arrival: Arrival
    """The document."""
    since: float
    """The loop's time at which it came."""
    messages: list[Incoming]
    """The messages that brought it, each with its packet identifier."""
    kept: bool = False
    """Whether it is on the disk."""
    passed: bool = False
    """Whether the document itself is wrong, not the disk.

    Later messages are then acknowledged before it, although MQTT 5 §4.6 wants the order of arrival: one bad
    document must not delay the others.
    """


class MqttSource:
    """The source of one topic.

    `offer` takes a message from the session. `done` is called to acknowledge a message. The messages of an
    `urgent` topic go first. `reply` tells where the answers to a message go.
    """

    def __init__(
        self,
        name: str,
        topic: str,
        clock: Clock,
        done: Callable[[Incoming], None],
        urgent: bool = False,
        reply: Callable[[Incoming], Reply | None] = lambda _: None,
    ) -> None:
        self.name = name
        self.topic = topic
        self.urgent = urgent
        self._clock = clock
        self._done = done
        self._reply = reply
        self._unacknowledged: dict[_Name, _Unacknowledged] = {}
        self._order: deque[_Unacknowledged] = deque()
        self._new: asyncio.Queue[_Unacknowledged] = asyncio.Queue()
        self._failing: list[_Unacknowledged] = []
        self._failed = asyncio.Event()

    def offer(self, message: Incoming) -> None:
        """Take a message.

        A message that the broker sends again is the same document and takes no more room. The same document
        whose answers go elsewhere is kept by itself: before it is acknowledged, the ledger has its reply.
        """
        peer, charset, reply = f"mqtt:{message.topic}", stated(message.content_type), self._reply(message)
        arrival = Arrival(message.payload, self.name, peer, self._clock.now(), charset, reply)
        document = self._unacknowledged.get(_name(arrival))
        if document is None:
            document = _Unacknowledged(arrival, asyncio.get_running_loop().time(), [message])
            self._unacknowledged[_name(arrival)] = document
            self._order.append(document)
            self._new.put_nowait(document)
            return
        for old in [earlier for earlier in document.messages if earlier.connection != message.connection]:
            document.messages.remove(old)
            self._done(old)
        document.messages.append(message)

    def oldest_unacknowledged(self) -> float | None:
        """Seconds since the oldest unacknowledged message came; None if there is none."""
        document = next(iter(self._unacknowledged.values()), None)
        return None if document is None else asyncio.get_running_loop().time() - document.since

    async def run(self, keep: Keep) -> None:
        """Keep messages until cancelled. Messages that an earlier run left are tried first."""
        while not self._new.empty():
            self._new.get_nowait()
        self._failing = [document for document in self._unacknowledged.values() if not document.kept]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._first(keep), name=f"keep what comes on {self.topic}")
            tasks.create_task(self._again(keep), name=f"keep what failed on {self.topic}")

    async def _first(self, keep: Keep) -> None:
        """Keep new messages, those that wait together in one transaction of the ledger."""
        while True:
            waiting = [await self._new.get()]
            while not self._new.empty() and len(waiting) < TOGETHER:
                waiting.append(self._new.get_nowait())
            await self._keep(keep, waiting)

    async def _again(self, keep: Keep) -> None:
        """Keep the messages that failed.

        The oldest is tried alone, to see whether the disk takes anything again.
        """
        while True:
            while self._failing:
                oldest, self._failing = self._failing[:1], self._failing[1:]
                await self._keep(keep, oldest)
                if not oldest[0].kept:
                    await asyncio.sleep(AGAIN_S)
                    continue
                rest, self._failing = self._failing[:TOGETHER], self._failing[TOGETHER:]
                await self._keep(keep, rest)
            self._failed.clear()
            await self._failed.wait()

    async def _keep(self, keep: Keep, waiting: Sequence[_Unacknowledged]) -> None:
        """Try each document once, and acknowledge those that are kept."""
        if len(waiting) == 1:
            failures = [await self._try(keep, waiting[0])]
        else:
            failures = list(await asyncio.gather(*(self._try(keep, document) for document in waiting)))
        if failed := [document for document in waiting if not document.kept]:
            if not self._failed.is_set():
                why = next(failure for failure in failures if failure)
                log.error("messages on %s cannot be kept, they stay with the broker: %s", self.topic, why)
            self._failing = sorted(
                [*failed, *self._failing], key=lambda document: (document.passed, document.since)
            )
            self._failed.set()
        for document in waiting:
            if document.kept and document.passed:
                self._finish(document)
        while self._order and (self._order[0].kept or self._order[0].passed):
            document = self._order.popleft()
            if document.kept:
                self._finish(document)

    async def _try(self, keep: Keep, document: _Unacknowledged) -> str:
        """Try to keep a document. The error, or ""."""
        try:
            await keep(document.arrival, self.urgent)
        except (LedgerFailed, Backlogged) as error:
            return str(error)
        except Exception as error:
            log.exception("a message on %s cannot be kept", self.topic)
            document.passed = True
            return repr(error)
        document.kept = True
        return ""

    def _finish(self, document: _Unacknowledged) -> None:
        """Acknowledge all messages of a document."""
        del self._unacknowledged[_name(document.arrival)]
        for message in document.messages:
            self._done(message)
