"""Named areas within regions or across them: a development zone (功能区), a school, a hospital, a works, a
shelter (安置点), a hamlet (自然村)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.region import Region
from gateway.model.shape import Ring


@dataclass(frozen=True)
class Contact:
    """A person to call at a place."""

    name: str
    phone: str


@dataclass(frozen=True)
class Place:
    """A named area. `Roster.members` finds its speakers."""

    code: str
    """This site's or the county's code, not one of 12 digits. A warning aims at the place by this code."""
    name: str
    """A person aims at the place by this name."""
    kind: str = ""
    speakers: tuple[str, ...] = ()
    """The ids of speakers that belong to it, wherever they stand."""
    regions: tuple[Region, ...] = ()
    """The speakers of these regions belong to it; where `groups` are named, those of the groups alone."""
    groups: tuple[str, ...] = ()
    """Villagers' groups (村民小组) in its regions."""
    outline: Ring | None = None
    """The speakers within it belong to it."""
    contacts: tuple[Contact, ...] = ()
