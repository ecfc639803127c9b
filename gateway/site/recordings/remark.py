"""A remark on a recording: the file, what was seen, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.i18n import phrase


class Grade(StrEnum):
    """How much a remark matters."""

    MEND = "mend"
    """The file must be recorded again, renamed or removed."""
    MISSING = "missing"
    """A line of the sheet has no file."""
    NOTE = "note"
    """It works, and could be better."""


@dataclass(frozen=True)
class Remark:
    """One remark."""

    grade: Grade
    kind: str
    """The key of its sentences: `clip_<kind>_saw`, `_want`, `_do` (gateway/i18n)."""
    file: str
    """The path within the folder; of a missing file its name without a suffix."""
    fields: Mapping[str, object] = field(default_factory=dict)
    """The numbers and names in its sentences."""

    def saw(self, lang: str = "zh") -> str:
        """What was seen."""
        return phrase(f"clip_{self.kind}_saw", lang, **self.fields)

    def want(self, lang: str = "zh") -> str:
        """What was expected."""
        return phrase(f"clip_{self.kind}_want", lang, **self.fields)

    def do(self, lang: str = "zh") -> str:
        """What to do."""
        return phrase(f"clip_{self.kind}_do", lang, **self.fields)
