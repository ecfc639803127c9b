"""Shapes on the ground: what is read, what is refused, and who is within."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.model.shape import BadShape, Circle, Ring, points

SQUARE = "31,116 31,117 32,117 32,116 31,116"


def within(shape: Ring | Circle, *places: tuple[float, float]) -> list[bool]:
    ordered = sorted(places)
    found = dict(zip(ordered, shape.within(points(ordered)).tolist(), strict=True))
    return [bool(found[place]) for place in places]


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        "31,116 31,117 32,117 32,116",
        " 31,116\n\t31,117;32,117  (32,116)\r\n",
        "+31.0,116.0 31,117 32,117 32,116",
    ],
)
def test_a_square_is_read_in_every_form(text: str) -> None:
    assert within(Ring.parse(text), (31.5, 116.5), (30.9, 116.5), (31.5, 117.1)) == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31,116",
        "31,116 31,117",
        "31,116 31,117 31,116",
        "31,116 31;117 32,117",
        "31,116 x 32,117 31,116",
        "116,31 117,31 117,32 116,31",
        "31,116 31,190 32,117",
        "nan,1 2,2 3,3 4,4",
    ],
)
def test_a_ring_that_cannot_be_read_whole_is_none(text: str) -> None:
    with pytest.raises(BadShape):
        Ring.parse(text)


def test_a_ring_across_the_antimeridian() -> None:
    fiji = Ring.parse("-20,177 -20,-178 -15,-178 -15,177 -20,177")
    assert within(fiji, (-17, 179), (-17, -179), (-17, 170), (-17, -170), (-17, 0)) == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_what_any_loop_of_a_crossing_ring_encloses_is_meant() -> None:
    twice_round = Ring.parse("0,0 0,10 10,10 10,0 0,0 0,10 10,10 10,0 0,0")
    assert within(twice_round, (5, 5), (11, 5)) == [True, False]


@pytest.mark.parametrize("text", ["31.5,116.5 10", "31.5,116.5  10.0 ", "(31.5,116.5) 10 km"])
def test_a_circle_is_its_great_circle(text: str) -> None:
    assert within(Circle.parse(text), (31.5, 116.5), (31.58, 116.5), (31.6, 116.5)) == [True, True, False]


@pytest.mark.parametrize("text", ["31.5,116.5 0", "31.5,116.5", "31.5,116.5 -1", "131.5,116.5 3", "x"])
def test_a_circle_of_nothing_is_none(text: str) -> None:
    with pytest.raises(BadShape):
        Circle.parse(text)


def crossings(corners: list[tuple[float, float]], lat: float, lon: float) -> bool:
    inside = False
    for (lat1, lon1), (lat2, lon2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside


def on_the_line(corners: list[tuple[float, float]], lat: float, lon: float) -> bool:
    """Whether the point is so near to a side that rounding decides. Two right programs may differ there."""
    for (lat1, lon1), (lat2, lon2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        side = (lat2 - lat1, lon2 - lon1)
        along = ((lat - lat1) * side[0] + (lon - lon1) * side[1]) / (side[0] ** 2 + side[1] ** 2)
        nearest = min(1.0, max(0.0, along))
        if math.hypot(lat - lat1 - nearest * side[0], lon - lon1 - nearest * side[1]) < 1e-9:
            return True
    return False


@example([1.0, 1.0, 1.0, 0.5, *[1.0] * 8], [(0.5, 0.0), (0.4, 0.0)])
@example([0.8125, 1.0, 0.25], [(-2.66e-44, 0.8125), (0.0, 0.5)])
@given(
    st.lists(st.floats(0.2, 1.0), min_size=3, max_size=30),
    st.lists(st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2)), min_size=1, max_size=40),
)
def test_a_simple_ring_is_what_ray_casting_says(radii: list[float], asked: list[tuple[float, float]]) -> None:
    step = math.tau / len(radii)
    corners = [(radius * math.sin(n * step), radius * math.cos(n * step)) for n, radius in enumerate(radii)]
    ordered = sorted((lat, lon) for lat, lon in asked if not on_the_line(corners, lat, lon))
    assume(ordered)
    found = Ring.of(corners).within(points(ordered))
    assert found.dtype == np.bool_
    assert found.tolist() == [crossings(corners, lat, lon) for lat, lon in ordered]
