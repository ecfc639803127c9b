"""Hazard codes and warning levels as the formats write them; codes.toml is the table.

`meaning` reads hazard and level of a block from all its fields, `signals` from titles and texts. `provinces`
are the provinces by their names. `colours` reads a level that one field writes in words, `deeds` the act of a
document. `remembered` spares a text from being read twice.

A hazard is known by the letter code of the national release system. Half of the scales of levels count the
other way, so a reader of a format names the scale and never compares numbers.
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
"""The owner of a code. codes.toml tells about each."""

_TABLE: dict[str, Any] = tomllib.loads((resources.files("gateway.codes") / "codes.toml").read_text("utf-8"))


def table(name: str) -> Mapping[str, Any]:
    """A table of codes.toml."""
    rows: Mapping[str, Any] = _TABLE[name]
    return rows


HAZARDS: Mapping[str, Hazard] = {
    row["code"]: Hazard(row["code"], row["zh"], row["en"]) for row in _TABLE["hazards"]
}
"""By letter code."""

LIKE: Mapping[str, str] = {row["code"]: row["like"] for row in _TABLE["hazards"] if "like" in row}
"""The hazard whose relay rules hold for another one, by letter codes."""

UNCOLOURED = frozenset(row["code"] for row in _TABLE["hazards"] if row.get("uncoloured"))
"""Letter codes of hazards whose notices often name no level and are grave all the same."""


def _listed(row: Mapping[str, Any], scheme: str) -> tuple[str, ...]:
    """The codes of a row in a scheme: none, one or a list."""
    given = row.get(scheme, ())
    return (given,) if isinstance(given, str) else tuple(given)


_BY_SCHEME: dict[str, dict[str, Hazard]] = {
    scheme: {code: HAZARDS[row["code"]] for row in _TABLE["hazards"] for code in _listed(row, scheme)}
    for scheme in ("letter", "gbt", "qweather", "weathercn", "cma")
}
_BY_SCHEME["letter"] |= HAZARDS
NAMES: Mapping[str, Hazard] = {
    word: HAZARDS[row["code"]] for row in _TABLE["hazards"] for word in (row["zh"], *row.get("also", ()))
}
"""Every name of a hazard."""
ANY_NAME = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
"""A pattern of all names. At one place the longest is found."""
_ANY_NAME = re.compile(ANY_NAME)
_FIRST = ("11B01", "11A90")
"""Of two names of one length these count: titles of typhoons tell of wind, those of releases of water of the
reservoir."""
_LETTERS = re.compile(r"(?<![0-9A-Z])1[1-4][A-HJ-NP-U]\d{2}(?=\d{2}(?!\d)|(?!\d))")
"""A letter code, alone or before the two digits of the level in the compact form (11B0302)."""


@dataclass(frozen=True)
class Scale:
    """One way to write levels."""

    names: frozenset[str]
    """The parameters that carry it, in lower case, their letters only."""
    values: Mapping[str, Level]
    """By the value in lower case."""
    within: bool
    """The value stands somewhere in the text."""

    def level(self, value: str) -> Level | None:
        """The level of a value; the worst where the text holds several. None where it holds none."""
        text = value.strip().lower()
        if self.within:
            return min((level for word, level in self.values.items() if word in text), default=None)
        return self.values.get(text)


SCALES: Mapping[str, Scale] = {
    name: Scale(
        frozenset(row["names"]),
        {value: Level[level.upper()] for value, level in row["values"].items()},
        row.get("within", False),
    )
    for name, row in _TABLE["scale"].items()
}


def hazard(scheme: Scheme, code: str) -> Hazard | None:
    """The hazard of a code of this scheme; None where the table has none."""
    return _BY_SCHEME[scheme].get(code.strip())


def lettered(text: str) -> Hazard | None:
    """The hazard of the first known letter code in a text (11B03, the compact 11B0302); None where there is
    none."""
    known = _BY_SCHEME["letter"]
    return next((known[code] for code in _LETTERS.findall(text) if code in known), None)


def named(text: str) -> Hazard:
    """The hazard with the longest name that stands in the text; UNKNOWN where none does."""
    names = _ANY_NAME.findall(text)
    longest = max(names, key=lambda name: (len(name), NAMES[name].code in _FIRST), default="")
    return NAMES.get(longest, UNKNOWN)


def level(scale: str, value: str) -> Level | None:
    """The level of a value on this scale; None where the scale has no such value."""
    return SCALES[scale].level(value)


def claimed(parameter: str, value: str) -> Iterator[tuple[str, Level]]:
    """The levels that a parameter claims, each with the name of its scale.

    The parameter is known by its whole name and by the part after a colon or a dot: `EBM.Severity`.
    """
    bare = {re.sub(r"[^a-z]", "", part.lower()) for part in (parameter, re.split(r"[:.]", parameter)[-1])}
    for name, scale in SCALES.items():
        claim = scale.level(value) if scale.names & bare else None
        if claim:
            yield name, claim
