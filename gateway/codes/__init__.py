"""Hazard codes and warning levels as the formats write them; codes.toml is the table.

A hazard is known here by the letter code of the national release system. Levels are one enum, since half the scales count the other way:
whoever reads a format names the scale, never compares numbers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from gateway.model.hazard import UNKNOWN, Hazard, Level

Scheme = Literal["letter", "gbt", "qweather", "weathercn", "cma"]
"""Whose code it is; see codes.toml."""

_TABLE: dict[str, Any] = tomllib.loads((resources.files("gateway.codes") / "codes.toml").read_text("utf-8"))

HAZARDS: Mapping[str, Hazard] = {
    row["code"]: Hazard(row["code"], row["zh"], row["en"]) for row in _TABLE["hazards"]
}
"""By letter code."""

_BY_SCHEME: dict[str, dict[str, Hazard]] = {
    scheme: {row[scheme]: HAZARDS[row["code"]] for row in _TABLE["hazards"] if scheme in row}
    for scheme in ("gbt", "qweather", "weathercn", "cma")
} | {"letter": dict(HAZARDS)}
_NAMES = {
    word: HAZARDS[row["code"]] for row in _TABLE["hazards"] for word in (row["zh"], *row.get("also", ()))
}
_ANY_NAME = re.compile("|".join(sorted(_NAMES, key=len, reverse=True)))
_LETTERS = re.compile(r"(?<![0-9A-Z])1[1-4][A-HJ-NP-U]\d{2}(?=\d{2}(?!\d)|(?!\d))")
"""A letter code by itself or before the two level digits of the compact form (11B0302)."""


@dataclass(frozen=True)
class Scale:
    """One way to write levels. `names` are the parameters that carry it; `within`: the value stands somewhere in the text."""

    names: frozenset[str]
    values: Mapping[str, Level]
    within: bool

    def level(self, value: str) -> Level | None:
        said = value.strip().lower()
        if self.within:
            return min((level for word, level in self.values.items() if word in said), default=None)
        return self.values.get(said)


SCALES: Mapping[str, Scale] = {
    name: Scale(
        frozenset(row["names"]),
        {value: Level[level.upper()] for value, level in row["values"].items()},
        row.get("within", False),
    )
    for name, row in _TABLE["scale"].items()
}


def hazard(scheme: Scheme, code: str) -> Hazard | None:
    """The hazard of a code in this scheme; None where the table has none."""
    return _BY_SCHEME[scheme].get(code.strip())


def lettered(text: str) -> Hazard | None:
    """The hazard of the first letter code in a text (11B03, the compact 11B0302); None where there is none we know."""
    return next((HAZARDS[code] for code in _LETTERS.findall(text) if code in HAZARDS), None)


def named(text: str) -> Hazard:
    """The hazard whose name, the longest, stands in the text; UNKNOWN where none does."""
    found = _ANY_NAME.findall(text)
    return _NAMES[max(found, key=len)] if found else UNKNOWN


def level(scale: str, value: str) -> Level | None:
    """The level of a value on this scale; None where the scale has no such value."""
    return SCALES[scale].level(value)


def claimed(parameter: str, value: str) -> Iterator[tuple[str, Level]]:
    """The scales a parameter of this name carries, each with the level it claims. A prefix before a colon or dot counts too: `EBM.Severity`."""
    bare = {re.sub(r"[^a-z]", "", part.lower()) for part in (parameter, re.split(r"[:.]", parameter)[-1])}
    for name, scale in SCALES.items():
        found = scale.level(value) if scale.names & bare else None
        if found:
            yield name, found
