"""The roster: villages, groups and the loudspeakers in them. Site data, versioned in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.region import Region


@dataclass(frozen=True)
class Village:
    """Also a township or a named place; `region` is its code."""

    region: Region
    name: str


@dataclass(frozen=True)
class Speaker:
    """`id` is a short ASCII slug. `line` and `unit` say how to reach it. `emergency_volume` (0-100) is set by a technician or
    None: then the volume is never touched."""

    id: str
    name: str
    region: Region
    line: str
    unit: int
    group: str = ""
    emergency_volume: int | None = None


@dataclass(frozen=True)
class Roster:
    """One numbered version of the site's villages and speakers."""

    version: int
    villages: tuple[Village, ...]
    speakers: tuple[Speaker, ...]

    def speaker(self, speaker_id: str) -> Speaker | None:
        return next((speaker for speaker in self.speakers if speaker.id == speaker_id), None)

    def place(self, region: Region) -> str:
        """The name of a region, or its code."""
        return next((village.name for village in self.villages if village.region == region), region.code)
