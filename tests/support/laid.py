"""A roster laid where a document means: a loudspeaker inside every shape of every block, and one far away.

For the corpus of real documents by others, which mean places all over the world. The shapes are drawn here a
second time, by another way than the product's, so that both must be right for a speaker to speak.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from gateway.model.alert import Alert
from gateway.model.region import Region
from gateway.model.speaker import Position, Roster, Speaker

FAR = "far"
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_RING = re.compile(rf"\s*{_NUMBER},{_NUMBER}(?:\s+{_NUMBER},{_NUMBER})+\s*")
_CIRCLE = re.compile(rf"\s*({_NUMBER}),({_NUMBER})\s+({_NUMBER})\s*")
_VILLAGE = Region("341523104201")
_NOWHERE = (
    Position(-48.0, -123.0),
    Position(-47.0, 10.0),
    Position(-60.0, 90.0),
    Position(0.5, -30.0),
    Position(31.46, 116.94),
)
"""Places in the empty oceans, and our own township: the far speaker stands at the first that no shape comes
near."""


def laid(alert: Alert) -> Roster:
    """The roster of a document. The speaker of block 0, area 1, shape 2 is `b0a1s2`; `far` is outside all."""
    inside = dict(_inside(alert))
    outside = next(place for place in _NOWHERE if all(_apart(place, other) for other in inside.values()))
    placed = {**inside, FAR: outside}
    return Roster(
        1,
        (),
        tuple(
            Speaker(name, name, _VILLAGE, "line", unit, position=position, risk_point=True)
            for unit, (name, position) in enumerate(placed.items(), 1)
        ),
    )


def _inside(alert: Alert) -> Iterator[tuple[str, Position]]:
    for block, info in enumerate(alert.infos):
        for number, area in enumerate(info.areas):
            positions = [_within(_corners(text)) for text in area.polygons]
            positions += [_centre(text) for text in area.circles]
            yield from (
                (f"b{block}a{number}s{shape}", position)
                for shape, position in enumerate(positions)
                if position
            )


def _corners(text: str) -> list[tuple[float, float]]:
    """The corners of a ring; none where the text is not wholly pairs."""
    if not _RING.fullmatch(text):
        return []
    return [(float(lat), float(lon)) for lat, lon in (pair.split(",") for pair in text.split())]


def _within(corners: Sequence[tuple[float, float]]) -> Position | None:
    """A point surely inside: in the middle of the widest stretch that the ring cuts out of a parallel.

    Parallels halfway between two neighbouring corners are tried, so that none runs through a corner.
    """
    best, widest = None, 1e-9
    for south, north in itertools.pairwise(sorted({lat for lat, _ in corners})):
        lat = (south + north) / 2
        cuts = sorted(
            lon + (lat - here) / (there - here) * (other - lon)
            for (here, lon), (there, other) in zip(corners, [*corners[1:], *corners[:1]], strict=True)
            if min(here, there) < lat < max(here, there)
        )
        for west, east in zip(cuts[::2], cuts[1::2], strict=True):
            if east - west > widest:
                best, widest = Position(lat, (west + east) / 2), east - west
    return best


def _centre(text: str) -> Position | None:
    """The centre of a circle that has a size."""
    match = _CIRCLE.fullmatch(text)
    return Position(float(match[1]), float(match[2])) if match and float(match[3]) > 0 else None


def _apart(one: Position, other: Position) -> bool:
    """Whether they are more than 25 degrees apart: no shape of the corpus is wider."""
    return abs(one.lat - other.lat) > 25 or abs(one.lon - other.lon) > 25
