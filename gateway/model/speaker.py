"""The roster: villages, groups and the loudspeakers in them. Site data, versioned in the ledger."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gateway.model.region import Region


@dataclass(frozen=True)
class Village:
    """Also a township or a named place; `region` is its code."""

    region: Region
    name: str


class Kind(StrEnum):
    """What a speaker is for. The duty room's rings the people on duty; no warning is ever aimed at it."""

    VILLAGE = "village"
    DUTY = "duty"


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
class Position:
    """Degrees north and east, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Speaker:
    """`id` is a short ASCII slug. `line` and `unit` say how to reach it. `emergency_volume` (0-100) is set by a technician or
    None: then the volume is never touched. `backup` is a second way to the same loudspeaker, `neighbour` the id of one that is heard
    there too. `risk_point`: people sleep where the slope or the river comes."""

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

    @property
    def reach(self) -> Reach:
        return Reach(self.line, self.unit)


@dataclass(frozen=True)
class Roster:
    """One numbered version of the site's villages and speakers."""

    version: int
    villages: tuple[Village, ...]
    speakers: tuple[Speaker, ...]

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
