"""What a warning is of, and how bad it is. One enum of levels, since half the formats count the other way (gateway.codes)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Red is worst. Smaller is worse, as in EBM.Severity and the 089 level; CAP's Extreme..Minor map to 1..4."""

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
    """`code` is the letter code (11B03); `zh` the word villages know."""

    code: str
    zh: str
    en: str


UNKNOWN = Hazard("", "", "unknown")
