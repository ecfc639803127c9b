"""The gauges of the site: the drafts that their values make, and the gauges that have fallen silent."""

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
"""An older value says nothing of now and orders nothing. Our choice."""
AGAIN = timedelta(hours=3)
"""A stage that was reached so long ago and still stands makes a draft again. Our choice: as the same warning
is said again after three hours."""


class UnknownStation(Exception):
    """No station of the site has this name."""


class Gauges:
    """Give it every value (`take`), and supervise `run`.

    `remember` takes the drafts that the ledger has from before the start. `refuges` are by region code.
    """

    def __init__(
        self,
        stations: Iterable[Station],
        clock: Clock,
        alarms: Alarms,
        refuges: Mapping[str, Refuge] = MappingProxyType({}),
    ) -> None:
        self._refuges = refuges
        self._stations = {station.id: station for station in stations}
        self._clock = clock
        self._alarms = alarms
        self._heard = dict.fromkeys(self._stations, clock.now())
        self._reached: dict[str, tuple[Stage, datetime]] = {}
        self._senders = {sender(station): station for station in self._stations}

    @property
    def names(self) -> list[str]:
        return list(self._stations)

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take in the drafts of an earlier run, so that none is made twice."""
        for alert in alerts:
            station = self._senders.get(alert.sender)
            word = alert.identifier.split(".")[1] if station else ""
            if station and word.upper() in Stage.__members__:
                self._reach(station, Stage[word.upper()], alert.sent)

    def take(self, gauge_value: GaugeValue) -> Alert | None:
        """The draft that a value makes, if any.

        A stage makes a draft when it is reached, and not again while it stands. The same value makes the same
        draft again, so that none is lost in a crash. Raises UnknownStation.
        """
        station = self._stations.get(gauge_value.station)
        if station is None or station.kind != gauge_value.kind:
            raise UnknownStation(gauge_value.station)
        now = self._clock.now()
        self._heard[station.id] = now
        self._alarms.clear(AlarmKind.STATION, station.id)
        if self._clock.trusted and now - gauge_value.at > STALE:
            return None
        reached, standing = stage(station, gauge_value), self._standing(station.id, gauge_value.at)
        same_value = self._reached.get(station.id) == (reached, gauge_value.at)
        if reached <= standing and not (same_value and reached):
            if reached is Stage.CALM:
                self._reached.pop(station.id, None)
            return None
        self._reach(station.id, reached, gauge_value.at)
        return draft(station, gauge_value, reached, self._refuges)

    def _standing(self, station: str, at: datetime) -> Stage:
        reached, since = self._reached.get(station, (Stage.CALM, at))
        return reached if at - since < AGAIN else Stage.CALM

    def _reach(self, station: str, reached: Stage, at: datetime) -> None:
        former, since = self._reached.get(station, (Stage.CALM, at))
        if (at, reached) >= (since, former):
            self._reached[station] = (reached, at)

    async def run(self) -> None:
        """Look for silent gauges until cancelled."""
        while True:
            for station in self._stations.values():
                since = self._heard[station.id]
                if self._clock.now() - since > timedelta(minutes=station.silent_after_min):
                    why = Why(Reason.STATION_SILENT, {"station": station.name, "since": f"{since:%H:%M}"})
                    self._alarms.set(AlarmKind.STATION, station.id, why)
            await asyncio.sleep(LOOK_S)
