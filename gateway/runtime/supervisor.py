"""The supervisor runs the tasks of the daemon. A task that dies or is stuck is started again; the others go
on.

A task that keeps dying is marked DOWN, logged as critical, and tried again after a pause: a line that was
unplugged for an hour comes back by itself. The supervisor knows nothing of systemd: it calls
`all_alive` after each round in which every task has shown life (the Watchdog of gateway/runtime/systemd.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from gateway.runtime.pulse import Pulse

log = logging.getLogger(__name__)

MOST_DEATHS = 5
WITHIN_S = 60.0
"""After more deaths than this within so many seconds an immediate restart does not help. Our figures; the
idea is the restart intensity of Erlang/OTP's supervisors."""

PAUSE_S = 0.2
"""Seconds between a death and the restart, so that a broken task does not spin. Our choice."""

DOWN_S = 30.0
"""Seconds between two tries of a task that is DOWN. Our choice: as long as a fault may take to be shown."""

TRIAL_S = 10.0
"""A task that was DOWN is UP again once it has lived for so many seconds. Our choice."""

ROUND_S = 5.0
"""Seconds between two rounds in which each task must have shown life: four rounds in systemd's twenty
seconds."""

SILENT_ROUNDS = 3
"""After so many rounds without life a task is STUCK: seen within 20 s, and cancelled before systemd's
watchdog ends the process. Rounds are counted, not seconds, so that a machine that stood still for a minute
blames no task."""

FAREWELL_S = 5.0
"""Seconds that a cancelled task may take to end; then it is left behind. Our choice."""


class State(StrEnum):
    """How a task is."""

    UP = "up"
    RESTARTING = "restarting"
    DOWN = "down"
    """It kept dying; it is tried again now and then."""
    STUCK = "stuck"
    """It showed no life, was cancelled and has not ended yet."""


@dataclass(frozen=True)
class TaskState:
    """A task as it is now."""

    name: str
    state: State
    restarts: int
    """Since the start of the daemon."""
    ticked: float | None
    """Seconds since the last tick of its slowest pulse; None for a task without a pulse."""
    fault: str
    """What it last died of; empty where it never has."""


class _Supervised:
    """A task over all its lives."""

    def __init__(self, name: str, start: Callable[[], Awaitable[None]], pulses: tuple[Pulse, ...]) -> None:
        self.name = name
        self.pulses = pulses
        self.state = State.RESTARTING
        self.restarts = 0
        self.fault = ""
        self.silent_rounds = 0
        self.began: float | None = None
        """When its present life began, in the loop's time; None between two lives."""
        self._start = start
        self._life: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS + 1)

    async def live(self) -> None:
        """One life, to its end."""

        async def life() -> None:
            await self._start()

        loop = asyncio.get_running_loop()
        self.began, self.silent_rounds = loop.time(), 0
        if self.state is not State.DOWN:
            self.state = State.UP
        self._life = asyncio.create_task(life(), name=self.name)
        try:
            await asyncio.wait({self._life})
        finally:
            self.began = None
            await self._end(self._life)
        self.fault = "showed no sign of life" if self.state is State.STUCK else _fault(self._life)
        self.restarts += 1
        self._deaths.append(loop.time())

    async def _end(self, life: asyncio.Task[None]) -> None:
        if life.done():
            return
        life.cancel()
        if (await asyncio.wait({life}, timeout=FAREWELL_S))[1]:
            log.error("%s does not end and is left behind", self.name)
        elif not life.cancelled() and (error := life.exception()):
            log.error("%s failed while it was ending", self.name, exc_info=error)

    @property
    def keeps_dying(self) -> bool:
        """Whether an immediate restart does not help."""
        deaths = self._deaths
        return self.state is State.DOWN or (len(deaths) > MOST_DEATHS and deaths[-1] - deaths[0] < WITHIN_S)

    def look(self, now: float) -> bool:
        """One round. Returns whether the task lives; one that showed no life for SILENT_ROUNDS is
        cancelled."""
        if self.state is State.STUCK:
            return False
        if self.began is None:
            return True
        if self.state is State.DOWN and now - self.began >= TRIAL_S:
            self.state = State.UP
        signs = [pulse.lived() for pulse in self.pulses]
        if all(signs) or now - self.began < ROUND_S:
            self.silent_rounds = 0
            return True
        self.silent_rounds += 1
        if self.silent_rounds >= SILENT_ROUNDS and self._life:
            self.state = State.STUCK
            self._life.cancel()
        return False


