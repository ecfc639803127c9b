"""What is wrong by anybody's measure becomes an alarm, once it has lasted, and ends once it has ended for as long."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.model.reason import Reason, Why
from gateway.monitoring.alarms import Alarms
from gateway.monitoring.vitals import Vitals, complaints

LOOK_S = 5.0
"""How often everything is looked at. Our choice: a fault is shown within thirty seconds (practice.md, Figures)."""
LOOKS = 3
"""So many looks in a row must agree before an alarm is raised or cleared: what flaps is said once. Our choice."""
RINGS = frozenset({"disk", "canary", "unacknowledged"})
"""Complaints for which somebody is called at any hour."""


class Watch:
    """`vitals` is everything watched; `expected` how long each source may be silent."""

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
        self._expected = expected
        self._seen: Counter[str] = Counter()
        self._well: Counter[str] = Counter()
        self._ours: set[str] = set()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """One look at everything."""
        vitals = replace(self._vitals(), alarms=())
        wrong = {one.name: one.why for one in complaints(vitals)}
        wrong |= dict(self._silent(vitals))
        for name, why in wrong.items():
            self._well[name] = 0
            self._seen[name] += 1
            if self._seen[name] >= LOOKS:
                self._ours.add(name)
                self._alarms.set(name, why, rings=name in RINGS or name.startswith("source "))
        for name in [name for name in self._seen if name not in wrong]:
            self._well[name] += 1
            if self._well[name] >= LOOKS:
                del self._seen[name], self._well[name]
                if name in self._ours:
                    self._ours.discard(name)
                    self._alarms.clear(name)

    def _silent(self, vitals: Vitals) -> Iterator[tuple[str, Why]]:
        """A source that should have said something long since."""
        for name, expected in self._expected.items():
            since = vitals.sources.get(name) or self._began
            if vitals.now - since > expected:
                said = since.isoformat(sep=" ", timespec="minutes")
                yield f"source {name}", Why(Reason.SOURCE_SILENT, {"source": name, "since": said})
