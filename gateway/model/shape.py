"""Shapes on the ground as CAP writes them (CAP v1.2 §3.2.4 polygon, circle), and which points lie within. Degrees, WGS 84, latitude first.

"A ring read half-right is a point somewhere else entirely": what cannot be read whole is no shape.
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
    """This is no shape; what was seen."""


@dataclass(frozen=True)
class Points:
    """Points to be asked about, sorted by latitude."""

    lats: NDArray[np.float64]
    lons: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lats)


def points(places: Sequence[tuple[float, float]]) -> Points:
    """Of latitudes and longitudes; they must be sorted by latitude."""
    found: NDArray[Any] = np.array(places, dtype=np.float64).reshape(-1, 2)
    return Points(np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1]))


@dataclass(frozen=True)
class Ring:
    """A closed line of at least three corners. `faults` is what was wrong with it and could be put right: an open end."""

    corners: tuple[tuple[float, float], ...]
    faults: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Ring:
        """From `lat,lon lat,lon …`; blanks of any kind, brackets round a pair and an open end are met in real files. Raises BadShape."""
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
        """Raises BadShape where they enclose nothing."""
        closed = len(corners) > 1 and corners[0] == corners[-1]
        ring = tuple(corners[:-1] if closed else corners)
        if len(set(ring)) < 3:
            raise BadShape(f"{len(set(ring))} corners")
        return cls(ring, () if closed else ("open",))

    def within(self, asked: Points) -> Mask:
        """Which points it goes round, also where it crosses itself: what any of its loops encloses is meant. Costs what lies at the height of
        its edges, so a long coast is as cheap as a square."""
        lats, lons = (np.array(axis) for axis in zip(*self.corners, strict=True))
        steps = np.diff(lons, append=lons[0])
        if np.any(np.abs(steps) > 180):  # it crosses the antimeridian: its longitudes go on beyond 180
            lons = lons[0] + np.concatenate(([0.0], np.cumsum((steps[:-1] + 180) % 360 - 180)))
            shifts: tuple[float, ...] = (0.0, 360.0, -360.0)
        else:
            shifts = (0.0,)
        found = np.zeros(len(asked), dtype=np.bool_)
        for shift in shifts:
            found |= _winding(lats, lons, asked.lats, asked.lons + shift) != 0
        return found


@dataclass(frozen=True)
class Circle:
    """Everything within so many kilometres of a place."""

    lat: float
    lon: float
    km: float

    @classmethod
    def parse(cls, text: str) -> Circle:
        """From `lat,lon radius`. A radius of nothing means no place: agencies write it where they know none. Raises BadShape."""
        found = _CIRCLE.fullmatch(text)
        if not found:
            raise BadShape(f"not a circle: {text[:40]!r}")
        lat, lon = _position(float(found[1]), float(found[2]))
        if float(found[3]) <= 0:
            raise BadShape("a radius of 0 km")
        return cls(lat, lon, float(found[3]))

    def within(self, asked: Points) -> Mask:
        """By the great circle."""
        lat, lats = np.radians(self.lat), np.radians(asked.lats)
        half = np.sin((lats - lat) / 2) ** 2
        half += np.cos(lat) * np.cos(lats) * np.sin(np.radians(asked.lons - self.lon) / 2) ** 2
        near: Mask = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))) <= self.km
        return near


def _winding(
    lats: NDArray[Any], lons: NDArray[Any], points_lat: NDArray[Any], points_lon: NDArray[Any]
) -> NDArray[np.int32]:
    """How often the ring goes round each point, counted along a ray to the east; the points are sorted by latitude, so that each edge is asked only
    about those between its ends."""
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


def _end(found: re.Match[str] | None) -> int:
    assert found  # it matches nothing, too
    return found.end()
