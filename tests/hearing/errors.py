"""How much of a sentence was misheard: the edit distance over its syllables, with tones and without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.hearing.heard import Segment

Pair = tuple[str, str]
"""A syllable that was said and the one that was heard; "" where one is missing."""


class _Path(NamedTuple):
    """The cheapest way to a place: its cost and its last pair, with the way before it."""

    cost: int
    last: Pair | None = None
    before: _Path | None = None


class Misheard(NamedTuple):
    """One sentence, compared."""

    syllables: int
    """The syllables that were said."""
    errors: int
    """Syllables put in, left out or changed. A recogniser that writes too much makes more than there are."""
    pairs: tuple[Pair, ...]
    """The syllables that differ."""


def misheard(said: Sequence[str], heard: Sequence[Sequence[Segment]], tones: bool = True) -> Misheard:
    """The least distance from what was said to any reading of what was heard."""
    truth = [_bare(syllable, tones) for syllable in said]
    best = min((_distance(truth, segments, tones) for segments in heard), key=lambda path: path.cost)
    return Misheard(len(truth), best.cost, tuple(_differing(best)))


def share(sentences: Sequence[Misheard]) -> float:
    """Per cent of the syllables of some sentences that were misheard."""
    return 100 * sum(one.errors for one in sentences) / max(1, sum(one.syllables for one in sentences))


def words_misheard(said: str, heard: str) -> Misheard:
    """The same over the words of an English sentence."""
    truth, got = (
        ["".join(filter(str.isalnum, word)) for word in text.lower().split()] for text in (said, heard)
    )
    path = _distance(truth, [(tuple(got),)], tones=True)
    return Misheard(len(truth), path.cost, tuple(_differing(path)))


def _bare(syllable: str, tones: bool) -> str:
    return syllable if tones else syllable.rstrip("012345")


def _distance(truth: Sequence[str], segments: Sequence[Segment], tones: bool) -> _Path:
    """Levenshtein's distance to the nearest of all combinations of the readings.

    After each segment every place of the truth keeps its cheapest way over any reading, so the number of
    combinations costs nothing.
    """
    row = [_Path(0)]
    for syllable in truth:
        row.append(_Path(row[-1].cost + 1, (syllable, ""), row[-1]))
    for segment in segments:
        rows = [_after(row, truth, [_bare(one, tones) for one in reading]) for reading in segment]
        row = [min(ways, key=lambda path: path.cost) for ways in zip(*rows, strict=True)]
    return row[-1]


def _after(row: list[_Path], truth: Sequence[str], reading: Sequence[str]) -> list[_Path]:
    """The row after the syllables of one reading."""
    for got in reading:
        following = [_Path(row[0].cost + 1, ("", got), row[0])]
        for place, syllable in enumerate(truth):
            ways = (
                _Path(row[place].cost + (syllable != got), (syllable, got), row[place]),
                _Path(row[place + 1].cost + 1, ("", got), row[place + 1]),
                _Path(following[place].cost + 1, (syllable, ""), following[place]),
            )
            following.append(min(ways, key=lambda path: path.cost))
        row = following
    return row


def _differing(path: _Path) -> list[Pair]:
    pairs: list[Pair] = []
    step: _Path | None = path
    while step and step.last:
        if step.last[0] != step.last[1]:
            pairs.append(step.last)
        step = step.before
    return pairs[::-1]
