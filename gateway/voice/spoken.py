"""Text → words: every number, date, time, unit and sign as people say it. Rules in order; what none of them knew is spelt out, never dropped."""

from __future__ import annotations

import re

from gateway.voice import Spoken, dates, telephones, units
from gateway.voice.clean import cleaned, leftovers, punctuated
from gateway.voice.figures import same
from gateway.voice.numerals import digits
from gateway.voice.rules import MINUS, NUMBER

RULES = (*telephones.RULES, *dates.RULES, *units.RULES)
"""Telephone numbers first: their digits look like years and ranges; quantities last, they take whatever is a number."""
_FIGURE = re.compile(rf"(?:(?<![0-9A-Za-z%℃])({MINUS}))?({NUMBER})")


def spoken(text: str) -> Spoken:
    """The words of a text, with the same numbers. `notes` name every sign that had to be spelt out one by one (the leftover guard), and every number
    where the rules would have changed one."""
    plain = cleaned(text)
    words = plain
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    words, notes = leftovers(punctuated(words))
    words = punctuated(words)
    return Spoken(words, notes) if same(plain, words) else _spelt(plain)


def _spelt(plain: str) -> Spoken:
    """Every number digit by digit: nobody's way of speaking, and nobody's wrong number."""
    figures = tuple(found[0] for found in _FIGURE.finditer(plain))
    words, notes = leftovers(punctuated(_FIGURE.sub(_digit_by_digit, plain)))
    return Spoken(punctuated(words), (*figures, *notes))


def _digit_by_digit(match: re.Match[str]) -> str:
    whole, _, fraction = match[2].replace(",", "").partition(".")
    return ("负" if match[1] else "") + digits(whole) + (f"点{digits(fraction)}" if fraction else "")
