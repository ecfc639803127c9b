"""Pieces: what a voice is asked to say, as words with their toned syllables, never as a text.

Readings, taught names, the sandhi of 一 and 不, and the borders of words are made once, here they stand, and
they hold for every voice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MARKS = "、，；：。！？"
"""The punctuation that a word may have behind it: a pause. Its length is the product's, not the voice's."""
ENDS = "。！？"
"""The marks that end a sentence."""

_VOWELS = re.compile(r"[aeiouy]+", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """One word."""

    written: str
    """Its Chinese characters, or its Latin letters. No digit and no sign."""
    syllables: tuple[str, ...] = ()
    """Its syllables with their tones as they are spoken, one a character: `yu4`, `jing3`.

    The neutral tone is 5, ü is written v. The third tone stays as in the dictionary: every voice makes its
    sandhi. Empty for a Latin word.
    """
    mark: str = ""
    """One of MARKS where a pause follows, else empty."""
    taught: bool = False
    """Whether the product's or the site's own table says how it is read: a voice that is given only text
    would read it otherwise."""

    @property
    def spelt(self) -> bool:
        """Whether it is an abbreviation whose letters are named: AED, GPS."""
        return not self.syllables and self.written.isupper() and len(self.written) <= SPELT

    @property
    def size(self) -> int:
        """Its syllables. A letter that is named counts as one; those of another Latin word are guessed from
        its vowels."""
        if self.syllables:
            return len(self.syllables)
        return len(self.written) if self.spelt else max(1, len(_VOWELS.findall(self.written)))


SPELT = 3
"""An abbreviation of so many capitals, or fewer, is spelt in a Chinese text.

A longer one is a word. Our choice.
"""


@dataclass(frozen=True)
class Piece:
    """Some words that a voice says in one go: a clause, or a few short ones. It is the key of its sound."""

    words: tuple[Word, ...]
    """At least one."""
    language: str = "zh"
    """"zh": Mandarin, perhaps with a Latin word in it. "en": English words only."""

    @property
    def syllables(self) -> tuple[str, ...]:
        """The syllables of all words."""
        return tuple(syllable for word in self.words for syllable in word.syllables)

    @property
    def mark(self) -> str:
        """The mark at its end. The product makes the pause there."""
        return self.words[-1].mark

    @property
    def written(self) -> str:
        """Its words with their marks, as a person writes them."""
        return text_with(self.words, [word.written for word in self.words])


def text_with(words: Sequence[Word], written: Sequence[str]) -> str:
    """A text in which each of the words is written so, with its mark. Two Latin words stay apart."""
    text = ""
    for place, (word, letters) in enumerate(zip(words, written, strict=True)):
        latin = not (word.syllables or words[place - 1].syllables)
        text += (" " if place and latin else "") + letters + word.mark
    return text
