"""A task's alarm follows its state."""

from __future__ import annotations

import pytest

from gateway.monitoring.alarms import Alarms
from gateway.monitoring.tasks import TaskMonitor
from gateway.runtime.clock import SystemClock
from gateway.runtime.events import Events
from gateway.runtime.supervisor import State, TaskState


def task(state: State, name: str = "line bus") -> TaskState:
    return TaskState(name, state, 7, None, "OSError: gone")


@pytest.mark.parametrize("state", [State.DOWN, State.STUCK])
def test_a_task_that_does_not_run_is_an_alarm_until_it_is_up(state: State) -> None:
    alarms = Alarms(SystemClock(assured=True), Events())
    tasks = TaskMonitor(alarms)
    tasks.changed(task(State.RESTARTING))
    assert alarms.up() == [], "a single restart is none"
    tasks.changed(task(state))
    ((name, why),) = [(alarm.name, alarm.why) for alarm in alarms.up()]
    assert name == "task line bus"
    assert why.fields == {"task": "line bus", "fault": "OSError: gone"}
    tasks.changed(task(State.RESTARTING))
    tasks.changed(task(State.UP, "another"))
    assert len(alarms.up()) == 1
    tasks.changed(task(State.UP))
    assert alarms.up() == []
