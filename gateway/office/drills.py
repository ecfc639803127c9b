"""Drills: a person opens one for named places and a span of time, and closes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.judge.drill import notice
from gateway.judge.rules import Rules
from gateway.model.drill import Drill
from gateway.model.event import DrillChanged
from gateway.model.plan import Act, Plan
from gateway.model.reason import Reason, Why
from gateway.model.refused import Refused
from gateway.model.speaker import Roster
from gateway.office import Dispatcher, Ledger
from gateway.office.targets import speakers_at
from gateway.runtime.clock import CHINA, Clock
from gateway.runtime.events import Events


class DrillActs:
    """Acts on drills. `sources` are the names of the sources whose exercises a drill may admit."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        roster: Roster,
        rules: Rules,
        dispatcher: Dispatcher,
        events: Events,
        sources: Collection[str],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._roster = roster
        self._rules = rules
        self._dispatcher = dispatcher
        self._events = events
        self._sources = sources

    async def open(
        self, places: Sequence[str], source: str, start: datetime, end: datetime, person: str
    ) -> Drill:
        """Open a drill for the exercises of this source, and have its notice said at its outdoor speakers.

        `places` are targets (`gateway.office.targets`). The same drill is not opened twice. Raises Refused.
        """
        if source not in self._sources:
            raise Refused(Why(Reason.DRILL_SOURCE, {"source": source}))
        speakers = self._outdoors_at(places)
        drill = Drill(source, tuple(places), speakers, start.astimezone(CHINA), end.astimezone(CHINA), person)
        now = self._clock.now()
        known = self._ledger.drills(now)
        same = next((other for other in known if replace(other, number=0) == drill), None)
        if same:
            return same
        plan = notice(drill, now, known, self._rules, self._roster.version)
        opened = await self._ledger.open_drill(drill, plan, now)
        self._dispatcher.take(plan, "")
        self._events.publish(DrillChanged(opened.number, True, person))
        return opened

    async def close(self, number: int, person: str) -> None:
        """End a drill before its time: its exercises fall silent, its notice is not said any more.

        Raises Refused.
        """
        now = self._clock.now()
        drill = next((drill for drill in self._ledger.drills(now) if drill.number == number), None)
        if drill is None:
            raise Refused(Why(Reason.UNKNOWN_DRILL, {"number": str(number)}))
        await self._ledger.close_drill(number, person, now)
        rows = [row for plan_id in self._ledger.live() if (row := self._ledger.plan(plan_id))]
        plans = frozenset(row.plan.id for row in rows if _of_drill(row.plan, drill))
        if plans:
            await self._dispatcher.stop(drill.speakers, Why(Reason.STOPPED, {"person": person}), plans)
        self._events.publish(DrillChanged(number, False, person))

    def _outdoors_at(self, places: Sequence[str]) -> tuple[str, ...]:
        """The outdoor speakers of these places.

        Raises Refused where nothing has the name of a place, or no speaker of all of them is outdoors.
        """
        named: set[str] = set()
        for place in places:
            speakers = speakers_at(self._roster, place)
            if speakers is None:
                raise Refused(Why(Reason.UNKNOWN_PLACE, {"place": place}))
            named.update(speakers)
        outdoors = tuple(speaker.id for speaker in self._roster.outdoors if speaker.id in named)
        if not outdoors:
            raise Refused(Why(Reason.UNKNOWN_PLACE, {"place": "、".join(places)}))
        return outdoors


def _of_drill(plan: Plan, drill: Drill) -> bool:
    """Whether a plan is an exercise that plays or waits where the drill is, or the drill's own notice."""
    own = plan.act is Act.NOTICE and plan.not_after == drill.start
    return (own or plan.act is Act.DRILL) and not set(drill.speakers).isdisjoint(plan.targets)
