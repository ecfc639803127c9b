"""The speakers that an info block means, by codes, polygons, circles and named areas.

A code of 12 digits covers the codes below it, never those above it. Codes, shapes and names add to each other
(CAP v1.2 §3.2.4). A bad ring is left out and spoils no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model.alert import Area, Info
from gateway.model.place import Place
from gateway.model.region import Region
from gateway.model.shape import BadShape, Circle, Ring
from gateway.model.speaker import Roster

_FOREIGN = re.compile(r"same|fips|ugc|sgc|emma|nuts|warncell|taiwan|iso|zip|clc", re.IGNORECASE)
"""Value names of other countries' codes whose digits could be taken for ours."""
_HOLE = "EXCLUDE_POLYGON"
"""The value name under which Germany's weather service publishes the holes of an area's polygons."""
_SUFFIX = re.compile("(?:街道|镇|乡)$")
"""Texts that list townships leave this out: 青石、白云等乡镇."""


@dataclass(frozen=True)
class Coverage:
    """One area element of a block, parsed."""

    regions: tuple[Region, ...] = ()
    places: tuple[Place, ...] = ()
    """Named areas of the roster."""
    shapes: tuple[Ring | Circle, ...] = ()
    holes: tuple[Ring, ...] = ()
    """Rings that are not meant."""
    faults: tuple[str, ...] = ()
    """The parts that could not be parsed, one line each."""

    @property
    def usable(self) -> bool:
        """Whether it names a place, with speakers of ours or without."""
        return bool(self.regions or self.places or self.shapes)


def coverages(info: Info, roster: Roster) -> tuple[Coverage, ...]:
    """The areas of a block."""
    return tuple(_coverage(area, roster) for area in info.areas)


def usable(info: Info, roster: Roster) -> bool:
    """Whether a block names a place."""
    return any(coverage.usable for coverage in coverages(info, roster))


def targets(info: Info, roster: Roster) -> tuple[str, ...]:
    """The ids of the speakers that a block means, in the roster's order."""
    ids: set[str] = set()
    understood = coverages(info, roster)
    for coverage in understood:
        ids.update(speaker.id for speaker in roster.within(coverage.shapes, coverage.holes))
        for place in coverage.places:
            ids.update(speaker.id for speaker in roster.members(place))
    by_code = roster.inside(region for coverage in understood for region in coverage.regions)
    if not ids:
        return tuple(speaker.id for speaker in by_code)
    ids.update(speaker.id for speaker in by_code)
    return tuple(speaker.id for speaker in roster.outdoors if speaker.id in ids)


def regions(info: Info) -> tuple[Region, ...]:
    """The mainland codes of a block's areas.

    Several may stand in one value, separated by commas or blanks.
    """
    return tuple(dict.fromkeys(region for area in info.areas for region in _codes(area)[0]))


def elsewhere(info: Info, roster: Roster) -> tuple[str, ...]:
    """The townships next door that the text of a block names, if its codes mean whole counties and it names
    none of ours.

    Such a code is wider than the warning.
    """
    codes = regions(info)
    if not codes or any(len(code.significant) > 6 for code in codes):
        return ()
    text = f"{info.headline}\n{info.description}\n" + "\n".join(area.description for area in info.areas)
    our_townships = {speaker.region.code[:9] for speaker in roster.outdoors}
    our_names = [village.name for village in roster.villages if village.region.code[:9] in our_townships]
    if any(_names(text, name) for name in our_names):
        return ()
    next_door = [village for village in roster.villages if village.region.code[:9] not in our_townships]
    return tuple(
        village.name
        for village in next_door
        if any(code.covers(village.region) for code in codes) and _names(text, village.name)
    )


def _names(text: str, name: str) -> bool:
    stem = _SUFFIX.sub("", name)
    return name in text or (len(stem) >= 2 and stem in text)


def _coverage(area: Area, roster: Roster) -> Coverage:
    codes, words = _codes(area)
    places = tuple(
        dict.fromkeys(place for word in words if (place := roster.named(word)) and place.code == word)
    )
    faults: list[str] = []
    shapes: list[Ring | Circle] = [*_rings(area.polygons, faults)]
    for text in area.circles:
        try:
            shapes.append(Circle.parse(text))
        except BadShape as bad:
            faults.append(f"circle: {bad}")
    holes = _rings([pair.value for pair in area.geocodes if pair.name.upper() == _HOLE], faults)
    return Coverage(codes, places, tuple(shapes), tuple(holes), tuple(faults))


def _codes(area: Area) -> tuple[tuple[Region, ...], tuple[str, ...]]:
    """The regions of an area's geocodes, and the words among them that are no region."""
    regions: list[Region] = []
    words: list[str] = []
    for pair in area.geocodes:
        if pair.name.upper() == _HOLE or _FOREIGN.search(pair.name):
            continue
        for word in re.split(r"[,，、;；\s]+", pair.value):
            region = Region.parse(word) if len(word) >= 6 else None
            if region:
                regions.append(region)
            elif word:
                words.append(word)
    return tuple(regions), tuple(words)


def _rings(texts: Sequence[str], faults: list[str]) -> list[Ring]:
    rings: list[Ring] = []
    for text in texts:
        if not text.strip():
            continue
        try:
            ring = Ring.parse(text)
        except BadShape as bad:
            faults.append(f"polygon: {bad}")
        else:
            rings.append(ring)
            faults += [f"polygon: {fault}" for fault in ring.faults]
    return rings
