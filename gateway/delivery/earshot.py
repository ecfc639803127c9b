"""Which loudspeakers can be heard at one place: two of them speaking apart in time are understood by nobody."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from gateway.model.speaker import Position, Roster

EARSHOT_M = 500.0
"""Within this distance speakers begin together or one after another (practice.md, Repetition)."""
EARTH_M = 6_371_000.0
"""The earth's mean radius (IUGG)."""
TOGETHER_S = 0.3
"""So far apart two beginnings still count as one (practice.md, Repetition)."""


def metres(one: Position, other: Position) -> float:
    """The great-circle distance (haversine)."""
    lat = radians(other.lat - one.lat) / 2
    lon = radians(other.lon - one.lon) / 2
    chord = sin(lat) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(lon) ** 2
    return 2 * EARTH_M * asin(sqrt(chord))


def neighbours(roster: Roster) -> dict[str, frozenset[str]]:
    """For each speaker whose place is known the others within earshot. Speakers are sorted by latitude, so that a county costs little."""
    placed = sorted(
        ((speaker.id, speaker.position) for speaker in roster.outdoors if speaker.position),
        key=lambda entry: entry[1].lat,
    )
    near: dict[str, set[str]] = {name: set() for name, _ in placed}
    reach = EARSHOT_M / EARTH_M * 57.3
    for index, (name, position) in enumerate(placed):
        for other, place in placed[index + 1 :]:
            if place.lat - position.lat > reach:
                break
            if metres(position, place) <= EARSHOT_M:
                near[name].add(other)
                near[other].add(name)
    return {name: frozenset(others) for name, others in near.items()}
