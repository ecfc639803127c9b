"""Earshot: distances on the earth, and the speakers that are heard at one place."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gateway.delivery.earshot import EARSHOT_M, metres, neighbours
from gateway.model.speaker import Kind, Position, Roster, Speaker
from tests.support.judge_cases import SQUARE

SHANGHAI, BEIJING = Position(31.2304, 121.4737), Position(39.9042, 116.4074)


def placed(name: str, lat: float, lon: float, kind: Kind = SQUARE.kind) -> Speaker:
    return replace(SQUARE, id=name, position=Position(lat, lon), kind=kind)


def test_distances_are_those_of_the_map() -> None:
    assert metres(SHANGHAI, BEIJING) == pytest.approx(1_067_000, rel=0.002)
    assert metres(SHANGHAI, SHANGHAI) == 0
    assert metres(Position(0, 0), Position(0, 1)) == pytest.approx(111_195, rel=1e-4)


def test_only_speakers_within_earshot_are_neighbours_also_to_the_east_and_never_of_themselves() -> None:
    degree = EARSHOT_M / 111_195
    roster = Roster(
        1,
        (),
        (
            placed("here", 0.0, 100.0),
            placed("north", 0.9 * degree, 100.0),
            placed("east", 0.0, 100.0 + 0.9 * degree),
            placed("far", 0.0, 100.0 - 1.1 * degree),
            placed("duty", 0.0, 100.0, Kind.DUTY),
            replace(SQUARE, id="nowhere"),
        ),
    )
    assert neighbours(roster) == {
        "here": {"north", "east"},
        "north": {"here"},
        "east": {"here"},
        "far": set(),
    }


def test_sorting_by_latitude_overlooks_nobody() -> None:
    chance = random.Random(1)
    speakers = tuple(
        placed(str(number), 30 + chance.random() / 50, 110 + chance.random() / 50) for number in range(200)
    )
    positions = {speaker.id: speaker.position for speaker in speakers if speaker.position}
    wanted = {
        name: {
            other
            for other, place in positions.items()
            if other != name and metres(position, place) <= EARSHOT_M
        }
        for name, position in positions.items()
    }
    assert neighbours(Roster(1, (), speakers)) == wanted
    assert any(wanted.values())
