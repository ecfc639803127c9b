"""Earshot: which loudspeakers are heard at one place.

If two of them speak at different times, nobody understands either.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from gateway.model.speaker import Position, Roster

EARSHOT_M = 500.0
"""Within this distance speakers begin together or one after another (docs/practice.md, Repetition)."""
EARTH_M = 6_371_000.0
"""The earth's mean radius (IUGG)."""


def metres(first: Position, second: Position) -> float:
    """The great-circle distance between two places (haversine)."""
    lat = radians(second.lat - first.lat) / 2
    lon = radians(second.lon - first.lon) / 2
    chord = sin(lat) ** 2 + cos(radians(first.lat)) * cos(radians(second.lat)) * sin(lon) ** 2
    return 2 * EARTH_M * asin(sqrt(chord))


def neighbours(roster: Roster) -> dict[str, frozenset[str]]:
    """For each speaker whose position is known, the speakers within its earshot.

    Speakers are sorted by latitude, so that a county costs little.
    """
    placed = sorted(
        ((speaker.id, speaker.position) for speaker in roster.outdoors if speaker.position),
        key=lambda entry: entry[1].lat,
    )
    near: dict[str, set[str]] = {name: set() for name, _ in placed}
    reach = EARSHOT_M / EARTH_M * 57.3
    for index, (name, position) in enumerate(placed):
        for neighbour, neighbour_position in placed[index + 1 :]:
            if neighbour_position.lat - position.lat > reach:
                break
            if metres(position, neighbour_position) <= EARSHOT_M:
                near[name].add(neighbour)
                near[neighbour].add(name)
    return {name: frozenset(names) for name, names in near.items()}
