"""The danger that a warning is about, and its level.

Levels are one enum, because half of the formats count them the other way (gateway.codes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Red is the worst, and the smaller number is the worse one, as in EBM.Severity and the level of GD/J
    089. CAP's Extreme, Severe, Moderate and Minor are 1 to 4."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4
    UNKNOWN = 9

    @property
    def zh(self) -> str:
        return {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色", 9: ""}[self.value]


@dataclass(frozen=True)
class Hazard:
    """A kind of danger."""

    code: str
    """The letter code of the national release system (11B03); empty for UNKNOWN."""
    zh: str
    """The word that villages know."""
    en: str


UNKNOWN = Hazard("", "", "unknown")
