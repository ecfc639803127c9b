"""Which speakers an info block means: 12-digit codes with zero-suffix nesting (larger areas cover smaller ones and never the other way), polygons
and circles, named areas. A code, a shape or a name adds to the others (CAP v1.2 §3.2.4); a bad ring spoils itself and no other."""

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
"""What a text leaves out where it lists townships: 青石、白云等乡镇."""


@dataclass(frozen=True)
class Meant:
    """One area element as understood; `faults` is what of it could not be."""

    regions: tuple[Region, ...] = ()
    places: tuple[Place, ...] = ()
    shapes: tuple[Ring | Circle, ...] = ()
    holes: tuple[Ring, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether it says where; whether anybody of ours is there is another question."""
        return bool(self.regions or self.places or self.shapes)


def meant(info: Info, roster: Roster) -> tuple[Meant, ...]:
    """The areas of a block."""
    return tuple(_meant(area, roster) for area in info.areas)


def usable(info: Info, roster: Roster) -> bool:
    """Whether a block says where."""
    return any(one.usable for one in meant(info, roster))


def targets(info: Info, roster: Roster) -> tuple[str, ...]:
    """The ids of the speakers a block means, in the roster's order."""
    found: set[str] = set()
    areas = meant(info, roster)
    for one in areas:
        found.update(speaker.id for speaker in roster.within(one.shapes, one.holes))
        for place in one.places:
            found.update(speaker.id for speaker in roster.members(place))
    named = roster.inside(region for one in areas for region in one.regions)
    if not found:
        return tuple(speaker.id for speaker in named)
    found.update(speaker.id for speaker in named)
    return tuple(speaker.id for speaker in roster.outdoors if speaker.id in found)


def regions(info: Info) -> tuple[Region, ...]:
    """The mainland codes of a block's areas; several may stand in one value, separated by commas or blanks."""
    return tuple(dict.fromkeys(region for area in info.areas for region in _codes(area)[0]))


def elsewhere(info: Info, roster: Roster) -> tuple[str, ...]:
    """The townships next door that a text names, where its code means a whole county or more and it names none of ours: the code is wider than
    what the warning is about."""
    codes = regions(info)
    if not codes or any(len(code.significant) > 6 for code in codes):
        return ()
    said = f"{info.headline}\n{info.description}\n" + "\n".join(area.description for area in info.areas)
    ours = {speaker.region.code[:9] for speaker in roster.outdoors}
    here = [village.name for village in roster.villages if village.region.code[:9] in ours]
    if any(_names(said, name) for name in here):
        return ()
    there = [village for village in roster.villages if village.region.code[:9] not in ours]
    return tuple(
        village.name
        for village in there
        if any(code.covers(village.region) for code in codes) and _names(said, village.name)
    )


def _names(said: str, name: str) -> bool:
    stem = _SUFFIX.sub("", name)
    return name in said or (len(stem) >= 2 and stem in said)


def _meant(area: Area, roster: Roster) -> Meant:
    codes, words = _codes(area)
    places = tuple(
        dict.fromkeys(place for word in words if (place := roster.named(word)) and place.code == word)
    )
    faults: list[str] = []
    shapes: list[Ring | Circle] = [*_rings(area.polygons, faults)]
    for text in area.circles:
        try:
            shapes.append(Circle.read(text))
        except BadShape as bad:
            faults.append(f"circle: {bad}")
    holes = _rings([pair.value for pair in area.geocodes if pair.name.upper() == _HOLE], faults)
    return Meant(codes, places, tuple(shapes), tuple(holes), tuple(faults))


def _codes(area: Area) -> tuple[tuple[Region, ...], tuple[str, ...]]:
    """The regions of an area's geocodes, and every other word among them."""
    found: list[Region] = []
    others: list[str] = []
    for pair in area.geocodes:
        if pair.name.upper() == _HOLE or _FOREIGN.search(pair.name):
            continue
        for word in re.split(r"[,，、;；\s]+", pair.value):
            region = Region.parse(word) if len(word) >= 6 else None
            if region:
                found.append(region)
            elif word:
                others.append(word)
    return tuple(found), tuple(others)


def _rings(texts: Sequence[str], faults: list[str]) -> list[Ring]:
    found: list[Ring] = []
    for text in texts:
        if not text.strip():
            continue
        try:
            ring = Ring.read(text)
        except BadShape as bad:
            faults.append(f"polygon: {bad}")
        else:
            found.append(ring)
            faults += [f"polygon: {fault}" for fault in ring.faults]
    return found
