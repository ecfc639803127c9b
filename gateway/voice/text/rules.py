"""A rule of speech: what is written, and what is said instead. Rules run in order, each over the whole text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Say = Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Say]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
TO = r"\s*(?:[~—–−-]|至|到)\s*"
"""Between the ends of a range; `clean` has made all dashes and tildes one of these."""
MINUS = r"[-−]"
HAN = r"[\u3400-\u9fff]"


def rules(table: Iterable[tuple[str, Say]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), say) for pattern, say in table)


def to(match: re.Match[str]) -> str:
    """至 stays 至: the official text is said as it stands; a dash is 到."""
    return "至" if "至" in match[0] else "到"
