"""Sentences of a text: where they end, and where a text that is too long is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each closed."""
    return [closed(sentence.strip()) for sentence in _SENTENCE.findall(text) if sentence.strip()]


def length(said: Sequence[str]) -> int:
    """Characters of several sentences."""
    return sum(map(len, said))


def fitting(said: Sequence[str], room: int) -> tuple[str, ...]:
    """The sentences that fit, from the first on; at least the first."""
    kept = list(said[:1])
    for sentence in said[1:]:
        if length(kept) + len(sentence) > room:
            break
        kept.append(sentence)
    return tuple(kept)


def first_cut(said: list[str], room: int) -> list[str]:
    """The sentences, the first cut to the room: it always stays, so it must fit."""
    return [cut(said[0], room), *said[1:]] if said else []


def cut(sentence: str, room: int) -> str:
    """The sentence, or its beginning if it has no room: to the end of a clause, else of a word, never within
    a number."""
    if len(sentence) <= room:
        return sentence
    start = sentence[: room - 1]
    clause = max(start.rfind(sign) for sign in "；;，,：: ")
    if clause >= room // 3:
        return start[:clause] + "。"
    following = sentence[len(start)]
    if start[-1:].isascii() and following.isascii():
        start = re.sub(r"[!-~]+$", "", start) or start
    return start + "。"


def closed(sentence: str) -> str:
    """The sentence with a mark at its end."""
    return sentence if sentence.endswith(("。", "！", "？", "!", "?")) else sentence + "。"
