"""Text becomes words: every number, date, time, unit and sign as people say it.

The rules run in order. A sign that no rule knew is spelt out. No number is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.quantities.figures import same
from gateway.quantities.numerals import digits
from gateway.quantities.spans import MINUS, NUMBER
from gateway.voice import Spoken
from gateway.voice.text import dates, english, telephones, units
from gateway.voice.text.clean import NAMES, cleaned, leftovers, punctuated
from gateway.voice.text.rules import rules

LONG = rules(((r"\d{17,}", lambda m: digits(m[0])),))
"""Numbers of so many digits are said digit by digit: no quantity has as many."""
RULES = (*LONG, *telephones.RULES, *units.COORDINATES, *dates.RULES, *units.RULES)
"""The rules in order.

Telephone numbers come first: their digits look like years and spans. Quantities come last: they take every
number that is left.
"""
_FIGURE = re.compile(rf"(?:(?<![0-9A-Za-z%℃#百千万亿年月日号时分秒级])({MINUS}))?({NUMBER})")
_BETWEEN = re.compile(r"(?<=[0-9%℃#百千万亿年月日号时分秒级])\s*[~—–−-]\s*(?=\d)")
_CLAUSE = re.compile(r"(?<=[，。；！？])")


def spoken(text: str) -> Spoken:
    """The words of a text, with the same numbers.

    A clause whose numbers the rules would change is spelt out digit by digit. `notes` name its numbers, and
    every sign that no rule knew.
    """
    plain = cleaned(text)
    if english.meant(plain):
        words = english.said(plain)
        if words is None:
            return _finished(english.spelt(plain), _figures(plain), english.SIGNS)
        return _finished(words, (), english.SIGNS)
    whole = _finished(_ruled(plain))
    return whole if same(plain, whole.words) else _clause_by_clause(plain)


def _ruled(plain: str) -> str:
    """The cleaned text after all rules."""
    words = plain
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    return words


def _clause_by_clause(plain: str) -> Spoken:
    """The words of a cleaned text. Each clause whose numbers the rules would change is spelt out."""
    words, spelt = "", tuple[str, ...]()
    for clause in _CLAUSE.split(plain):
        ruled = _ruled(clause)
        if not same(clause, _finished(ruled).words):
            ruled = _FIGURE.sub(_digit_by_digit, _BETWEEN.sub("到", clause))
            spelt += _figures(clause)
        words += ruled
    return _finished(words, spelt)


def _finished(words: str, spelt: tuple[str, ...] = (), names: Mapping[str, str] = NAMES) -> Spoken:
    """The words with their punctuation, and with each sign that is left by its name.

    `spelt`: the numbers that had to be said digit by digit. They become the first notes.
    """
    words, notes = leftovers(punctuated(words), names)
    return Spoken(re.sub(r" {2,}", " ", punctuated(words)), (*spelt, *notes))


def _figures(plain: str) -> tuple[str, ...]:
    return tuple(match[0] for match in _FIGURE.finditer(plain))


def _digit_by_digit(match: re.Match[str]) -> str:
    whole, _, fraction = match[2].replace(",", "").partition(".")
    return ("负" if match[1] else "") + digits(whole) + (f"点{digits(fraction)}" if fraction else "")
