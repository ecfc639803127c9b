"""Administrative areas by 12-digit code: 6 digits of GB/T 2260, 3 of the township, 3 of the village (GD/J 080, table 1)."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_LEVELS = (12, 9, 6, 4, 2)
"""Significant digits of village, township, county, prefecture, province."""


@dataclass(frozen=True, order=True)
class Region:
    """A code of exactly 12 digits; a zero suffix names the larger area (341523104000 is a township)."""

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{12}", self.code):
            raise ValueError(f"a region code has 12 digits, not {self.code!r}")

    @classmethod
    def parse(cls, text: str) -> Region | None:
        """From 2, 4, 6, 9, 12 digits, or 14 with a zero suffix, as met in the field; None where it is none of these."""
        digits = text.strip()
        if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{12}00", digits):
            return None
        return cls(digits[:12].ljust(12, "0"))

    @property
    def significant(self) -> str:
        """The digits that say something: a province two, a prefecture four, a county six, a township nine, a village twelve."""
        for length, shorter in itertools.pairwise(_LEVELS):
            if set(self.code[shorter:length]) != {"0"}:
                return self.code[:length]
        return self.code[:2]

    def covers(self, other: Region) -> bool:
        """Whether this area contains the other, or is it. A village never covers its township."""
        return other.code.startswith(self.significant)
