"""The speakers that an info block means, by codes, polygons, circles and named areas.

A code of 12 digits covers the codes below it, never those above it: what is for the whole country or our
province is for us. Codes, shapes and names add to each other (CAP v1.2 §3.2.4). A bad ring is left out and
spoils no other. The text narrows a code as wide as a county to the townships that it means (docs/practice.md,
Relay rules). It narrows no code of a township or village, no shape and no named area.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.codes import provinces
from gateway.codes.remembered import remembered
from gateway.model.alert import Area, Info
from gateway.model.place import Place
from gateway.model.region import Region
from gateway.model.shape import BadShape, Circle, Ring
from gateway.model.speaker import Roster
from gateway.wording.places import Named, named

_FOREIGN = re.compile(r"same|fips|ugc|sgc|emma|nuts|warncell|taiwan|iso|zip|clc", re.IGNORECASE)
"""Value names of other countries' codes whose digits could be taken for ours."""
_HOLE = "EXCLUDE_POLYGON"
"""The value name under which Germany's weather service publishes the holes of an area's polygons."""
_NATION = re.compile("(?:全国|中国|中华人民共和国)(?:各地|范围|范围内|大部|大部地区)?|CN|CHN", re.IGNORECASE)
"""Words for the whole country, in place of a code or in an area without one: its names, and the two codes of
ISO 3166-1 in letters."""
_COUNTRY = re.compile(r"(?:iso|gb/?t?)[ _-]?(?:3166|2659)|country|cpeas|国", re.IGNORECASE)
"""Value names of codes of whole countries. Elsewhere 156 is a number like any other."""
_NUMBER = "156"
"""China in ISO 3166-1, as a number."""
_WHOLE = Region("000000000000")


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


def targets(
    info: Info, roster: Roster, *, by_words: bool = True, everywhere: bool = False
) -> tuple[str, ...]:
    """The ids of the speakers that a block means, in the roster's order.

    Of a county's code, or a wider one, those of the townships that its text means: all of them if it means
    none of ours (`elsewhere`), or if its words shall not be asked. `everywhere`: it names no place, and the
    whole site is meant as if by such a code.
    """
    wide = [region for region in regions(info) if _wide(region)]
    by_code = list(roster.outdoors) if everywhere else roster.inside(wide)
    precise = _precise(info, roster)
    if by_words and by_code:
        words = worded(info, roster, everywhere=everywhere)
        silent = words.silent if words.meant or not precise else frozenset(words.covered)
        by_code = [speaker for speaker in by_code if speaker.region.code[:9] not in silent]
    if not precise:
        return tuple(speaker.id for speaker in by_code)
    precise.update(speaker.id for speaker in by_code)
    return tuple(speaker.id for speaker in roster.outdoors if speaker.id in precise)


def _precise(info: Info, roster: Roster) -> set[str]:
    """The speakers that a block means by a township's or village's code, a shape or a named area."""
    understood = coverages(info, roster)
    ids: set[str] = set()
    for coverage in understood:
        ids.update(speaker.id for speaker in roster.within(coverage.shapes, coverage.holes))
        for place in coverage.places:
            ids.update(speaker.id for speaker in roster.members(place))
    narrow = [region for one in understood for region in one.regions if not _wide(region)]
    ids.update(speaker.id for speaker in roster.inside(narrow))
    return ids


def regions(info: Info) -> tuple[Region, ...]:
    """The mainland codes of a block's areas.

    Several may stand in one value, separated by commas or blanks.
    """
    return tuple(dict.fromkeys(region for area in info.areas for region in regions_of(area)))


def regions_of(area: Area) -> tuple[Region, ...]:
    """The mainland codes of one area."""
    return _codes(area)[0]


