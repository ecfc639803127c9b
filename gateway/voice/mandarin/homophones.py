"""Characters that would be said wrongly or not at all are said by a common character of the same reading.

- A speech chip drops what its character set, GBK, does not have, and a name would be said with a hole: 䶮 is
  said by 奄, 𠮷 by 吉.
- A voice that takes only text reads names in its own way. A name whose reading was taught is written to it in
  characters that have this reading alone: 曾家湾 as 增家湾.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from gateway.voice.mandarin import dictionary
from gateway.voice.mandarin.lexicon import OURS, Lexicon
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.mandarin.words import differing
from gateway.voice.piece import Piece, Word, text_with
from gateway.wording.characters import outside_gbk

_TABLE = tomllib.loads((resources.files("gateway.voice.mandarin") / "rare.toml").read_text("utf-8"))
RARE = {pair[0]: pair[1] for pair in _TABLE["homophones"].split()}
"""Characters that the dictionary does not have either, each with its homophone."""
_COMMON = [*range(0xB0, 0xD8), *range(0xD8, 0xF8)]
"""The rows of GB 2312 that hold Chinese characters, the common ones first."""


def common(words: str, lexicon: Lexicon = OURS) -> tuple[str, tuple[str, ...]]:
    """The words in characters of GBK, and the characters that were replaced or that have no homophone.

    The latter stay as they are. Signs that are no Chinese characters are left to the chip.
    """
    if not (rare := outside_gbk(words)):
        return words, ()
    said = syllables(words, lexicon)
    instead = [
        _homophone(sign, syllable) if sign in rare else sign
        for sign, syllable in zip(words, said, strict=True)
    ]
    return "".join(instead), rare


def text_of(piece: Piece) -> str:
    """The text of a piece for a voice that takes only text: its words and marks, taught words by homophones.

    A syllable that no common character has alone keeps its character.
    """
    return text_with(piece.words, [_read_right(word) for word in piece.words])


def _read_right(word: Word) -> str:
    """The word with a homophone for each character that would be read otherwise."""
    if not word.taught:
        return word.written
    wrong = differing(word.written, word.syllables)
    return "".join(
        _by_syllable().get(word.syllables[place], sign) if place in wrong else sign
        for place, sign in enumerate(word.written)
    )


def _homophone(sign: str, syllable: str) -> str:
    return RARE.get(sign) or _by_syllable().get(syllable, sign)


@cache
def _by_syllable() -> dict[str, str]:
    """A common character for each syllable. It is made when the first rare character comes.

    Characters with several readings are left out where we know of them: a chip might choose another.
    """
    found: dict[str, str] = {}
    several = frozenset(_TABLE["several_readings"])
    for row in _COMMON:
        for cell in range(0xA1, 0xFF):
            sign = bytes((row, cell)).decode("gb2312", "ignore")
            if sign and sign not in several:
                found.setdefault(dictionary.spelt(sign)[0], sign)
    return found
