"""Named areas inside or across codes: a development zone (功能区), a school, a hospital, a works, a shelter (安置点), a hamlet (自然村)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.region import Region
from gateway.model.shape import Ring


@dataclass(frozen=True)
class Contact:
    """Who is called there."""

    name: str
    phone: str


@dataclass(frozen=True)
class Place:
    """`code` is ours or the county's, not one of 12 digits; a warning aims at it by code, a person by name. Its speakers are those named, those of
    its `regions`, of its `groups` (村民小组) there, and those that stand within its `outline`."""

    code: str
    name: str
    kind: str = ""
    speakers: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    groups: tuple[str, ...] = ()
    outline: Ring | None = None
    contacts: tuple[Contact, ...] = ()
