"""The gauges of the site: what each told last, the drafts its readings make, and which has fallen silent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from gateway.judge.threshold import draft, sender, stage
from gateway.model.alarm import AlarmKind
from gateway.model.alert import Alert
from gateway.model.reason import Reason, Why
from gateway.model.speaker import Refuge
from gateway.model.station import GaugeValue, Stage, Station
from gateway.monitoring.alarms import Alarms
from gateway.runtime.clock import Clock

LOOK_S = 30.0
"""How often silence is looked for. Our choice."""
STALE = timedelta(minutes=30)
"""An older reading says nothing of now and orders nothing. Our choice."""
AGAIN = timedelta(hours=3)
"""A stage that was reached so long ago and still stands is drafted anew. Our choice: as the same warning is
said again after three hours."""


class UnknownStation(Exception):
    """No station of the site has this name."""


class Gauges:
    """`take` every reading, supervise `run`.

    `remember` what the ledger knows of drafts made before the start. `refuges` are by region code.
    """

    def __init__(
        self,
        stations: Iterable[Station],
        clock: Clock,
        alarms: Alarms,
        refuges: Mapping[str, Refuge] = MappingProxyType({}),
    ) -> None:
        self._refuges = refuges
        self._stations = {one.id: one for one in stations}
        self._clock = clock
        self._alarms = alarms
        self._heard = dict.fromkeys(self._stations, clock.now())
        self._reached: dict[str, tuple[Stage, datetime]] = {}
        self._senders = {sender(one): one for one in self._stations}

    @property
    def names(self) -> list[str]:
        return list(self._stations)

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Drafts of an earlier life, so that none is made twice."""
        for alert in alerts:
            station = self._senders.get(alert.sender)
            word = alert.identifier.split(".")[1] if station else ""
            if station and word.upper() in Stage.__members__:
                self._reach(station, Stage[word.upper()], alert.sent)

    def take(self, reading: GaugeValue) -> Alert | None:
        """The draft this reading makes, if any: when a stage is reached, not again while it stands; the same
        reading makes the same draft again, so that none is lost in a crash.

        Raises UnknownStation.
        """
        station = self._stations.get(reading.station)
        if station is None or station.kind != reading.kind:
            raise UnknownStation(reading.station)
        now = self._clock.now()
        self._heard[station.id] = now
        self._alarms.clear(AlarmKind.STATION, station.id)
        if self._clock.trusted and now - reading.at > STALE:
            return None
        reached, before = stage(station, reading), self._standing(station.id, reading.at)
        made_it = self._reached.get(station.id) == (reached, reading.at)
        if reached <= before and not (made_it and reached):
            if reached is Stage.CALM:
                self._reached.pop(station.id, None)
            return None
        self._reach(station.id, reached, reading.at)
        return draft(station, reading, reached, self._refuges)

    def _standing(self, station: str, at: datetime) -> Stage:
        reached, since = self._reached.get(station, (Stage.CALM, at))
        return reached if at - since < AGAIN else Stage.CALM

    def _reach(self, station: str, reached: Stage, at: datetime) -> None:
        before, since = self._reached.get(station, (Stage.CALM, at))
        if (at, reached) >= (since, before):
            self._reached[station] = (reached, at)

    async def run(self) -> None:
        """Look for silence until cancelled."""
        while True:
            for one in self._stations.values():
                since = self._heard[one.id]
                if self._clock.now() - since > timedelta(minutes=one.silent_after_min):
                    why = Why(Reason.STATION_SILENT, {"station": one.name, "since": f"{since:%H:%M}"})
                    self._alarms.set(AlarmKind.STATION, one.id, why)
            await asyncio.sleep(LOOK_S)
