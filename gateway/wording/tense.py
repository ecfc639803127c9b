"""The clauses of a warning's text, and of what time each speaks: past, present or coming.

Chinese warnings are long sentences with commas. A clause without a word of time speaks of the same time as
the clause before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from gateway.wording.names import WORDS

_SPLIT = re.compile(
    r"(?P<sentence>[。！？!?;；\n\r]+)|(?P<comma>[，,：:]+)|(?=预计|预报未来|(?<!预计)(?<!预报)未来)"
)
FIRM = re.compile("预计|预报|未来")
"""A clause with one of these begins a forecast."""
_NOW = re.compile("目前|当前|现在|正在")
_PATTERNS = {name: re.compile(pattern) for name, pattern in WORDS["tense"].items()}


class Tense(StrEnum):
    """What a clause does."""

    HEAD = "head"
    """It says that a signal is issued, changed or lifted."""
    PLAIN = "plain"
    """It names no time."""
    PAST = "past"
    NOW = "now"
    COMING = "coming"
    ADVICE = "advice"


@dataclass(frozen=True)
class Tensed:
    """A clause with its place in the text and its time."""

    start: int
    end: int
    tense: Tense


def tensed(text: str) -> list[Tensed]:
    """The clauses of a text in order. Together they are the whole text."""
    found: list[Tensed] = []
    before, start, guide = Tense.PLAIN, 0, False
    for cut in [*_SPLIT.finditer(text), None]:
        end = cut.end() if cut else len(text)
        if end > start:
            own = _tense(text[start:end], Tense.PLAIN)
            leads = cut is not None and not cut[0] and own is Tense.PLAIN  # 青石镇未来6小时…
            tense = Tense.COMING if leads else _tense(text[start:end], before)
            tense = Tense.ADVICE if guide else tense
            guide = guide or bool(_PATTERNS["guide"].search(text, start, end))
            found.append(Tensed(start, end, tense))
            before = Tense.PLAIN if tense is Tense.HEAD or (cut and cut["sentence"]) else tense
            start = end
    return found


def _tense(clause: str, before: Tense) -> Tense:
    if _PATTERNS["head"].search(clause):
        return Tense.HEAD
    if _PATTERNS["order"].match(clause):
        return Tense.ADVICE
    if FIRM.search(clause):
        return Tense.COMING
    if _PATTERNS["advice"].search(clause):
        return Tense.ADVICE
    if _NOW.search(clause):
        return Tense.NOW
    if _PATTERNS["past"].search(clause) or _PATTERNS["cause"].search(clause):
        return Tense.PAST
    if before is not Tense.COMING and _PATTERNS["happened"].search(clause):
        return Tense.PAST
    if _PATTERNS["forecast"].search(clause):
        return Tense.COMING
    if _PATTERNS["done"].search(clause):
        return Tense.NOW if before is Tense.NOW else Tense.PAST
    return Tense.NOW if _PATTERNS["present"].search(clause) else before
