"""The alarms about the disk under the ledger: writes that fail, and a nightly copy that was not made."""

from __future__ import annotations

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.model.record import Trouble
from gateway.monitoring.alarms import Alarms


class DiskMonitor:
    """Raises DISK and BACKUP. Give `written` to the ledger's `on_trouble`, `copied` to the nightly backup."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms

    def written(self, trouble: Trouble | None) -> None:
        """The ledger's writes fail, or, with None, they succeed again."""
        if trouble:
            self._alarms.set(AlarmKind.DISK, "", Why(Reason.DISK_TROUBLE, {"error": trouble.message}))
        else:
            self._alarms.clear(AlarmKind.DISK)

    def copied(self, error: str | None) -> None:
        """Tonight's copy of the ledger was not made, or, with None, it was."""
        if error:
            self._alarms.set(AlarmKind.BACKUP, "", Why(Reason.BACKUP_FAILED, {"error": error}))
        else:
            self._alarms.clear(AlarmKind.BACKUP)
