"""Seed: the TOML file in which people name the villages, speakers, named areas and gauges of a township.

It becomes the roster. A start that finds it changed keeps a new version of the roster in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from pathlib import Path

from pydantic import Field

from gateway import codes
from gateway.config.table import ConfigWrong, Table, validate
from gateway.model.place import Contact, Place
from gateway.model.region import Region
from gateway.model.reminder import LONGEST, Reminder
from gateway.model.shape import BadShape, Ring
from gateway.model.speaker import Curve, Kind, Position, Power, Reach, Refuge, Roster, Speaker, Village
from gateway.model.station import Quantity, Station, Threshold


class _VillageRow(Table):
    """A `[[village]]`; the code may also be that of a larger area, such as the township."""

    code: str
    name: str
    position: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    shelter: str = ""
    route: str = ""
    person: str = ""
    """Who leads the people of the village to the shelter."""
    phone: str = ""

    def village(self) -> Village:
        refuge = Refuge(self.shelter, self.route, self.person, self.phone)
        position = Position(*self.position) if self.position else None
        return Village(Region(self.code), self.name, position, refuge if refuge.fields else None)


class _ContactRow(Table):
    """Who is responsible for a named area."""

    name: str
    phone: str


class _PlaceRow(Table):
    """A `[[place]]`: a named area (gateway.model.place)."""

    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{1,39}$")
    name: str
    kind: str = ""
    speakers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()
    """The corners of a polygon, each as latitude and longitude in degrees."""
    contacts: tuple[_ContactRow, ...] = ()

    def place(self) -> Place:
        return Place(
            self.code,
            self.name,
            self.kind,
            self.speakers,
            tuple(map(Region, self.regions)),
            self.groups,
            Ring.of(self.outline) if self.outline else None,
            tuple(Contact(contact.name, contact.phone) for contact in self.contacts),
        )


class _ThresholdRow(Table):
    """A `[[station.threshold]]`: the values at which people prepare and move."""

    window_min: int = Field(0, ge=0)
    """Minutes in which the rain is summed up; 0 for a value of the moment."""
    prepare: float
    move: float


class _StationRow(Table):
    """A `[[station]]`: a gauge of rain or water."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str
    kind: Quantity
    thresholds: tuple[_ThresholdRow, ...] = Field(alias="threshold", min_length=1)
    areas: tuple[str, ...] = Field(min_length=1)
    """Region codes or codes of named areas that it warns."""
    issuer: str
    hazard: str = "山洪灾害"
    silent_after_min: int = Field(60, ge=5)

    def station(self) -> Station:
        limits = tuple(Threshold(row.window_min, row.prepare, row.move) for row in self.thresholds)
        return Station(
            self.id, self.name, self.kind, limits, self.areas, self.issuer, self.hazard, self.silent_after_min
        )


class _ReminderRow(Table):
    """A `[[reminder]]`: what the site itself says after a warning was quoted."""

    words: str = Field(min_length=1, max_length=LONGEST)
    hazards: tuple[str, ...] = ()
    """Names or letter codes; left out: any."""
    regions: tuple[str, ...] = ()
    """12-digit codes; left out: everywhere."""

    def reminder(self) -> Reminder:
        known = (codes.lettered(word) or codes.named(word) for word in self.hazards)
        return Reminder(self.words, tuple(hazard.code for hazard in known), tuple(map(Region, self.regions)))


class _ReachRow(Table):
    """A unit on a line."""

    line: str
    unit: int = Field(1, ge=1, le=65534)


class _PowerRow(_ReachRow):
    """The relay that powers the amplifier of a speaker."""

    lead_s: float = Field(3.0, ge=0, le=60)
    """Seconds from power on to sound."""
    tail_s: float = Field(2.0, ge=0, le=60)
    """Seconds from the end of the sound to power off."""


