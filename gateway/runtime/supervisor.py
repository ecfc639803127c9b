"""One-for-one: a task that dies or is stuck is started again alone, while the rest go on.

One that keeps dying is marked down, loudly, and tried again after a pause: a line that was unplugged for an hour comes back by itself. Nothing here knows
of systemd: `run` calls `fed` after each round in which every task has shown life (gateway/runtime/systemd.py listens).
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
"""More than five deaths in a minute: starting it again at once helps nobody (Erlang's restart intensity, our figures)."""

PAUSE_S = 0.2
"""Between a death and the restart, so that a broken task does not spin. Our choice."""

DOWN_S = 30.0
"""Between two tries of a task that is down. Our choice: as long as a fault may take to be shown."""

TRIAL_S = 10.0
"""A task that was down is up again once it has lived this long. Our choice."""

ROUND_S = 5.0
"""How often each task's sign of life is looked for: four times in systemd's twenty seconds."""

SILENT_ROUNDS = 3
"""Rounds without a sign of life, after which a task is stuck: seen within 20 s, and cancelled before systemd's watchdog ends the process.
Counted in rounds, not seconds, so that a machine that stood still for a minute blames nobody."""

FAREWELL_S = 5.0
"""What a task may take to end when it is told to at the stop of the daemon; then it is left behind. Our choice."""


class State(StrEnum):
    """DOWN: kept dying, tried again now and then. STUCK: showed no life, was cancelled and has not ended yet."""

    UP = "up"
    RESTARTING = "restarting"
    DOWN = "down"
    STUCK = "stuck"


@dataclass(frozen=True)
class TaskState:
    """`ticked` is seconds since the last tick, None for a task that keeps no pulse. `fault` is what it last died of."""

    name: str
    state: State
    restarts: int
    ticked: float | None
    fault: str


class _Kept:
    """A task over all its lives."""

    def __init__(self, name: str, task: Callable[[], Awaitable[None]], pulses: tuple[Pulse, ...]) -> None:
        self.name = name
        self.pulses = pulses
        self.state = State.RESTARTING
        self.restarts = 0
        self.fault = ""
        self.silent = 0
        self.began: float | None = None
        self._task = task
        self._life: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS + 1)

    async def live(self) -> None:
        """One life, to its end."""

        async def body() -> None:
            await self._task()

        loop = asyncio.get_running_loop()
        self.began, self.silent = loop.time(), 0
        if self.state is not State.DOWN:
            self.state = State.UP
        self._life = asyncio.create_task(body(), name=self.name)
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
            log.error("%s died of its end", self.name, exc_info=error)

    @property
    def dying(self) -> bool:
        deaths = self._deaths
        return self.state is State.DOWN or (len(deaths) > MOST_DEATHS and deaths[-1] - deaths[0] < WITHIN_S)

    def look(self, now: float) -> bool:
        """One round: whether it lives as it should. One without life for some rounds is told to end."""
        if self.state is State.STUCK:
            return False
        if self.began is None:
            return True
        if self.state is State.DOWN and now - self.began >= TRIAL_S:
            self.state = State.UP
        signs = [pulse.lived() for pulse in self.pulses]
        if all(signs) or now - self.began < ROUND_S:
            self.silent = 0
            return True
        self.silent += 1
        if self.silent >= SILENT_ROUNDS and self._life:
            self.state = State.STUCK
            self._life.cancel()
        return False


class Supervisor:
    """Give it the daemon's tasks, then await `run`. `told` hears of every change of a task's state."""

    def __init__(self, told: Callable[[TaskState], None] = lambda _: None) -> None:
        self._kept: dict[str, _Kept] = {}
        self._known: dict[str, State] = {}
        self._told = told
        self.lag = 0.0
        """How late the loop was, in seconds, at the worst of the last round."""

    def add(self, name: str, task: Callable[[], Awaitable[None]], *pulses: Pulse) -> None:
        """Keep a task. Every one of its pulses must show life; a task without any is alive while it runs."""
        self._kept[name] = _Kept(name, task, pulses)

    @property
    def down(self) -> frozenset[str]:
        """Names of tasks that kept dying and have not lived since."""
        return frozenset(name for name, kept in self._kept.items() if kept.state is State.DOWN)

    def tasks(self) -> list[TaskState]:
        """Every task as it is now."""
        return [self._state(kept) for kept in self._kept.values()]

    async def run(self, fed: Callable[[], None] = lambda: None) -> None:
        """Keep all tasks running until cancelled. `fed` hears of every round in which all have shown life."""
        async with asyncio.TaskGroup() as group:
            for kept in self._kept.values():
                group.create_task(self._keep(kept), name=f"keep {kept.name}")
            group.create_task(self._rounds(fed), name="rounds")

    async def _keep(self, kept: _Kept) -> None:
        while True:
            await kept.live()
            if kept.dying:
                log.log(
                    logging.INFO if kept.state is State.DOWN else logging.CRITICAL,
                    "%s keeps dying (%s) and is down; tried again in %g s",
                    *(kept.name, kept.fault, DOWN_S),
                )
                kept.state = State.DOWN
            else:
                log.error("%s died (%s); starting it again", kept.name, kept.fault)
                kept.state = State.RESTARTING
            self._tell(kept)
            await asyncio.sleep(DOWN_S if kept.state is State.DOWN else PAUSE_S)

    async def _rounds(self, fed: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + ROUND_S
            await asyncio.sleep(ROUND_S)
            self.lag = loop.time() - due
            lives = [kept.look(loop.time()) for kept in self._kept.values()]
            for kept in self._kept.values():
                self._tell(kept)
            if all(lives):
                fed()

    def _tell(self, kept: _Kept) -> None:
        was = self._known.get(kept.name, State.UP)
        self._known[kept.name] = kept.state
        if kept.state is was:
            return
        if kept.state is State.STUCK:
            log.critical("%s shows no sign of life and is told to end", kept.name)
        if was is State.DOWN:
            log.warning("%s is up again", kept.name)
        self._told(self._state(kept))

    def _state(self, kept: _Kept) -> TaskState:
        ticks = [pulse.at for pulse in kept.pulses if pulse.at is not None]
        ticked = asyncio.get_running_loop().time() - min(ticks) if ticks else None
        return TaskState(kept.name, kept.state, kept.restarts, ticked, kept.fault)


def _fault(life: asyncio.Task[None]) -> str:
    """What a life ended of, in a line; the whole of an unexpected death goes to the log."""
    if life.cancelled():
        return "cancelled"
    error = life.exception()
    if error is None:
        return "ended by itself"
    log.error("a task died", exc_info=error)
    return f"{type(error).__name__}: {error}"[:200]
