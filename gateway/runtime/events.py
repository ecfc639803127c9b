"""The bus of events, from the tasks that publish them to those that follow them: the API's event stream,
metrics, webhooks, the duty room. A follower never slows a publisher."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.model.event import Event

BACKLOG = 1000
"""Events that a queue holds before it loses the oldest: some minutes of a busy county. Our choice."""


class Events:
    """Hands each event to every listener and into every queue."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Event]] = set()
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event from now on, at once. It must be quick and never raise."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Returns when every listener has been called; nobody else is waited for."""
        for listener in self._listeners:
            listener(event)
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def follow(self) -> Iterator[asyncio.Queue[Event]]:
        """A queue that receives every event from now on, until the block ends."""
        queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