class Supervisor:
    """Give it the tasks of the daemon with `add`, then await `run`."""

    def __init__(self, changed: Callable[[TaskState], None] = lambda _: None) -> None:
        self._tasks: dict[str, _Supervised] = {}
        self._states: dict[str, State] = {}
        """The states that `changed` was last called with."""
        self._changed = changed
        """Called at every change of a task's state."""
        self.lag = 0.0
        """How late the event loop was in the last round, in seconds."""

    def add(self, name: str, start: Callable[[], Awaitable[None]], *pulses: Pulse) -> None:
        """Run this task. Each of its pulses must show life; a task without a pulse lives as long as it
        runs."""
        self._tasks[name] = _Supervised(name, start, pulses)

    @property
    def down(self) -> frozenset[str]:
        """The names of the tasks that are DOWN."""
        return frozenset(name for name, task in self._tasks.items() if task.state is State.DOWN)

    def tasks(self) -> list[TaskState]:
        """Every task as it is now."""
        return [_state(task) for task in self._tasks.values()]

    async def run(self, all_alive: Callable[[], None] = lambda: None) -> None:
        """Keep all tasks running until cancelled. `all_alive` is called after each round in which every task
        has shown life."""
        async with asyncio.TaskGroup() as group:
            for task in self._tasks.values():
                group.create_task(self._keep_running(task), name=f"keep {task.name}")
            group.create_task(self._rounds(all_alive), name="rounds")

    async def _keep_running(self, task: _Supervised) -> None:
        while True:
            await task.live()
            if task.keeps_dying:
                log.log(
                    logging.INFO if task.state is State.DOWN else logging.CRITICAL,
                    "%s keeps dying (%s) and is down; tried again in %g s",
                    *(task.name, task.fault, DOWN_S),
                )
                task.state = State.DOWN
            else:
                log.error("%s died (%s); starting it again", task.name, task.fault)
                task.state = State.RESTARTING
            self._tell(task)
            await asyncio.sleep(DOWN_S if task.state is State.DOWN else PAUSE_S)

    async def _rounds(self, all_alive: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + ROUND_S
            await asyncio.sleep(ROUND_S)
            self.lag = loop.time() - due
            alive = [task.look(loop.time()) for task in self._tasks.values()]
            for task in self._tasks.values():
                self._tell(task)
            if all(alive):
                all_alive()

    def _tell(self, task: _Supervised) -> None:
        before = self._states.get(task.name, State.UP)
        self._states[task.name] = task.state
        if task.state is before:
            return
        if task.state is State.STUCK:
            log.critical("%s shows no sign of life and is told to end", task.name)
        if before is State.DOWN:
            log.warning("%s is up again", task.name)
        self._changed(_state(task))


def _state(task: _Supervised) -> TaskState:
    ticks = [pulse.at for pulse in task.pulses if pulse.at is not None]
    ticked = asyncio.get_running_loop().time() - min(ticks) if ticks else None
    return TaskState(task.name, task.state, task.restarts, ticked, task.fault)


def _fault(life: asyncio.Task[None]) -> str:
    """What a life ended of, in one line. The traceback of an unexpected death goes to the log."""
    if life.cancelled():
        return "cancelled"
    error = life.exception()
    if error is None:
        return "ended by itself"
    log.error("a task died", exc_info=error)
    return f"{type(error).__name__}: {error}"[:200]
