"""Pronunciations that go before the dictionary's.

The product brings those of hard place names. The site's table goes before both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from drivers.validation import not_toml
from gateway.voice.mandarin.phonemes import NotASyllable, phonemes

LONGEST = 20
"""Characters of a phrase at most: names are shorter. Our choice."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SYLLABLE = (
    "应为带声调的音节，例如 zhong4，ü 写作 v，轻声写 5 "
    "(expected a syllable with its tone such as zhong4, ü as v, neutral tone 5)"
)


class LexiconWrong(Exception):
    """A table of pronunciations cannot be used."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
        """One line for each fault: the phrase, the value that was seen, and the value that was expected."""


@dataclass(frozen=True)
class Lexicon:
    """The pronunciations of phrases."""

    phrases: Mapping[str, tuple[str, ...]]
    """The syllables of each phrase, one for each character: `六安` → lu4, an1.

    A syllable is pinyin with the number of its tone. The neutral tone is 5, ü is written v.
    """

    @classmethod
    def read(cls, text: str) -> Lexicon:
        """The lexicon of a TOML text: `"六安" = "lu4 an1"`. Raises LexiconWrong with all faults."""
        try:
            return cls.of(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise LexiconWrong([not_toml(error)]) from error

    @classmethod
    def of(cls, table: Mapping[str, object]) -> Lexicon:
        """The lexicon of phrases and their syllables:

        `六安` → "lu4 an1". Raises LexiconWrong with all faults.
        """
        entries = table.items()
        if faults := [fault for phrase, syllables in entries for fault in _faults(phrase, syllables)]:
            raise LexiconWrong(faults)
        return cls({phrase: tuple(str(syllables).split()) for phrase, syllables in entries})

    def over(self, other: Lexicon) -> Lexicon:
        """The phrases of both. If both have a phrase, this lexicon's pronunciation holds."""
        return Lexicon({**other.phrases, **self.phrases})

    def found(self, run: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each phrase in a run of Chinese characters: its place and its syllables. The longest phrase
        wins."""
        if self.phrases:
            for match in self._pattern.finditer(run):
                yield match.start(), self.phrases[match.group()]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted(map(re.escape, self.phrases), key=len, reverse=True)))


def _faults(phrase: str, syllables: object) -> Iterator[str]:
    if not _HAN.fullmatch(phrase) or len(phrase) > LONGEST:
        yield f"{phrase}: 应为 1 至 {LONGEST} 个汉字 (expected 1 to {LONGEST} Chinese characters)"
        return
    if not isinstance(syllables, str) or len(syllables.split()) != len(phrase):
        count = len(phrase)
        expected = f"应为 {count} 个音节，例如 lu4 an1 (expected {count} syllables such as lu4 an1)"
        yield f"{phrase}: 读到 (saw) {syllables!r}，{expected}"
        return
    for syllable in syllables.split():
        try:
            phonemes(syllable)
        except NotASyllable:
            yield f"{phrase}: 读到 (saw) {syllable!r}，{_SYLLABLE}"


_TABLE = tomllib.loads((resources.files("gateway.voice.mandarin") / "readings.toml").read_text("utf-8"))
NAMES = frozenset(_TABLE["names"])
"""The phrases of OURS that are names, or stand beside them. The others are words that every voice but ours
reads right by itself."""
OURS = Lexicon.of(_TABLE["names"] | _TABLE["words"])
"""The pronunciations that come with the product."""
