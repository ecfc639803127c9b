"""Live events for whoever watches: the API's event stream, the demo's table. Watching never slows what is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Event = dict[str, object]

BACKLOG = 1000
"""Events a watcher may be behind before it loses the oldest: some minutes of a busy county. Our choice."""


class Events:
    """One publisher, many watchers."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Event]] = set()
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, heard: Callable[[Event], None]) -> None:
        """Call `heard` with every event from now on, at once: it must be quick and never raise."""
        self._listeners.append(heard)

    def publish(self, event: Event) -> None:
        for heard in self._listeners:
            heard(event)
        for queue in self._watchers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Event]]:
        """A queue that receives every event from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
