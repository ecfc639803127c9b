"""The watcher: what is wrong by the vitals becomes an alarm once it has lasted, and ends once it has ended
for as long."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.model.alarm import AlarmKind
from gateway.model.reason import Reason, Why
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.vitals import Complaint, Vitals, complaints

OWNER = "monitoring.watcher"
"""The watcher raises the kinds it owns by the table; the other complaints are raised by their owners at
once."""
LOOK_S = 5.0
"""Seconds between two looks. Our choice: a fault is shown within thirty seconds (docs/practice.md,
Figures)."""
LOOKS = 3
"""An alarm is raised when so many looks saw it wrong, and cleared when so many in a row saw it well: what
flaps is raised once. Our choice."""


class Watcher:
    """Looks at the vitals again and again and raises or clears the alarms it owns."""

    def __init__(
        self,
        vitals: Callable[[], Vitals],
        alarms: Alarms,
        began: datetime,
        expected: Mapping[str, timedelta],
    ) -> None:
        self._vitals = vitals
        self._alarms = alarms
        self._began = began
        """A source that has sent nothing yet has been silent since then."""
        self._expected = expected
        """How long each source may be silent; a source that is not named here may be so for ever."""
        self._wrong: Counter[tuple[AlarmKind, str]] = Counter()
        """Looks that saw it wrong."""
        self._well: Counter[tuple[AlarmKind, str]] = Counter()
        """Looks in a row that saw it well again."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """One look at everything."""
        vitals = replace(self._vitals(), alarms=())
        wrong = {
            (complaint.kind, complaint.subject): complaint.why
            for complaint in (*complaints(vitals), *self._silent(vitals))
            if complaint.kind.owner == OWNER
        }
        for alarm, why in wrong.items():
            self._well[alarm] = 0
            self._wrong[alarm] += 1
            if self._wrong[alarm] >= LOOKS:
                self._alarms.set(*alarm, why)
        for alarm in [alarm for alarm in self._wrong if alarm not in wrong]:
            self._well[alarm] += 1
            if self._well[alarm] >= LOOKS:
                if self._wrong[alarm] >= LOOKS:
                    self._alarms.clear(*alarm)
                del self._wrong[alarm], self._well[alarm]

    def _silent(self, vitals: Vitals) -> Iterator[Complaint]:
        """Sources that have sent nothing for longer than they may."""
        for source, longest in self._expected.items():
            since = vitals.sources.get(source) or self._began
            if vitals.now - since > longest:
                said = since.isoformat(sep=" ", timespec="minutes")
                why = Why(Reason.SOURCE_SILENT, {"source": source, "since": said})
                yield Complaint(AlarmKind.SOURCE, source, why, AlarmKind.SOURCE.severity)