@dataclass(frozen=True)
class Worded:
    """What the text of a block says of the townships of ours that its wide codes cover."""

    covered: tuple[str, ...] = ()
    """By nine digits, in order."""
    meant: frozenset[str] = frozenset()
    """Those that the text means. A township whose name no roster gives is always among them."""
    told: Named = field(default_factory=Named)
    described: Named = field(default_factory=Named)
    """What the descriptions of its areas name."""

    @property
    def silent(self) -> frozenset[str]:
        """The townships that do not sound because the text means others of ours."""
        return frozenset(self.covered) - self.meant if self.meant else frozenset()

    def of(self, code: str) -> tuple[str, str]:
        """What the text says of one township, and in which words: excepted, named, meant with the whole, or
        not named."""
        answer = "excepted" if code in self.told.excluded else "not named"
        if code in self.meant:
            named = code in self.told.townships | self.described.townships
            answer = "named" if named else "the whole area"
        mentions = [one for told in (self.told, self.described) for one in told.mentions]
        words = [one.text for one in mentions if code in one.townships]
        return answer, "、".join(dict.fromkeys(words)) or self.told.whole_by


def worded(info: Info, roster: Roster, *, everywhere: bool = False) -> Worded:
    """What the text of a block says of our townships; nothing if no code of it is as wide as a county.
    `everywhere`: as if such a code covered them all."""
    wide = [region.significant for region in regions(info) if _wide(region)]
    covered = tuple(
        sorted(code for code in roster.townships if everywhere or any(map(code.startswith, wide)))
    )
    if not covered:
        return Worded()
    descriptions = [area.description for area in info.areas]
    text = f"{info.headline}\n{info.description}"
    issuers, gazetteer = [info.sender_name], roster.gazetteer
    told = named(text, gazetteer, issuers, descriptions, info.instruction)
    described = named("；".join(descriptions), gazetteer, issuers, descriptions)
    meant = told.meant(covered)
    if described.closed and not told.whole:
        more = described.meant(covered)
        meant = meant | more if told.closed else more - told.excluded
    nameless = frozenset(covered) - {township.code for township in gazetteer.townships if township.names}
    return Worded(covered, meant | nameless, told, described)


def elsewhere(info: Info, roster: Roster) -> tuple[str, ...]:
    """The places that the text of a block names, if its codes mean whole counties and the text none of our
    townships there: townships next door, or ours that it excepts. Such a code is wider than the warning."""
    if not any(_wide(region) for region in regions(info)):
        return ()
    answer = worded(info, roster)
    if not answer.covered or answer.meant or _precise(info, roster):
        return ()
    told = (answer.told, answer.described)
    codes = [code for one in told for mention in one.mentions for code in mention.townships]
    strangers = [name for one in told for name in one.strangers]
    return tuple(dict.fromkeys([*map(roster.gazetteer.name, codes), *strangers]))


def _wide(region: Region) -> bool:
    """Whether it is a county or wider."""
    return len(region.significant) <= 6


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
        country = bool(_COUNTRY.search(pair.name))
        if pair.name.upper() == _HOLE or (_FOREIGN.search(pair.name) and not country):
            continue
        for one in _read(pair.value):
            if isinstance(one, Region):
                regions.append(one)
            elif country and one == _NUMBER:
                regions.append(_WHOLE)
            else:
                words.append(one)
    if not area.geocodes and not area.polygons and not area.circles:
        regions += _named(area.description)
    return tuple(regions), tuple(words)


@remembered
def _read(value: str) -> tuple[Region | str, ...]:
    """The regions of a geocode's value, and as they stand the words of it that are none."""
    found = (_region(word) or word for word in re.split(r"[,，、;；\s]+", value))
    return tuple(filter(None, found))


def _region(word: str) -> Region | None:
    return _WHOLE if _NATION.fullmatch(word) else Region.parse(word) if len(word) >= 6 else None


def _named(description: str) -> list[Region]:
    """The country or the province that an area without codes is."""
    name = description.strip()
    if _NATION.fullmatch(name):
        return [_WHOLE]
    province = provinces.code(name)
    return [Region(province.ljust(12, "0"))] if province else []


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
