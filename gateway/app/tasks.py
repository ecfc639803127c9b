"""Task: what the supervisor keeps running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from gateway.runtime.pulse import Pulse
from gateway.runtime.supervisor import Supervisor


class Task(NamedTuple):
    """A coroutine function that runs until it is cancelled."""

    name: str
    run: Callable[[], Awaitable[Any]]
    pulses: tuple[Pulse, ...] = ()
    """Its signs of life. A task without any is alive while it runs."""


def supervise(supervisor: Supervisor, tasks: Iterable[Task]) -> None:
    """Give these tasks to a supervisor that does not run yet."""
    for task in tasks:
        supervisor.add(task.name, task.run, *task.pulses)
