"""Polygons and circles as JSON, made into CAP's text: `lat,lon lat,lon …`, `lat,lon radius` (CAP §3.2.4).

A polygon is a text, a list of points, a list of such lists, or GeoJSON. A point is a text, a pair, or an
object. Pairs have CAP's order, latitude first. Those of a GeoJSON geometry have the longitude first (RFC 7946
§3.1.1). The holes of a GeoJSON polygon are left out: the shape is then wider than it was meant, never
narrower.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.intake.readers import tree

_POINT = re.compile(r"\s*-?\d+(?:\.\d+)?\s*,\s*-?\d+(?:\.\d+)?\s*")
_LATITUDE, _LONGITUDE = ("lat", "latitude", "y"), ("lon", "lng", "long", "longitude", "x")
_POINTS = ("points", "vertices", "coordinates", "polygon", "ring", "value")
"""The names under which an object has its points."""
_CENTRE = ("center", "centre", "point")


def polygons(value: object) -> list[str]:
    """The texts of all polygons of a value. What is no polygon gives its text: the judge tells what is wrong
    with it."""
    if isinstance(value, list):
        if points := _points(value):
            return [" ".join(points)]
        return [ring for inner in value for ring in polygons(inner)]
    if not isinstance(value, dict):
        return [tree.text(value)] if tree.text(value) else []
    if isinstance(value.get("type"), str) and ("coordinates" in value or "geometries" in value):
        return _geometry(value)
    inner = _first(value, _POINTS)
    return polygons(inner) if inner is not None else [text] if (text := tree.text(value)) else []


def circles(value: object) -> list[str]:
    """The texts of all circles of a value."""
    if isinstance(value, list):
        if len(value) == 3 and all(map(_number, value)):
            return [f"{value[0]},{value[1]} {value[2]}"]
        return [circle for inner in value for circle in circles(inner)]
    if not isinstance(value, dict):
        return [tree.text(value)] if tree.text(value) else []
    radius = _first(value, ("radius", "radiuskm", "r"))
    centre = _point(_first(value, _CENTRE)) or _point(value)
    if radius is not None and centre:
        return [f"{centre} {tree.text(radius)}"]
    return [text] if (text := tree.text(value)) else []


def _points(listed: Sequence[Any]) -> list[str]:
    """The points of a list that is one ring; none if it is a list of something else."""
    if len(listed) >= 6 and len(listed) % 2 == 0 and all(map(_number, listed)):
        listed = [listed[place : place + 2] for place in range(0, len(listed), 2)]
    points = [point for one in listed if (point := _point(one))]
    return points if len(points) == len(listed) else []


def _point(value: object) -> str:
    """A point as CAP writes it; "" if it is none."""
    if isinstance(value, str):
        return value.replace(" ", "") if _POINT.fullmatch(value) else ""
    if isinstance(value, list):
        return f"{value[0]},{value[1]}" if 2 <= len(value) <= 3 and all(map(_number, value)) else ""
    if isinstance(value, dict):
        pair = [_first(value, _LATITUDE), _first(value, _LONGITUDE)]
        return f"{pair[0]},{pair[1]}" if all(map(_number, pair)) else ""
    return ""


def _geometry(value: Mapping[str, Any]) -> list[str]:
    """The outer rings of a GeoJSON geometry."""
    inner = value.get("coordinates", value.get("geometries"))
    if not isinstance(inner, list):
        return []
    match value["type"]:
        case "Polygon":
            return [" ".join(_swapped(inner[0]))] if inner and isinstance(inner[0], list) else []
        case "MultiPolygon":
            each: list[dict[str, Any]] = [{"type": "Polygon", "coordinates": one} for one in inner]
        case "GeometryCollection":
            each = [one for one in inner if isinstance(one, dict) and isinstance(one.get("type"), str)]
        case _:
            each = []
    return [ring for one in each for ring in _geometry(one)]


def _swapped(ring: Sequence[Any]) -> list[str]:
    return [f"{pair[1]},{pair[0]}" for pair in ring if isinstance(pair, list) and _point(pair)]


def _number(value: object) -> bool:
    """Whether it is a number, also one that is written as a text."""
    if isinstance(value, str):
        return re.fullmatch(r"\s*-?\d+(?:\.\d+)?\s*", value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _first(value: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The value of the first key that has one of these names; None if there is none."""
    return next((inner for key, inner in value.items() if tree.name(key) in names), None)
