"""The measures of a warning's text: its amounts, each with what it measures, and whether that has happened or
is to come.

`gateway.quantities.amounts` reads the numbers. The words around them are data (measures.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from gateway.quantities.amounts import Amount, amounts

WORDS: dict[str, Any] = tomllib.loads((resources.files("gateway.judge") / "measures.toml").read_text("utf-8"))
"""The words around an amount that say what it is (measures.toml)."""

FIRST = frozenset(WORDS["words"]["first"])
"""Units of which the first measure to come is news."""

HOURS = "小时"
"""The unit of every length of time."""

_SENTENCE = re.compile(r"[。；！？!?;\n]")
_CLAUSE = re.compile(r"[，,：:（(]")


@dataclass(frozen=True)
class Measure:
    """An amount and what it says."""

    value: Decimal
    """With its sign. Of a span the worse end."""
    unit: str
    """The unit's one name; every length of time is in hours."""
    past: bool
    """Whether it has happened or is seen now."""
    about: str = ""
    """What it measures, where the text says so before the number: 水位, 阵风."""
    falling: bool = False
    """Whether less of it is worse: visibility, the lowest temperature."""

    @property
    def water(self) -> bool:
        """Whether it is water as it is seen now."""
        return self.past and self.about in WORDS["words"]["water"]

    @property
    def gravity(self) -> Decimal:
        """The greater, the worse."""
        return -self.value if self.falling else self.value


def measures(text: str) -> tuple[Measure, ...]:
    """The measures of a text in order. A sentence that says nothing of its time speaks of what is to come."""
    found = ((amount, _SENTENCE.split(text[: amount.start])[-1]) for amount in amounts(text))
    return tuple(_measure(amount, before) for amount, before in found if not _no_measure(before))


def _no_measure(before: str) -> bool:
    return before.endswith(tuple(WORDS["words"]["no_measure_after"]))


def _measure(amount: Amount, before: str) -> Measure:
    """`before` is its sentence up to the number."""
    words, clause = WORDS["words"], _CLAUSE.split(before)[-1]
    past = _last(before, words["past"]) > _last(before, words["forecast"])
    if hours := WORDS["hours"].get(amount.unit):
        return Measure(amount.most * Decimal(hours), HOURS, past)
    about = max(words["about"], key=lambda word: _end(clause, word))
    falling = _last(clause, words["falling"]) > _last(clause, words["drop"]) or amount.most < 0
    value = amount.least if falling else amount.most
    return Measure(value, amount.unit, past, about if about in clause else "", falling)


def _end(text: str, word: str) -> tuple[int, int]:
    """Where a word ends in a text, and its length: of several the longest that ends last is meant."""
    at = text.rfind(word)
    return (at + len(word), len(word)) if at >= 0 else (0, 0)


def _last(text: str, words: Sequence[str]) -> int:
    return max((text.rfind(word) for word in words), default=-1)
