"""Gauges of rain and water at which people must move: site data, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

Quantity = Literal["rain", "water_level"]
UNITS: dict[Quantity, str] = {"rain": "mm", "water_level": "m"}
"""The unit each quantity is told in."""


class Stage(IntEnum):
    """What a gauge's value calls for: nothing, 准备转移, 立即转移."""

    CALM = 0
    PREPARE = 1
    MOVE = 2


@dataclass(frozen=True)
class Threshold:
    """From which value on, over so many minutes (0 for a water level), people prepare to move and move."""

    window_min: int
    prepare: float
    move: float


@dataclass(frozen=True)
class Station:
    """`areas` are 12-digit codes and codes of named areas: whom it warns. `issuer` speaks. Silent for longer than `silent_after_min` is a fault."""

    id: str
    name: str
    kind: Quantity
    thresholds: tuple[Threshold, ...]
    areas: tuple[str, ...]
    issuer: str
    hazard: str = "山洪灾害"
    silent_after_min: int = 60


@dataclass(frozen=True)
class GaugeValue:
    """One value that a gauge told, in the unit of its kind, over the window before `at`."""

    station: str
    kind: Quantity
    value: float
    window_min: int
    at: datetime
