"""Gauges of rain and water: site data, and the values that they give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

Quantity = Literal["rain", "water_level"]
UNITS: dict[Quantity, str] = {"rain": "mm", "water_level": "m"}
"""The unit of each quantity."""


class Stage(IntEnum):
    """The answer to a value: nothing, 准备转移, 立即转移."""

    CALM = 0
    PREPARE = 1
    """People prepare to move."""
    MOVE = 2
    """People move at once."""


@dataclass(frozen=True)
class Threshold:
    """The values from which on people prepare to move, and move."""

    window_min: int
    """The minutes over which rain is summed; 0 for a water level."""
    prepare: float
    move: float


@dataclass(frozen=True)
class Station:
    """A gauge."""

    id: str
    name: str
    kind: Quantity
    thresholds: tuple[Threshold, ...]
    areas: tuple[str, ...]
    """The areas that it warns: 12-digit codes, and codes of named areas."""
    issuer: str
    """The issuer that its warnings name."""
    hazard: str = "山洪灾害"
    silent_after_min: int = 60
    """It has a fault where it gives no value for longer than this."""


@dataclass(frozen=True)
class GaugeValue:
    """One value that a gauge gave."""

    station: str
    """The id of the gauge."""
    kind: Quantity
    value: float
    """In the unit of its kind."""
    window_min: int
    """The minutes before `at` over which rain was summed; 0 for a water level."""
    at: datetime
