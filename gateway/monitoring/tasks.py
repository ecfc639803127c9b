"""The alarm about a task of the daemon that does not run."""

from __future__ import annotations

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.monitoring.alarms import Alarms
from gateway.runtime.supervisor import State, TaskState


class TaskMonitor:
    """Raises TASK. Give `changed` to the supervisor."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms

    def changed(self, task: TaskState) -> None:
        """The state of a task has changed. One that is restarting keeps the alarm it has."""
        if task.state in (State.DOWN, State.STUCK):
            why = Why(Reason.TASK_DOWN, {"task": task.name, "fault": task.fault})
            self._alarms.set(AlarmKind.TASK, task.name, why)
        elif task.state is State.UP:
            self._alarms.clear(AlarmKind.TASK, task.name)
