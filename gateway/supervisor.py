"""One-for-one: a task that dies is started again alone; one that keeps dying is marked down and left, loudly, while the rest go on."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

MOST_DEATHS = 5
WITHIN_S = 60.0
"""More than five deaths in a minute: starting it again helps nobody (Erlang's restart intensity, our figures)."""

PAUSE_S = 0.2
"""Between a death and the restart, so that a broken task does not spin. Our choice."""


class Supervisor:
    """Give it the daemon's tasks, then await `run`."""

    def __init__(self) -> None:
        self._tasks: dict[str, Callable[[], Awaitable[None]]] = {}
        self.down: set[str] = set()
        """Names of tasks that kept dying."""

    def add(self, name: str, task: Callable[[], Awaitable[None]]) -> None:
        self._tasks[name] = task

    async def run(self) -> None:
        """Keep all tasks running until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, task in self._tasks.items():
                group.create_task(self._keep(name, task), name=name)

    async def _keep(self, name: str, task: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        deaths: deque[float] = deque(maxlen=MOST_DEATHS + 1)
        while True:
            try:
                await task()
                log.error("%s ended by itself; starting it again", name)
            except Exception:
                log.exception("%s died; starting it again", name)
            deaths.append(loop.time())
            if len(deaths) > MOST_DEATHS and deaths[-1] - deaths[0] < WITHIN_S:
                log.critical("%s keeps dying and is down; the rest go on", name)
                self.down.add(name)
                return
            await asyncio.sleep(PAUSE_S)
