"""A rule of speech: a pattern of written text, and the words that are said for it.

Rules run in order, each over the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Say = Callable[[re.Match[str]], str]
"""Gives the words for a match."""
Rule = tuple[re.Pattern[str], Say]

HAN = r"[\u3400-\u9fff]"
"""A pattern of one Chinese character."""


def rules(table: Iterable[tuple[str, Say]]) -> tuple[Rule, ...]:
    """The rules of a table, their patterns compiled."""
    return tuple((re.compile(pattern), say) for pattern, say in table)


def to(match: re.Match[str]) -> str:
    """The word between the two ends of a span. 至 stays 至, as the official text has it; a dash is 到."""
    return "至" if "至" in match[0] else "到"
