"""Administrative areas by 12-digit code: 6 digits of GB/T 2260, 3 of the township, 3 of the village (GD/J
080, table 1)."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_LEVELS = (12, 9, 6, 4, 2)
"""Significant digits of village, township, county, prefecture, province."""
_NATION = ("000000000000", "100000000000")
"""The codes that documents give for the whole country. GB/T 2260 has no province of 00 or 10."""


@dataclass(frozen=True, order=True)
class Region:
    """A code of exactly 12 digits. A suffix of zeros names the larger area: 341523104000 is a township."""

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{12}", self.code):
            raise ValueError(f"a region code has 12 digits, not {self.code!r}")

    @classmethod
    def parse(cls, text: str) -> Region | None:
        """A region of 2, 4, 6, 9 or 12 digits, or of 14 that end in 00: all are met in real documents. None
        for any other text."""
        digits = text.strip()
        if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{12}00", digits):
            return None
        return cls(digits[:12].ljust(12, "0"))

    @property
    def significant(self) -> str:
        """The digits before the suffix of zeros: of the whole country none, of a province two, of a
        prefecture four, of a county six, of a township nine, of a village twelve."""
        if self.code in _NATION:
            return ""
        for length, shorter in itertools.pairwise(_LEVELS):
            if set(self.code[shorter:length]) != {"0"}:
                return self.code[:length]
        return self.code[:2]

    def covers(self, other: Region) -> bool:
        """Whether this area is the other or contains it. A village never covers its township."""
        return other.code.startswith(self.significant)