class _SpeakerRow(Table):
    """A `[[speaker]]` (gateway.model.speaker)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str
    region: str
    line: str
    unit: int = Field(1, ge=1, le=65534)
    group: str = ""
    emergency_volume: int | None = Field(None, ge=0, le=100)
    """Per cent."""
    kind: Kind = Kind.VILLAGE
    position: tuple[float, float] | None = None
    backup: _ReachRow | None = None
    neighbour: str | None = None
    power: _PowerRow | None = None
    risk_point: bool = False
    languages: tuple[str, ...] = ()
    curve: Curve = Curve.HORN

    def speaker(self) -> Speaker:
        power, backup = self.power, self.backup
        return Speaker(
            self.id,
            self.name,
            Region(self.region),
            self.line,
            self.unit,
            self.group,
            self.emergency_volume,
            self.kind,
            Position(*self.position) if self.position else None,
            Reach(backup.line, backup.unit) if backup else None,
            self.neighbour,
            Power(Reach(power.line, power.unit), power.lead_s, power.tail_s) if power else None,
            self.risk_point,
            self.languages,
            self.curve,
        )


class _Seed(Table):
    """The whole file."""

    villages: tuple[_VillageRow, ...] = Field(alias="village")
    speakers: tuple[_SpeakerRow, ...] = Field(alias="speaker")
    places: tuple[_PlaceRow, ...] = Field((), alias="place")
    stations: tuple[_StationRow, ...] = Field((), alias="station")
    reminders: tuple[_ReminderRow, ...] = Field((), alias="reminder")


def load_roster(path: Path, lines: set[str]) -> Roster:
    """Read a seed. Every speaker must be on one of `lines`, and no two on the same unit of a line. Raises
    ConfigWrong."""
    seed = validate(path, _Seed)
    if faults := [*_speakers(seed, lines), *_others(seed)]:
        raise ConfigWrong(path, faults)
    villages = tuple(row.village() for row in seed.villages)
    speakers = tuple(row.speaker() for row in seed.speakers)
    named = tuple(row.place() for row in seed.places)
    stations = tuple(row.station() for row in seed.stations)
    reminders = tuple(row.reminder() for row in seed.reminders)
    return Roster(0, villages, speakers, named, stations=stations, reminders=reminders)


def _speakers(seed: _Seed, lines: set[str]) -> list[str]:
    """The faults of the speakers, each for itself and with the others."""
    faults: list[str] = []
    places: dict[tuple[str, int], str] = {}
    ids = Counter(row.id for row in seed.speakers)
    for number, row in enumerate(seed.speakers, start=1):
        where = f"speaker {number} ({row.id})"
        if row.line not in lines:
            faults.append(
                f"{where}: line {row.line!r} is not among the configured lines {', '.join(sorted(lines))}"
            )
        if row.region.startswith("99") or row.id == "canary":
            faults.append(f"{where}: the region 99… and the name canary are the gateway's own")
        if Region.parse(row.region) is None:
            faults.append(f"{where}: region {row.region!r} is not a 12-digit code")
        taken = places.setdefault((row.line, row.unit), row.id)
        if taken != row.id:
            faults.append(f"{where}: line {row.line}, unit {row.unit} is already {taken}")
        faults += _links(row, where, lines, ids.keys())
    return faults + [
        f"speaker {name}: two speakers have this id" for name, times in sorted(ids.items()) if times > 1
    ]


def _others(seed: _Seed) -> list[str]:
    """The faults of villages, places, stations and reminders."""
    ids = {row.id for row in seed.speakers}
    places = {place.code for place in seed.places}
    faults = [
        f"village {row.name}: {row.code!r} is not a 12-digit code"
        for row in seed.villages
        if not Region.parse(row.code)
    ]
    faults += [fault for row in seed.places for fault in _place(row, ids)]
    faults += [fault for row in seed.stations for fault in _station(row, places)]
    faults += [
        fault for number, row in enumerate(seed.reminders, start=1) for fault in _reminder(row, number)
    ]
    return faults


def _reminder(row: _ReminderRow, number: int) -> list[str]:
    """The faults of a reminder: its hazards must be known, its regions whole codes."""
    where = f"reminder {number}"
    faults = [
        f"{where}: no hazard is called {word!r}"
        for word in row.hazards
        if not (codes.lettered(word) or codes.named(word)).code
    ]
    return faults + [
        f"{where}: region {code!r} is not a 12-digit code" for code in row.regions if not _whole(code)
    ]


def _station(row: _StationRow, places: Set[str]) -> list[str]:
    """The faults of a gauge: it must warn an area that there is, and its people prepare before they move."""
    where = f"station {row.id} ({row.name})"
    faults = [
        f"{where}: area {code!r} is neither a 12-digit code nor the code of a [[place]]"
        for code in row.areas
        if not _whole(code) and code not in places
    ]
    faults += [
        f"{where}: move {limit.move:g} must lie above prepare {limit.prepare:g}"
        for limit in row.thresholds
        if limit.move <= limit.prepare
    ]
    return faults


def _place(row: _PlaceRow, ids: Set[str]) -> list[str]:
    """The faults of a named area: it must mean speakers, and only speakers that there are; its code is no
    region's."""
    where = f"place {row.code} ({row.name})"
    faults = [f"{where}: no speaker is called {name!r}" for name in row.speakers if name not in ids]
    faults += [f"{where}: region {code!r} is not a 12-digit code" for code in row.regions if not _whole(code)]
    if Region.parse(row.code):
        faults.append(f"{where}: a code of its own is needed, {row.code} is a region's")
    if row.groups and not row.regions:
        faults.append(f"{where}: groups need regions, the villages they belong to")
    if not (row.speakers or row.regions or row.outline):
        faults.append(f"{where}: name its speakers, regions or outline")
    if row.outline:
        try:
            Ring.of(row.outline)
        except BadShape as bad:
            faults.append(f"{where}: outline: {bad}; at least three pairs [latitude, longitude] are needed")
    return faults


def _whole(code: str) -> bool:
    return len(code) == 12 and Region.parse(code) is not None


def _links(row: _SpeakerRow, where: str, lines: set[str], ids: Set[str]) -> list[str]:
    """The faults of what a speaker depends on: the lines of its backup and of its relay, and its
    neighbour."""
    faults = [
        f"{where}: {what}.line {reach.line!r} is not among the configured lines {', '.join(sorted(lines))}"
        for what, reach in (("backup", row.backup), ("power", row.power))
        if reach and reach.line not in lines
    ]
    if row.neighbour and (row.neighbour not in ids or row.neighbour == row.id):
        faults.append(f"{where}: neighbour {row.neighbour!r} is not another speaker's id")
    return faults
