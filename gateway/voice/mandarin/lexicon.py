"""Readings of our own, over the dictionary's: hard place names that come with the product, and the site's table over both."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from gateway.voice.mandarin.phonemes import NotASyllable, phonemes

LONGEST = 20
"""Characters of a phrase with a reading of its own; names are shorter. Our choice."""
_HAN = re.compile(r"[\u3400-\u9fff]+")


class LexiconWrong(Exception):
    """A table of readings cannot be used; `faults` holds one line each: which phrase, what is wrong, what was expected."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Lexicon:
    """A syllable for each character of a phrase, as pinyin writes it with the tone's number: `六安` → lu4 an1. Neutral tone 5, ü as v."""

    phrases: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, text: str) -> Lexicon:
        """From TOML: `"六安" = "lu4 an1"`. Raises LexiconWrong with everything that is wrong."""
        try:
            return cls.of(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise LexiconWrong([f"not TOML: {error}"]) from error

    @classmethod
    def of(cls, table: Mapping[str, object]) -> Lexicon:
        """From phrases and their syllables. Raises LexiconWrong."""
        if faults := [fault for phrase, reading in table.items() for fault in _faults(phrase, reading)]:
            raise LexiconWrong(faults)
        return cls({phrase: tuple(str(reading).split()) for phrase, reading in table.items()})

    def over(self, other: Lexicon) -> Lexicon:
        """Both; where they differ this one holds."""
        return Lexicon({**other.phrases, **self.phrases})

    def found(self, run: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Where in a run of Chinese characters a phrase begins, and its reading; the longest wins."""
        if self.phrases:
            for match in self._pattern.finditer(run):
                yield match.start(), self.phrases[match.group()]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, self.phrases), key=len, reverse=True)))


def _faults(phrase: str, reading: object) -> Iterator[str]:
    if not _HAN.fullmatch(phrase) or len(phrase) > LONGEST:
        yield f"{phrase}: expected 1 to {LONGEST} Chinese characters"
        return
    if not isinstance(reading, str) or len(reading.split()) != len(phrase):
        yield f'{phrase}: saw {reading!r}, expected {len(phrase)} syllables such as "lu4 an1"'
        return
    for syllable in reading.split():
        try:
            phonemes(syllable)
        except NotASyllable:
            yield f"{phrase}: saw {syllable!r}, expected a syllable with its tone such as zhong4, ü as v, neutral tone 5"


OURS = Lexicon.read((resources.files("gateway.voice.mandarin") / "readings.toml").read_text("utf-8"))
"""The readings that come with the product."""
