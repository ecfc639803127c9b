"""The roster: villages and their loudspeakers. It is site data, in numbered versions in the ledger."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gateway.model.gazetteer import Gazetteer
from gateway.model.place import Place
from gateway.model.region import Region
from gateway.model.reminder import Reminder
from gateway.model.shape import Circle, Points, Ring, points
from gateway.model.station import Station


@dataclass(frozen=True)
class Position:
    """Degrees north and east, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Refuge:
    """Where the people of a village go when they must move, and who leads them. A field that is not known is
    empty."""

    shelter: str = ""
    route: str = ""
    person: str = ""
    phone: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The known fields, by the names that the templates use."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Village:
    """A village or a township. Neighbouring townships are listed too, so that a county's text that names them
    is understood."""

    region: Region
    name: str
    position: Position | None = None
    """It stands for the position of speakers in the village that have none of their own."""
    refuge: Refuge | None = None


class Kind(StrEnum):
    """The purpose of a speaker."""

    VILLAGE = "village"
    """Warnings are aimed at it."""
    DUTY = "duty"
    """It stands in the duty room and calls the people on duty. No warning is aimed at it."""


class Curve(StrEnum):
    """The equaliser curve of the sound for a loudspeaker."""

    HORN = "horn"
    """The frequencies that a horn carries far."""
    FLAT = "flat"
    """The voice as it is, for columns and speakers indoors."""


class Hearing(NamedTuple):
    """How the sound of a burst is made for the speakers that play it together."""

    curve: Curve = Curve.HORN
    first: str = ""
    """The name of the recording that is played before the words; empty where there is none."""


@dataclass(frozen=True)
class Reach:
    """How a unit is reached."""

    line: str
    """The name of its line."""
    unit: int
    """Its number on the line."""


@dataclass(frozen=True)
class Power:
    """The relay that feeds a speaker's amplifier."""

    reach: Reach
    lead: float
    """It is switched on so many seconds before a burst."""
    tail: float
    """It is switched off so many seconds after a burst."""


@dataclass(frozen=True)
class Speaker:
    """A loudspeaker of the roster."""

    id: str
    """A short ASCII slug."""
    name: str
    region: Region
    """The village where it stands."""
    line: str
    """The name of its line."""
    unit: int
    """Its number on the line."""
    group: str = ""
    """The villagers' group (村民小组) where it stands."""
    emergency_volume: int | None = None
    """0 to 100, as a technician chose it; the unit is set to it for each burst. None: it is never set."""
    kind: Kind = Kind.VILLAGE
    position: Position | None = None
    backup: Reach | None = None
    """A second way to the same loudspeaker."""
    neighbour: str | None = None
    """The id of another speaker that is heard there too."""
    power: Power | None = None
    """The relay of its amplifier, where the gateway switches it."""
    risk_point: bool = False
    """People sleep where a landslide or the river may come."""
    languages: tuple[str, ...] = ()
    """The languages of the text that is said here: the first of these that the document has. Empty:
    Chinese."""
    curve: Curve = Curve.HORN

    @property
    def reach(self) -> Reach:
        """How it is reached, by its first way."""
        return Reach(self.line, self.unit)


