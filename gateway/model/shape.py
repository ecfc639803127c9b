"""Shapes on the ground as CAP writes them (CAP v1.2 §3.2.4 polygon, circle), and which points lie within.

Degrees, WGS 84, latitude first. A text that cannot be parsed as a whole is no shape: half of a ring would
enclose another place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,17})?"
_PAIR = re.compile(rf"\(?\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)?(?=[\s;(]|$)")
_GAP = re.compile(r"[\s;]*")
_CIRCLE = re.compile(
    rf"\s*\(?\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)?\s+(\d{{1,5}}(?:\.\d{{1,9}})?)\s*(?:km)?\s*"
)


class BadShape(Exception):
    """This text is no shape. The message says what was wrong with it."""


@dataclass(frozen=True)
class Points:
    """Many points, sorted by latitude."""

    lats: NDArray[np.float64]
    lons: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lats)


def points(places: Sequence[tuple[float, float]]) -> Points:
    """Points of (latitude, longitude) pairs, which must be sorted by latitude."""
    pairs: NDArray[Any] = np.array(places, dtype=np.float64).reshape(-1, 2)
    return Points(np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]))


@dataclass(frozen=True)
class Ring:
    """A closed line of at least three corners."""

    corners: tuple[tuple[float, float], ...]
    """(latitude, longitude); the first is not repeated at the end."""
    faults: tuple[str, ...] = ()
    """Errors that were corrected: `open`, its last corner was not its first."""

    @classmethod
    def parse(cls, text: str) -> Ring:
        """A ring of `lat,lon lat,lon …`. Blanks of any kind, brackets round a pair and an open end are met in
        real files and accepted. Raises BadShape."""
        corners: list[tuple[float, float]] = []
        at = _end(_GAP.match(text, 0))
        while at < len(text):
            pair = _PAIR.match(text, at)
            if not pair:
                raise BadShape(f"not a pair: {text[at : at + 20]!r}")
            corners.append(_position(float(pair[1]), float(pair[2])))
            at = _end(_GAP.match(text, pair.end()))
        return cls.of(corners)

    @classmethod
    def of(cls, corners: Sequence[tuple[float, float]]) -> Ring:
        """A ring of these corners. Raises BadShape where they enclose nothing."""
        closed = len(corners) > 1 and corners[0] == corners[-1]
        ring = tuple(corners[:-1] if closed else corners)
        if len(set(ring)) < 3:
            raise BadShape(f"{len(set(ring))} corners")
        return cls(ring, () if closed else ("open",))

    def within(self, points: Points) -> Mask:
        """Which of these points the ring encloses. Where it crosses itself, each of its loops counts.

        An edge is compared only with the points between the latitudes of its ends, so that a coastline of
        many short edges costs little more than a square.
        """
        lats, lons = (np.array(axis) for axis in zip(*self.corners, strict=True))
        steps = np.diff(lons, append=lons[0])
        if np.any(np.abs(steps) > 180):  # it crosses the antimeridian: its longitudes go on beyond 180
            lons = lons[0] + np.concatenate(([0.0], np.cumsum((steps[:-1] + 180) % 360 - 180)))
            shifts: tuple[float, ...] = (0.0, 360.0, -360.0)
        else:
            shifts = (0.0,)
        inside = np.zeros(len(points), dtype=np.bool_)
        for shift in shifts:
            inside |= _winding(lats, lons, points.lats, points.lons + shift) != 0
        return inside


@dataclass(frozen=True)
class Circle:
    """All points within so many kilometres of one point."""

    lat: float
    lon: float
    km: float

    @classmethod
    def parse(cls, text: str) -> Circle:
        """A circle of `lat,lon radius`. Agencies write a radius of 0 where they know no place; that is no
        shape. Raises BadShape."""
        match = _CIRCLE.fullmatch(text)
        if not match:
            raise BadShape(f"not a circle: {text[:40]!r}")
        lat, lon = _position(float(match[1]), float(match[2]))
        if float(match[3]) <= 0:
            raise BadShape("a radius of 0 km")
        return cls(lat, lon, float(match[3]))

    def within(self, points: Points) -> Mask:
        """Which of these points lie in the circle, by their distance along the great circle."""
        lat, lats = np.radians(self.lat), np.radians(points.lats)
        half = np.sin((lats - lat) / 2) ** 2
        half += np.cos(lat) * np.cos(lats) * np.sin(np.radians(points.lons - self.lon) / 2) ** 2
        near: Mask = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))) <= self.km
        return near


def _winding(
    lats: NDArray[Any], lons: NDArray[Any], points_lat: NDArray[Any], points_lon: NDArray[Any]
) -> NDArray[np.int32]:
    """How often the ring goes round each point, counted along a ray to the east.

    The points are sorted by latitude, so that each edge is compared only with those between its ends.
    """
    counts = np.zeros(len(points_lat), dtype=np.int32)
    next_lats, next_lons = np.roll(lats, -1), np.roll(lons, -1)
    first = np.searchsorted(points_lat, np.minimum(lats, next_lats), "left")
    last = np.searchsorted(points_lat, np.maximum(lats, next_lats), "left")
    for edge in np.flatnonzero(last > first):
        span = slice(first[edge], last[edge])
        lat, lon, rise = lats[edge], lons[edge], next_lats[edge] - lats[edge]
        cut = lon + (points_lat[span] - lat) * ((next_lons[edge] - lon) / rise)
        counts[span] += np.where(points_lon[span] < cut, 1 if rise > 0 else -1, 0)
    return counts


def _position(lat: float, lon: float) -> tuple[float, float]:
    if abs(lat) > 90 or abs(lon) > 180:
        raise BadShape(f"no place on Earth: {lat:g},{lon:g} (latitude first)")
    return lat, lon


def _end(match: re.Match[str] | None) -> int:
    assert match  # the pattern matches an empty text, too
    return match.end()
