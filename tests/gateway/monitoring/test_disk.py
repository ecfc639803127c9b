"""The disk's alarms follow what the ledger and the backup say."""

from __future__ import annotations

from datetime import datetime

from gateway.model.record import DiskFault, Trouble
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.disk import DiskMonitor
from gateway.runtime.clock import EARLIEST, SystemClock
from gateway.runtime.events import Events


def up(alarms: Alarms) -> dict[str, str]:
    return {alarm.name: alarm.why.fields["error"] for alarm in alarms.up()}


def test_writes_that_fail_and_a_copy_that_was_not_made_are_two_alarms_each_with_its_own_end() -> None:
    alarms = Alarms(SystemClock(assured=True), Events())
    disk = DiskMonitor(alarms)
    at: datetime = EARLIEST
    disk.written(Trouble(DiskFault.FULL, "database or disk is full", at))
    disk.written(Trouble(DiskFault.BROKEN, "disk I/O error", at))
    assert up(alarms) == {"disk": "database or disk is full"}, (
        "the alarm lasts with the words it was raised with"
    )
    disk.copied("no room")
    assert up(alarms) == {"disk": "database or disk is full", "backup": "no room"}
    disk.written(None)
    assert up(alarms) == {"backup": "no room"}
    disk.copied(None)
    assert up(alarms) == {}
    assert [alarm.name for alarm in alarms.ringing()] == ["disk"], "nobody has acknowledged it yet"
