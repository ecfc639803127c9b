"""The level that a single field writes in words: red, 红色, 红色预警, Ⅰ级, 特别严重, Ⅰ级/红色.

A number of the Arabic kind alone says nothing: half of the scales count the other way.
"""

from __future__ import annotations

import re

from gateway.codes import SCALES
from gateway.model.hazard import Level

_FILLER = "预警信号|预警|警报|信号|等级|级别|alert|warning|level|级|[\\s()（）\\[\\]【】/／、·:：_-]"
"""Words and signs around a level that change nothing."""
_FULL_WIDTH = "ⅰⅱⅲⅳ"
_TOKENS: dict[str, Level] = {
    **SCALES["words"].values,
    **SCALES["severity"].values,
    **{word: level for word, level in SCALES["grade"].values.items() if word in _FULL_WIDTH},
    **{f"{word}级": level for word, level in SCALES["grade"].values.items()},
    **SCALES["colour"].values,
    **{f"{word}色": level for word, level in SCALES["colour"].values.items() if not word.isascii()},
}
_TOKEN = "|".join(sorted(map(re.escape, _TOKENS), key=len, reverse=True))
_NEXT = re.compile(f"({_TOKEN})|(?:{_FILLER})")
LONGEST = 30
"""A longer text is a sentence and no level, in characters. Our choice."""


def written(text: str) -> Level | None:
    """The one level that a field writes; None where it writes none, several, or anything else beside it."""
    words = text.strip().lower()
    found: set[Level] = set()
    at = 0 if len(words) <= LONGEST else len(words) + 1
    while match := _NEXT.match(words, at):
        at = match.end()
        found |= {_TOKENS[match[1]]} if match[1] else set()
    return found.pop() if at == len(words) and len(found) == 1 else None
