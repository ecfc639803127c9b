"""The roster: villages, groups and the loudspeakers in them. Site data, versioned in the ledger."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from gateway.model.place import Place
from gateway.model.region import Region
from gateway.model.shape import Circle, Points, Ring, points
from gateway.model.station import Station


@dataclass(frozen=True)
class Position:
    """Degrees north and east, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Refuge:
    """Where a village's people go when they must move, and who leads them; "" where nobody has said."""

    shelter: str = ""
    route: str = ""
    person: str = ""
    phone: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """By the names templates know them by."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Village:
    """Also a township; `region` is its code. `refuge` is where its people go. `position` stands for speakers in it that have none; townships next door are listed too, so that
    a county's text that names them is understood."""

    region: Region
    name: str
    position: Position | None = None
    refuge: Refuge | None = None


class Kind(StrEnum):
    """What a speaker is for. The duty room's rings the people on duty; no warning is ever aimed at it."""

    VILLAGE = "village"
    DUTY = "duty"


class Curve(StrEnum):
    """What a loudspeaker is fed: horns what they throw far, columns and speakers indoors the voice as it is."""

    HORN = "horn"
    FLAT = "flat"


class Hearing(NamedTuple):
    """How a burst is made for the speakers that hear it together: their curve, and the name of the recording that is heard before its words."""

    curve: Curve = Curve.HORN
    first: str = ""


@dataclass(frozen=True)
class Reach:
    """Where a unit is found: the name of its line, its number there."""

    line: str
    unit: int


@dataclass(frozen=True)
class Power:
    """The relay that feeds a speaker's amplifier: on `lead` seconds before a burst, off `tail` seconds after it."""

    reach: Reach
    lead: float
    tail: float


@dataclass(frozen=True)
class Speaker:
    """`id` is a short ASCII slug. `line` and `unit` say how to reach it. `emergency_volume` (0-100) is set by a technician or
    None: then the volume is never touched. `backup` is a second way to the same loudspeaker, `neighbour` the id of one that is heard
    there too. `risk_point`: people sleep where the slope or the river comes. `languages`: which of several texts is said here, the first that
    there is; empty for Chinese."""

    id: str
    name: str
    region: Region
    line: str
    unit: int
    group: str = ""
    emergency_volume: int | None = None
    kind: Kind = Kind.VILLAGE
    position: Position | None = None
    backup: Reach | None = None
    neighbour: str | None = None
    power: Power | None = None
    risk_point: bool = False
    languages: tuple[str, ...] = ()
    curve: Curve = Curve.HORN

    @property
    def reach(self) -> Reach:
        return Reach(self.line, self.unit)


@dataclass(frozen=True)
class Roster:
    """One numbered version of the site's data: villages, speakers, named areas, gauges, and the relay rules as they were written ("" for the defaults)."""

    version: int
    villages: tuple[Village, ...]
    speakers: tuple[Speaker, ...]
    places: tuple[Place, ...] = ()
    rules: str = ""
    stations: tuple[Station, ...] = ()

    def speaker(self, speaker_id: str) -> Speaker | None:
        return self._by_id.get(speaker_id)

    def inside(self, regions: Iterable[Region]) -> list[Speaker]:
        """The speakers warnings are aimed at whose place one of the regions covers, in the roster's order. Costs what it finds, not what
        there is."""
        codes, ordered = self._by_code
        found: set[int] = set()
        for region in regions:
            prefix = region.significant
            found.update(ordered[bisect_left(codes, prefix) : bisect_left(codes, prefix + "~")])
        return [self.speakers[index] for index in sorted(found)]

    def within(self, shapes: Iterable[Ring | Circle], but: Iterable[Ring] = ()) -> list[Speaker]:
        """The speakers warnings are aimed at that stand in one of these shapes and in none of `but`."""
        indices, asked = self._placed
        found = np.zeros(len(asked), dtype=np.bool_)
        for shape in shapes:
            found |= shape.within(asked)
        for hole in but:
            found &= ~hole.within(asked)
        return [self.speakers[index] for index in sorted(indices[number] for number in np.flatnonzero(found))]

    @property
    def refuges(self) -> dict[str, Refuge]:
        """By region code."""
        return {village.region.code: village.refuge for village in self.villages if village.refuge}

    @property
    def unplaced(self) -> int:
        """How many speakers warnings are aimed at nobody knows the position of: no shape finds them."""
        return len(self.outdoors) - len(self._placed[0])

    def members(self, place: Place) -> list[Speaker]:
        """The speakers of a named area, in the roster's order."""
        named = set(place.speakers)
        named |= {one.id for one in self.within([place.outline] if place.outline else [])}
        inside = {one.id for one in self.inside(place.regions)}
        groups = set(place.groups)
        named |= {one.id for one in self.outdoors if one.id in inside and (not groups or one.group in groups)}
        return [one for one in self.outdoors if one.id in named]

    def named(self, name: str) -> Place | None:
        """The named area of this name or code."""
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Place]:
        return {key: place for place in reversed(self.places) for key in (place.name, place.code)}

    @cached_property
    def _placed(self) -> tuple[list[int], Points]:
        """Where in the roster each outdoor speaker of known position stands, from south to north."""
        known = {village.region: village.position for village in self.villages if village.position}
        placed = sorted(
            (at.lat, at.lon, index)
            for index, one in enumerate(self.speakers)
            if one.kind is Kind.VILLAGE and (at := one.position or known.get(one.region))
        )
        return [index for *_, index in placed], points([(lat, lon) for lat, lon, _ in placed])

    @cached_property
    def _by_id(self) -> dict[str, Speaker]:
        return {speaker.id: speaker for speaker in reversed(self.speakers)}

    @cached_property
    def _by_code(self) -> tuple[list[str], list[int]]:
        """The codes of the outdoor speakers, sorted, and where in the roster each stands: what a region covers lies side by side."""
        places = sorted(
            (speaker.region.code, index)
            for index, speaker in enumerate(self.speakers)
            if speaker.kind is Kind.VILLAGE
        )
        return [code for code, _ in places], [index for _, index in places]

    @cached_property
    def outdoors(self) -> tuple[Speaker, ...]:
        """The speakers warnings are aimed at."""
        return tuple(speaker for speaker in self.speakers if speaker.kind is Kind.VILLAGE)

    @property
    def duty_room(self) -> tuple[Speaker, ...]:
        return tuple(speaker for speaker in self.speakers if speaker.kind is Kind.DUTY)

    def units(self, line: str) -> list[int]:
        """Every unit the roster names on a line: speakers, second ways to speakers, power relays."""
        return sorted(self._by_line.get(line, ()))

    def place(self, region: Region) -> str:
        """The name of a region, or its code."""
        return self._names.get(region, region.code)

    @cached_property
    def _by_line(self) -> dict[str, set[int]]:
        found: defaultdict[str, set[int]] = defaultdict(set)
        for speaker in self.speakers:
            for reach in (speaker.reach, speaker.backup, speaker.power.reach if speaker.power else None):
                if reach:
                    found[reach.line].add(reach.unit)
        return found

    @cached_property
    def _names(self) -> dict[Region, str]:
        return {village.region: village.name for village in reversed(self.villages)}
