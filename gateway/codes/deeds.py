"""Acts as senders write them: `move`, 立即转移. The words are the table [deeds] of codes.toml."""

from __future__ import annotations

import re

from gateway.codes import table
from gateway.model.deed import Deed

_WORDS: dict[str, Deed] = {word: Deed(name) for name, words in table("deeds").items() for word in words}

_NONE = frozenset(table("no_deed")["words"])


def deed(text: str) -> Deed | None:
    """The act of a word, in any case; None where the table has no such word. Nothing is guessed."""
    return _WORDS.get(_bare(text))


def none(text: str) -> bool:
    """Whether the word says that the document is a warning: a warning has no act."""
    return _bare(text) in _NONE


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).lower()
