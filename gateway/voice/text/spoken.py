"""Text becomes words: every number, date, time, unit and sign as people say it.

The rules run in order. A sign that no rule knew is spelt out. No number is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from gateway.quantities.figures import figures
from gateway.quantities.numerals import digits
from gateway.quantities.proof import compared
from gateway.voice import Spoken
from gateway.voice.text import dates, doubt, english, telephones, units
from gateway.voice.text.clean import NAMES, cleaned, leftovers, punctuated
from gateway.voice.text.rules import rules

LONG = rules(((r"\d{17,}", lambda m: digits(m[0])),))
"""Numbers of so many digits are said digit by digit: no quantity has as many."""
RULES = (*LONG, *telephones.RULES, *units.COORDINATES, *dates.RULES, *units.RULES)
"""The rules in order.

Telephone numbers come first: their digits look like years and spans. Quantities come last: they take every
number that is left.
"""
KEPT = 256
"""Texts whose words are kept: each is asked for by two voices, and for its length before its tone sounds. Our
choice."""
ROUNDS = 3
"""A rule may spoil a number only beside another one. So the proof is made again after numbers were spelt."""
_CLAUSE = re.compile(r"(?<=[，。；！？])")


@lru_cache(KEPT)
def spoken(text: str) -> Spoken:
    """The words of a text, with the same numbers and the same signs.

    A number that the rules would change is spelt out digit by digit, its neighbours are not, nor is a date.
    `notes` name such numbers, and every sign that no rule knew.
    """
    plain = cleaned(text)
    if english.meant(plain):
        words = english.said(plain)
        if words is None:
            return _finished(
                english.spelt(plain), tuple(re.findall(r"-?\d[\d,.]*\d|-?\d", plain)), english.SIGNS
            )
        return _finished(words, (), english.SIGNS)
    spelt, notes = plain, tuple[str, ...]()
    for _ in range(ROUNDS):
        whole = _finished(_ruled(spelt), notes)
        lost, added = compared(spelt, whole.words)
        if not lost and not added:
            return whole
        spelt, more = doubt.spelt(spelt, lost)
        if not more:
            break
        notes += more
    return _clause_by_clause(spelt, notes)


def _ruled(plain: str) -> str:
    """The cleaned text after all rules."""
    words = plain
    for pattern, say in RULES:
        words = pattern.sub(say, words)
    return words


def _clause_by_clause(plain: str, notes: tuple[str, ...]) -> Spoken:
    """The words of a cleaned text. In each clause whose numbers the rules would change all are spelt out."""
    words = ""
    for clause in _CLAUSE.split(plain):
        ruled = _ruled(clause)
        if compared(clause, _finished(ruled).words) != ((), ()):
            ruled, more = doubt.spelt(clause, figures(clause))
            notes += more
            again = _ruled(ruled)
            if compared(ruled, _finished(again).words) == ((), ()):
                ruled = again
        words += ruled
    return _finished(words, notes)


def _finished(words: str, spelt: tuple[str, ...] = (), names: Mapping[str, str] = NAMES) -> Spoken:
    """The words with their punctuation, and with each sign that is left by its name.

    `spelt`: the numbers that had to be said digit by digit. They become the first notes.
    """
    words, notes = leftovers(punctuated(words), names)
    return Spoken(re.sub(r" {2,}", " ", punctuated(words)), (*spelt, *notes))
