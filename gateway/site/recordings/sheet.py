"""The reading sheet: what a person reads for the recordings of this site, with the name of each file.

First come our sentences without a field, then the stand-ins for each meaning, then the orders of the villages
against the hazards that the office chose, then what a village may say in its own tongue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from gateway.announcements.stock import STAND_INS, dialect, stock
from gateway.announcements.template import NoTemplate, order, templates
from gateway.model.speaker import Roster, Village

CODE = 4
"""Hex digits of the code of a sheet: two sheets of one office differ by it. Our choice."""


class Use(StrEnum):
    """The use of a recording."""

    SENTENCE = "sentence"
    """One of our sentences, word for word."""
    STAND_IN = "stand_in"
    """It sounds in place of all words of a meaning."""
    DIALECT = "dialect"
    """It sounds in one village before the Mandarin."""


class Entry(NamedTuple):
    """One line of the sheet."""

    number: int
    """From 1."""
    use: Use
    name: str
    """Of the file, without its suffix; in a village's folder with the folder."""
    words: str
    """What the person reads."""
    needed: bool
    """Whether the hour is for it. The rest is the office's choice."""


def sheet(roster: Roster | None = None, hazards: Sequence[str] = ()) -> list[Entry]:
    """Every line. `hazards`: letter codes whose orders are read for each village, too."""
    lines: dict[str, tuple[Use, str, bool]] = {words: (Use.SENTENCE, words, True) for words in stock()}
    lines |= {meaning: (Use.STAND_IN, words, True) for meaning, words in STAND_INS.items()}
    for village in heard(roster):
        for words in orders(village, hazards):
            lines.setdefault(words, (Use.SENTENCE, words, True))
    for village in heard(roster):
        for meaning, words in dialect(village.name).items():
            lines[f"{village.region.code}/{meaning}"] = (Use.DIALECT, words, False)
    return [
        Entry(number, use, name, words, needed)
        for number, (name, (use, words, needed)) in enumerate(lines.items(), start=1)
    ]


def code(entries: Iterable[Entry]) -> str:
    """The code of a sheet: another list of names has another code."""
    names = "\n".join(entry.name for entry in entries)
    return hashlib.sha256(names.encode()).hexdigest()[:CODE]


def heard(roster: Roster | None) -> list[Village]:
    """The villages that have a speaker."""
    if roster is None:
        return []
    here = {speaker.region for speaker in roster.outdoors}
    return [village for village in roster.villages if village.region in here]


def orders(village: Village, hazards: Iterable[str]) -> Iterator[str]:
    """The sentences of every order and return notice for a village against these hazards."""
    fields = {"place": village.name, **(village.refuge.fields if village.refuge else {})}
    for hazard in hazards:
        for deed in templates().act:
            with suppress(NoTemplate):
                yield from order(deed, hazard, fields).sentences


def spoken_here(roster: Roster | None) -> set[str]:
    """Every sentence of ours that may be said here without typing, whether or not it is on a sheet."""
    hazards = [hazard.codes[0] for hazard in templates().hazard.values()]
    said = set(stock())
    for village in heard(roster):
        said.update(orders(village, hazards))
    return said
