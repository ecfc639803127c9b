"""Words with their toned syllables, made of the words of a text (`gateway.voice.text`)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import accumulate

from gateway.voice.mandarin.borders import cut
from gateway.voice.mandarin.lexicon import NAMES, OURS, Lexicon
from gateway.voice.mandarin.pinyin import syllables
from gateway.voice.piece import MARKS, Word

log = logging.getLogger(__name__)

_ITEM = re.compile(rf"(?P<han>[\u3400-\u9fff]+)|(?P<latin>[A-Za-z]+)|(?P<marks>[{MARKS}]+)")
_SHORTEST_FIRST = "、，；：。！？"
"""The marks by the pauses that they make (`sound/pauses.py`)."""


def words(text: str, lexicon: Lexicon = OURS) -> list[Word]:
    """The words of a text without digits, with their syllables and with the marks behind them.

    The syllables are those of `pinyin.syllables`. Of several marks in a row the longest pause stays. Marks
    before the first word and signs that are no marks are left out, and so is a character that nobody reads.
    Raises NoDictionary.
    """
    said = syllables(text, lexicon)
    found: list[Word] = []
    for item in _ITEM.finditer(text):
        if item["han"]:
            found += _chinese(item["han"], said[item.start() : item.end()], lexicon)
        elif item["latin"]:
            found.append(Word(item["latin"]))
        elif found:
            word, mark = found[-1], max(item["marks"], key=_SHORTEST_FIRST.index)
            found[-1] = Word(word.written, word.syllables, mark, word.taught)
    return found


def _chinese(run: str, said: list[str], lexicon: Lexicon) -> Iterator[Word]:
    """The words of a run of Chinese characters whose syllables are known.

    A common word of the product's own table is not taught: every other voice reads 降水 right by itself.
    """
    names = {start + place for start, phrase in lexicon.found(run) for place in _named(run, start, phrase)}
    written = cut(run, lexicon)
    for end, word in zip(accumulate(map(len, written)), written, strict=True):
        start = end - len(word)
        parts = [(sign, one) for sign, one in zip(word, said[start:end], strict=True) if _readable(one)]
        if len(parts) < len(word):
            log.warning("a character of %r has no known pronunciation, it is left out", word)
        if parts:
            signs, spoken = zip(*parts, strict=True)
            places = names.intersection(range(start, end))
            taught = bool(places) and any(start + at in places for at in differing(word, said[start:end]))
            yield Word("".join(signs), spoken, taught=taught)


def _named(run: str, start: int, said: tuple[str, ...]) -> range:
    """The places in a phrase of the lexicon, none if it is a word that only our dictionary reads wrongly."""
    phrase = run[start : start + len(said)]
    return range(len(said)) if OURS.phrases.get(phrase) != said or phrase in NAMES else range(0)


_NOTHING = Lexicon({})


def differing(written: str, said: list[str] | tuple[str, ...]) -> list[int]:
    """The places of a word at which another syllable is said than without a lexicon.

    A voice that gets only text would read the word otherwise there.
    """
    alone = syllables(written, _NOTHING)
    return [place for place, (ours, theirs) in enumerate(zip(said, alone, strict=True)) if ours != theirs]


def _readable(syllable: str) -> bool:
    """Whether it is a syllable, and no character that the dictionary does not have."""
    return syllable.isascii() or not "\u3400" <= syllable[0] <= "\u9fff"
