"""Ten thousand speakers against a polygon of forty points.

The yardstick is plain ray casting over numpy arrays.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from gateway.judge import area
from gateway.model.alert import Area, Info
from gateway.model.region import Region
from gateway.model.speaker import Position, Roster, Speaker

MOST = 4.0
"""Times the yardstick: from the text of the polygon to the ids of the speakers within."""


def ray_casting(
    corners: NDArray[np.float64], lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> NDArray[np.bool_]:
    inside = np.zeros(len(lats), dtype=np.bool_)
    before = corners[-1]
    for corner in corners:
        crosses = (corner[0] > lats) != (before[0] > lats)
        at = (before[1] - corner[1]) * (lats - corner[0]) / (before[0] - corner[0]) + corner[1]
        inside ^= crosses & (lons < at)
        before = corner
    return inside


def quickest(work: Callable[[], object], times: int = 30) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


@pytest.mark.slow
def test_a_polygon_over_ten_thousand_speakers_costs_at_most_four_ray_castings() -> None:
    chance = random.Random(1)
    places = [(chance.uniform(30, 32), chance.uniform(115, 118)) for _ in range(10_000)]
    roster = Roster(
        1,
        (),
        tuple(
            Speaker(f"s{number}", "", Region("341523104201"), "line", number + 1, position=Position(*place))
            for number, place in enumerate(places)
        ),
    )
    reach = [chance.uniform(0.4, 0.95) for _ in range(40)]
    turns = [step / 40 * math.tau for step in range(40)]
    corners = [
        (31 + math.sin(turn) * far, 116.5 + 1.5 * math.cos(turn) * far)
        for turn, far in zip(turns, reach, strict=True)
    ]
    text = " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in [*corners, corners[0]])
    info = Info(areas=(Area(polygons=(text,)),))
    lats, lons = (np.array(axis) for axis in zip(*places, strict=True))
    ring = np.array([tuple(map(float, pair.split(","))) for pair in text.split()][:-1])
    expected = {f"s{number}" for number in np.flatnonzero(ray_casting(ring, lats, lons))}
    assert set(area.targets(info, roster)) == expected
    ours, yardstick = (
        quickest(lambda: area.targets(info, roster)),
        quickest(lambda: ray_casting(ring, lats, lons)),
    )
    print(
        f"polygon: {ours * 1e3:.2f} ms, ray casting {yardstick * 1e3:.2f} ms, ratio {ours / yardstick:.2f}"
        f" (at most {MOST:g})"
    )
    assert ours <= MOST * yardstick
