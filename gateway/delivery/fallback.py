"""Fallback: what follows a burst that stayed silent at a speaker. It is its next take, the speaker's second
line, or its neighbour."""

from __future__ import annotations

import logging
from dataclasses import replace

from drivers.errors import TokenOver
from gateway.delivery.aftermath import BurstId
from gateway.delivery.live import Live
from gateway.delivery.programme import Programme
from gateway.model.alarm import AlarmKind
from gateway.model.delivery import Burst
from gateway.model.plan import Act
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Reach, Speaker
from gateway.monitoring.alarms import Alarms

log = logging.getLogger(__name__)

MOST_TAKES = 5
"""A unit that ends a burst too early so often counts as silent. Our choice: more than a night's pre-emptions
and crashes."""


class Fallback:
    """Remembers which bursts go over a speaker's second line."""

    def __init__(self, programme: Programme, alarms: Alarms) -> None:
        self._programme = programme
        self._alarms = alarms
        self._via: dict[BurstId, Reach] = {}

    def reach(self, burst: BurstId, speaker: Speaker) -> Reach:
        """The unit at which this burst is played."""
        return self._via.get(burst, speaker.reach)

    def silent(self, live: Live, burst: Burst, speaker: Speaker) -> tuple[Burst, str | None]:
        """The burst as it goes on, without an outcome where it is played once more at its speaker; and the
        neighbour that plays it instead, if there is one.

        There is an alarm unless the unit only ended it too early: then its next take follows.
        """
        why = burst.why or Why(Reason.UNREACHED)
        if why.fields.get("error") == TokenOver.code and burst.take < MOST_TAKES:
            waiting = replace(burst, outcome=None, why=None, ended=None)
            return replace(waiting, take=burst.take + 1, tries=0, began=None), None
        self._alarms.set(AlarmKind.SOUND, burst.speaker, why, urgent=live.plan.class_.grave)
        burst_id = (live.plan.id, burst.speaker, burst.number)
        if speaker.backup and burst_id not in self._via:
            log.warning("%s is silent on %s, tried on %s", speaker.id, speaker.line, speaker.backup.line)
            self._via[burst_id] = speaker.backup
            return replace(burst, outcome=None, why=None, ended=None), None
        if live.plan.act is Act.TEST:
            return burst, None
        return burst, self._programme.stand_in(live, burst)