@dataclass(frozen=True)
class Roster:
    """One numbered version of the site data."""

    version: int
    villages: tuple[Village, ...]
    speakers: tuple[Speaker, ...]
    places: tuple[Place, ...] = ()
    rules: str = ""
    """The relay rules as they were written, in TOML; empty for the defaults."""
    stations: tuple[Station, ...] = ()
    reminders: tuple[Reminder, ...] = ()

    def reminder(self, speaker_id: str, hazard: str) -> str:
        """The site's own sentence after a warning of this hazard at a speaker; empty where there is none."""
        speaker = self.speaker(speaker_id)
        fitting = (one.words for one in self.reminders if speaker and one.fits(hazard, speaker.region))
        return next(fitting, "")

    def speaker(self, speaker_id: str) -> Speaker | None:
        """The speaker with this id."""
        return self._by_id.get(speaker_id)

    def inside(self, regions: Iterable[Region]) -> list[Speaker]:
        """The village speakers in these regions, in the order of the roster.

        The cost grows with the speakers found, not with the roster.
        """
        codes, ordered = self._by_code
        indices: set[int] = set()
        for region in regions:
            prefix = region.significant
            indices.update(ordered[bisect_left(codes, prefix) : bisect_left(codes, prefix + "~")])
        return [self.speakers[index] for index in sorted(indices)]

    def within(self, shapes: Iterable[Ring | Circle], but: Iterable[Ring] = ()) -> list[Speaker]:
        """The village speakers that stand in one of these shapes and in none of the rings `but`."""
        indices, positions = self._placed
        inside = np.zeros(len(positions), dtype=np.bool_)
        for shape in shapes:
            inside |= shape.within(positions)
        for hole in but:
            inside &= ~hole.within(positions)
        return [
            self.speakers[index] for index in sorted(indices[number] for number in np.flatnonzero(inside))
        ]

    @cached_property
    def townships(self) -> frozenset[str]:
        """The townships that have village speakers, by the first nine digits of their codes."""
        return frozenset(speaker.region.code[:9] for speaker in self.outdoors)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names of its townships and villages, as texts write them."""
        return Gazetteer.of((village.region, village.name) for village in self.villages)

    @property
    def refuges(self) -> dict[str, Refuge]:
        """The refuge of each village that has one, by region code."""
        return {village.region.code: village.refuge for village in self.villages if village.refuge}

    @property
    def unplaced(self) -> int:
        """The number of village speakers whose position is not known. No shape finds them."""
        return len(self.outdoors) - len(self._placed[0])

    def members(self, place: Place) -> list[Speaker]:
        """The village speakers of a named area, in the order of the roster."""
        members = set(place.speakers)
        members |= {speaker.id for speaker in self.within([place.outline] if place.outline else [])}
        groups = set(place.groups)
        members |= {
            speaker.id for speaker in self.inside(place.regions) if not groups or speaker.group in groups
        }
        return [speaker for speaker in self.outdoors if speaker.id in members]

    def named(self, name: str) -> Place | None:
        """The named area with this name or code."""
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Place]:
        return {key: place for place in reversed(self.places) for key in (place.name, place.code)}

    @cached_property
    def _placed(self) -> tuple[list[int], Points]:
        """The village speakers of known position from south to north: their indices in the roster, and their
        positions."""
        known = {village.region: village.position for village in self.villages if village.position}
        placed = sorted(
            (at.lat, at.lon, index)
            for index, speaker in enumerate(self.speakers)
            if speaker.kind is Kind.VILLAGE and (at := speaker.position or known.get(speaker.region))
        )
        return [index for *_, index in placed], points([(lat, lon) for lat, lon, _ in placed])

    @cached_property
    def _by_id(self) -> dict[str, Speaker]:
        return {speaker.id: speaker for speaker in reversed(self.speakers)}

    @cached_property
    def _by_code(self) -> tuple[list[str], list[int]]:
        """The codes of the village speakers, sorted, and the index in the roster of each.

        The codes within a region are neighbours in this order.
        """
        places = sorted(
            (speaker.region.code, index)
            for index, speaker in enumerate(self.speakers)
            if speaker.kind is Kind.VILLAGE
        )
        return [code for code, _ in places], [index for _, index in places]

    @cached_property
    def outdoors(self) -> tuple[Speaker, ...]:
        """The village speakers: warnings are aimed at them."""
        return tuple(speaker for speaker in self.speakers if speaker.kind is Kind.VILLAGE)

    @property
    def duty_room(self) -> tuple[Speaker, ...]:
        """The speakers of the duty room."""
        return tuple(speaker for speaker in self.speakers if speaker.kind is Kind.DUTY)

    def units(self, line: str) -> list[int]:
        """Every unit of a line that the roster names: speakers, second ways to speakers, power relays."""
        return sorted(self._by_line.get(line, ()))

    def place(self, region: Region) -> str:
        """The name of a region; its code where it has none."""
        return self._names.get(region, region.code)

    @cached_property
    def _by_line(self) -> dict[str, set[int]]:
        units: defaultdict[str, set[int]] = defaultdict(set)
        for speaker in self.speakers:
            for reach in (speaker.reach, speaker.backup, speaker.power.reach if speaker.power else None):
                if reach:
                    units[reach.line].add(reach.unit)
        return units

    @cached_property
    def _names(self) -> dict[Region, str]:
        return {village.region: village.name for village in reversed(self.villages)}
